"""What is wrong with the audit trail, in words: what was found, and where."""

from django.utils.translation import gettext as _

from kundenportal.audit.verification import TrailFault


def told(fault: str, number: int | None, entry: int | None) -> str:
    """Return a sentence that says what is wrong.

    Args:
        fault: a ``TrailFault``.
        number: the place in the chain; None for an entry that has none yet.
        entry: the id of the entry; None when it is not there.

    """
    sentences = {
        TrailFault.MISSING: _("Eintrag %(number)s der Kette fehlt."),
        TrailFault.CHANGED: _(
            "Eintrag %(number)s der Kette (Nummer %(entry)s) wurde verändert oder nicht vom Portal "
            "geschrieben."
        ),
        TrailFault.MOVED: _(
            "Eintrag %(number)s der Kette (Nummer %(entry)s) steht nicht an seinem Platz: "
            "Vor ihm wurde etwas entfernt, eingefügt oder vertauscht."
        ),
        TrailFault.REPLACED: _(
            "Eintrag %(number)s der Kette (Nummer %(entry)s) trägt nicht mehr das Siegel, das außerhalb der "
            "Datenbank notiert ist: Die Kette wurde neu gemacht, oder die Datenbank ist ein älterer Stand."
        ),
        TrailFault.CUT_SHORT: _(
            "Die Kette endet vor Eintrag %(number)s: Ihr Ende fehlt oder wurde verändert, oder die Datenbank "
            "ist ein älterer Stand."
        ),
        TrailFault.ADDED: _("Eintrag %(number)s steht hinter dem Ende der Kette."),
        TrailFault.FOREIGN: _(
            "Der Eintrag mit der Nummer %(entry)s, noch ohne Siegel, wurde verändert oder nicht vom Portal "
            "geschrieben."
        ),
    }
    return sentences[TrailFault(fault)] % {"number": number, "entry": entry}
