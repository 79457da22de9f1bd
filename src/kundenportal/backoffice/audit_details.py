"""The details of entries of the audit trail in words, as people read them."""

import datetime as dt
import re
from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.roles import Role
from kundenportal.core.dates import format_date_short

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
    "released_by": gettext_lazy("freigegeben von"),
    "placement": gettext_lazy("Zuordnung"),
    "wording_version": gettext_lazy("Fassung"),
}
"""What details are called; another one shows its own name."""


def told_details(details: Mapping[str, object]) -> tuple[tuple[str | Promise, str], ...]:
    """Return details with their names, without those that say nothing."""
    texts = [(name, _value(value)) for name, value in details.items()]
    return tuple((_NAMES.get(name, name), text) for name, text in texts if text)


def _value(value: object) -> str:
    """Return a detail as people read it."""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if value in Role.values:
        return str(Role(str(value)).label)
    text = "" if value is None else str(value)
    try:
        return _written(text) if _ISO.match(text) else text
    except ValueError:
        return text


def _written(text: str) -> str:
    """Return a date or a moment of the details as people write it: ``22.11.2026`` or ``22.11.2026 12:00``."""
    if len(text) == len("2026-11-22"):
        return format_date_short(dt.date.fromisoformat(text))
    return f"{dt.datetime.fromisoformat(text).astimezone(settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M}"
