"""The details of entries of the audit trail in words, as people read them."""

import datetime as dt
import re
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.delivery_rows import FILE_WORDS
from kundenportal.backoffice.mail_words import KINDS
from kundenportal.backoffice.roles import Role
from kundenportal.campaigns.models import CardOrder
from kundenportal.core.dates import format_date_short
from kundenportal.documents.models import Document
from kundenportal.linking.models import Viewing
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import PublicReport
from kundenportal.privacy.models import Consent
from kundenportal.submissions.models import Submission

_PERSON = re.compile(r"(staff|user):\d{1,18}", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T|$)", re.ASCII)

_NAMES: Mapping[str, str | Promise] = {
    "reason": gettext_lazy("Grund"),
    "status": gettext_lazy("Status"),
    "role": gettext_lazy("Rolle"),
    "was": gettext_lazy("vorher"),
    "kind": gettext_lazy("Art"),
    "count": gettext_lazy("Anzahl"),
    "rows": gettext_lazy("Zeilen"),
    "submissions": gettext_lazy("Vorgänge"),
    "letters": gettext_lazy("Briefe"),
    "files": gettext_lazy("Dateien"),
    "readings": gettext_lazy("Zählerstände"),
    "replaced": gettext_lazy("ersetzt"),
    "filed": gettext_lazy("abgelegt"),
    "erp_id": gettext_lazy("Nummer in der Abrechnung"),
    "valid_from": gettext_lazy("gültig ab"),
    "valid_until": gettext_lazy("gültig bis"),
    "held_until": gettext_lazy("wartet bis"),
    "device": gettext_lazy("Gerät"),
    "language": gettext_lazy("Sprache"),
    "category": gettext_lazy("Art der E-Mails"),
    "divisions": gettext_lazy("Versorgungsarten"),
    "thread": gettext_lazy("Gespräch"),
    "to": gettext_lazy("an"),
    "links": gettext_lazy("Links"),
    "accounts": gettext_lazy("Konten"),
    "identifiers": gettext_lazy("Namen"),
    "passkeys": gettext_lazy("Passkeys"),
    "apps": gettext_lazy("Apps"),
    "since": gettext_lazy("von"),
    "until": gettext_lazy("bis"),
    "actor": gettext_lazy("wer"),
    "group": gettext_lazy("was"),
    "subject": gettext_lazy("woran"),
    "sha256": gettext_lazy("Prüfsumme"),
    "delivery": gettext_lazy("Lieferung"),
    "allowed_losses": gettext_lazy("Verlust zugelassen"),
    "released_by": gettext_lazy("freigegeben von"),
    "placement": gettext_lazy("Zuordnung"),
    "wording_version": gettext_lazy("Fassung"),
    "version": gettext_lazy("Fassung"),
    "keys": gettext_lazy("Angaben"),
    "name": gettext_lazy("Name"),
    "path": gettext_lazy("Seite"),
    "remark": gettext_lazy("Bemerkung"),
    "mails": gettext_lazy("E-Mails"),
    "bounce": gettext_lazy("zurückgekommen"),
    "allows_loss": gettext_lazy("trotz Verlust"),
    "bytes": gettext_lazy("Bytes"),
    "typed": gettext_lazy("gemeldete Zählernummer"),
    "meter": gettext_lazy("Zähler"),
    "accepted": gettext_lazy("übernommen"),
    "rejected": gettext_lazy("abgelehnt"),
    "known": gettext_lazy("schon bekannt"),
    "new": gettext_lazy("neu"),
    "amended": gettext_lazy("Angaben geändert"),
    "unchanged": gettext_lazy("unverändert"),
    "quarantined": gettext_lazy("zu klären"),
    "waiting": gettext_lazy("wartet schon"),
    "faults": gettext_lazy("Fehler"),
    "format": gettext_lazy("Form"),
    "cards": gettext_lazy("Karten"),
    "repeats": gettext_lazy("auch noch einmal"),
    "file": gettext_lazy("Datei"),
}
"""What details are called; another one shows its own name."""

_UNTOLD = {"again", "meant_for"}
"""Details that are numbers of the portal's own, which nobody outside knows."""

_CODES: Mapping[str, Mapping[str, str | Promise]] = {
    "role": dict(Role.choices),
    "was": dict(Role.choices),
    "reason": dict(Viewing.Reason.choices),
    "status": dict(Submission.Status.choices),
    "kind": {**dict(Document.Kind.choices), **dict(Consent.Kind.choices), **KINDS},
    "placement": dict(PublicReport.Placement.choices),
    "bounce": dict(OutgoingMail.Bounce.choices),
    "format": dict(CardOrder.Format.choices),
    "language": dict(settings.LANGUAGES),
}
"""What a detail is called that is one of a few codes; any other text stands for itself."""

_CHANGES: Mapping[str, str | Promise] = {
    "new": gettext_lazy("neu"),
    "changed": gettext_lazy("geändert"),
    "ended": gettext_lazy("beendet"),
    "unchanged": gettext_lazy("unverändert"),
}

_TABLES: Mapping[str, str | Promise] = {
    f"{name.removesuffix('.csv')}_{what}": words for name, words in FILE_WORDS.items() for what in _CHANGES
}
"""What an import changed in which table: ``kunden_new``."""

_ORDER = {name: place for place, name in enumerate([*_NAMES, *_TABLES])}
"""Where a detail stands among others; PostgreSQL does not keep the order in which they were written."""


def told_details(
    details: Mapping[str, object], name_of: Callable[[str], str] = str
) -> tuple[tuple[str | Promise, str], ...]:
    """Return details with their names, in one order, without those that say nothing.

    Args:
        details: as the trail keeps them.
        name_of: turns what the trail calls somebody (``staff:17``) into a name.

    """
    told = sorted(details.keys() - _UNTOLD, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    texts = [(name, _value(name, details[name], name_of)) for name in told]
    return tuple((_name(name), text) for name, text in texts if text)


def people_in(details: Mapping[str, object]) -> set[str]:
    """Return whom details name as the trail does: ``staff:17``, ``user:4``."""
    return {value for value in details.values() if isinstance(value, str) and _PERSON.fullmatch(value)}


def _name(name: str) -> str | Promise:
    if name in _TABLES:
        return f"{_TABLES[name]} {_CHANGES[name.rpartition('_')[2]]}"
    return _NAMES.get(name, name)


def _value(name: str, value: object, name_of: Callable[[str], str]) -> str:
    """Return a detail as people read it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if name in _TABLES and not value:
        return ""
    text = "" if value is None else str(value)
    if text in _CODES.get(name, {}):
        return str(_CODES[name][text])
    if _PERSON.fullmatch(text):
        return name_of(text)
    try:
        return _written(text) if _ISO.match(text) else text
    except ValueError:
        return text


def _written(text: str) -> str:
    """Return a date or a moment of the details as people write it: ``22.11.2026`` or ``22.11.2026 12:00``."""
    if len(text) == len("2026-11-22"):
        return format_date_short(dt.date.fromisoformat(text))
    return f"{dt.datetime.fromisoformat(text).astimezone(settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M}"
