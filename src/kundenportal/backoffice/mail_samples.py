"""What the previews of mails are filled with: a household as the demo has it, and no secret of anybody.

Templates name what they show alike, so that one set of facts fills them all; a test finds what lacks one.
"""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kundenportal.customers.models import Division
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.messages import Written, write
from kundenportal.mailing.models import OutgoingMail

WITHOUT_EFFECT = "beispiel-ohne-wirkung"
"""Stands where a mail carries a secret; a link with it opens nothing."""

_DAY, _DUE = dt.date(2026, 11, 22), dt.date(2026, 12, 15)
_PREMISE = SimpleNamespace(
    public_id="7KQ2M4P", street_line="Lindenweg 12", postal_code="91560", city="Musterbach"
)
_MOMENT = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)


def sample_mail(kind: str, language: str) -> Written:
    """Return a mail of a kind as a customer of the demo's utility would get it.

    Args:
        kind: a registered kind.
        language: the language of the templates.

    Raises:
        UnknownMailKind: when no topic registered the kind.

    """
    optional = kind_named(kind).category is not None
    unsubscribe_url = f"{settings.BASE_URL}/{WITHOUT_EFFECT}/" if optional else ""
    mail = OutgoingMail(kind=kind, language=language)
    with translation.override(language):
        context = sample_context() | {"unsubscribe_url": unsubscribe_url} | _OF_KIND.get(kind, {})
        return write(mail, context)


def sample_context() -> dict[str, Any]:
    """Return what fills the templates of all kinds."""
    zone = settings.UTILITY_TIME_ZONE
    return {
        "utility": settings.UTILITY,
        "base_url": settings.BASE_URL,
        "origin": settings.STAFF_BASE_URL,
        **_person(),
        **_submission(),
        **_moments(zone),
        **_changes(),
        **_secrets(),
    }


def _person() -> dict[str, Any]:
    return {
        "name": "Michael Bauer",
        "customer_number": "0014026/1",
        "customer_numbers": ["0014026/1"],
        "masked_email": "m•••••r@beispiel.de",
        "premise": _PREMISE,
        "device": "Firefox, Windows",
        "logins": [{"customer_numbers": ["0014026/1"], "token": WITHOUT_EFFECT}],
    }


def _submission() -> dict[str, Any]:
    return {
        "reference": "V-2026-004711",
        "case_number": "V-2026-004711",
        "kind": _("Zählerstände"),
        "reason": _("Bitte lesen Sie den Zähler noch einmal ab."),
        "question": _("Wurde der Pool neu gefüllt?"),
        "thread": "V-2026-004711",
        "key": WITHOUT_EFFECT,
        "number": 12,
        "export_id": 1,
        "delivery": 1,
        "batch": 1,
        "status": "checked",
        "fault_count": 2,
        "error": "Permission denied",
        "codes_left": 7,
        "days_left": 3,
        "factor": "passkey",
        "consequence": _("Ohne Ihre Meldung schätzen wir den Verbrauch."),
        "wording": _("Ich möchte Neuigkeiten per E-Mail bekommen."),
        "report": SimpleNamespace(
            description=_("Die Schrift ist mir zu klein."), page="/hilfe/", email="a.muster@beispiel.de"
        ),
        "document_count": 1,
        "document": SimpleNamespace(get_kind_display=_("Rechnung"), document_date=_DAY),
    }


def _moments(zone: dt.tzinfo) -> dict[str, Any]:
    local = _MOMENT.astimezone(zone)
    return {
        "date": _DAY,
        "due_date": _DUE,
        "delete_on": dt.date(2027, 1, 4),
        "months": settings.LOGIN_KEPT_MONTHS,
        "valid_from": dt.date(2027, 1, 1),
        "answer_until": dt.date(2026, 12, 6),
        "payout_blocked_until": dt.date(2026, 12, 20),
        "received_at": local,
        "event_local": local,
        "held_local": local + dt.timedelta(days=3),
        "expires_local": local + dt.timedelta(days=7),
    }


def _changes() -> dict[str, Any]:
    meter = SimpleNamespace(get_division_display=Division.ELECTRICITY.label, meter_number="1EMH0012345678")
    register = SimpleNamespace(meter=meter, label="", unit="kWh")
    reading_url = f"{settings.BASE_URL}/{WITHOUT_EFFECT}/"
    return {
        "meters": [meter],
        "meter_count": 1,
        "places": [SimpleNamespace(premise=_PREMISE, meters=[meter], reading_url=reading_url)],
        "readings": [SimpleNamespace(register=register, value=Decimal(24318), reading_date=_DAY)],
        "values": [SimpleNamespace(display="", value=Decimal(24318))],
        "meter_end": "5678",
        "amounts": [
            SimpleNamespace(
                get_division_display=Division.ELECTRICITY.label,
                is_changed=True,
                previous_amount=Decimal(85),
                amount=Decimal(92),
            )
        ],
        "total": Decimal(92),
        "accounts": [
            {
                "place": "",
                "previous": "DE•• •••• •••• •••• 3000",
                "iban": "DE•• •••• •••• •••• 4400",
                "mandate_reference": "KP-0014026-1-2",
            }
        ],
        "is_whole": True,
        "address": SimpleNamespace(
            first_name="Michael",
            last_name="Bauer",
            supplement="",
            street_line="Lindenweg 12",
            postal_code="91560",
            city="Musterbach",
            country="DE",
            contact_email="m.bauer@beispiel.de",
        ),
    }


def _secrets() -> dict[str, Any]:
    """Return what stands where a mail carries a secret."""
    return {
        "token": WITHOUT_EFFECT,
        "undo_token": WITHOUT_EFFECT,
        "stop_token": WITHOUT_EFFECT,
        "disavow_token": WITHOUT_EFFECT,
        "code": "123456",
        "start_password": "Beispiel-Passwort",
    }


_OF_KIND: dict[str, dict[str, Any]] = {
    "delivery_needs_you": {"name": "stammdaten-2026-11.zip"},
    "documents_wait": {"name": "rechnungen-2026-11.zip", "error": "No space left on device"},
}
"""What a kind calls otherwise than all others."""
