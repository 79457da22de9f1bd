"""What Herr Maier has changed under "Einstellungen" since the demo's utility began."""

import datetime as dt

from kundenportal.demo.staff import supervisor
from kundenportal.ui.texts.store import TextFile, source_of, text_file
from kundenportal.utility_settings.rules import Value
from kundenportal.utility_settings.sections import Section
from kundenportal.utility_settings.selectors import values_of
from kundenportal.utility_settings.services import save_settings, save_text

_ADDITION = "\n## Gibt es einen Rückruf?\n\nJa. Schreiben Sie uns, wann wir Sie am besten erreichen.\n"


def tell_settings(*, now: dt.datetime) -> None:
    """Change telephone hours, a legal detail and a topic of the help, some weeks ago.

    Args:
        now: when the demo starts, aware.

    """
    hours = "Montag bis Donnerstag, 8 bis 16 Uhr, Freitag, 8 bis 12 Uhr"
    _save(Section.MASTER_DATA, 0, now - dt.timedelta(days=41), phone_hours=hours)
    _save(Section.MASTER_DATA, 1, now - dt.timedelta(days=34), phone_hours="Montag bis Freitag, 8 bis 16 Uhr")
    _save(Section.LIMITS, 0, now - dt.timedelta(days=20), advance_payments__months_offered=4)
    file = text_file("hilfe/kontakt", "de")
    if file is not None:
        _add_to(file, now - dt.timedelta(days=12))


def _save(section: Section, seen: int, at: dt.datetime, **changed: Value) -> None:
    values = values_of(section) | {key.replace("__", "."): value for key, value in changed.items()}
    save_settings(section=section, values=values, seen=seen, actor=supervisor().user.actor, now=at)


def _add_to(file: TextFile, at: dt.datetime) -> None:
    before = source_of(file)
    save_text(
        name=f"{file.language}/{file.name}",
        source=before + _ADDITION,
        before=before,
        seen=0,
        actor=supervisor().user.actor,
        now=at,
    )
