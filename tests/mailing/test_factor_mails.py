"""The mails about second factors, as they are sent."""

import re
from email.message import EmailMessage
from typing import Any

import pytest

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.services import enqueue
from tests.mail_parts import part_of, parts_of
from tests.make import NOW, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

ADDED = "Neue Anmeldemethode für Ihr Konto"
REMOVED = "Eine Anmeldemethode wurde entfernt"
CODE_USED = "Ein Wiederherstellungscode wurde benutzt"
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("factor_added", {"factor": "passkey"}, ADDED, "gibt es einen neuen Passkey"),
    ("factor_added", {"factor": "app"}, ADDED, "gehört jetzt eine Authenticator-App"),
    ("factor_added", {"factor": "recovery_codes"}, ADDED, "gibt es neue Wiederherstellungscodes"),
    ("factor_removed", {"factor": "passkey"}, REMOVED, "ein Passkey wurde von Ihrem Zugang entfernt"),
    ("factor_removed", {"factor": "app"}, REMOVED, "die Authenticator-App wurde von Ihrem Zugang entfernt"),
    ("factor_removed", {"factor": "all"}, REMOVED, "genügt jetzt wieder Ihr Passwort."),
    ("recovery_code_used", {"codes_left": 9}, CODE_USED, "Unbenutzte Codes: 9."),
    ("recovery_code_used", {"codes_left": 0}, CODE_USED, "dem letzten Ihrer Wiederherstellungscodes"),
    ("second_step_blocked", {}, "Jemand kennt Ihr Passwort", "Angemeldet ist niemand."),
]


def build(kind: str, context: dict[str, Any]) -> EmailMessage:
    event = {"event_id": 1, "event_at": NOW.isoformat(), "recipient_index": 0, "device": "Firefox, Windows"}
    mail = enqueue(kind, to="m.bauer@beispiel.de", context=event | context, now=NOW)
    return build_message(mail, now=NOW)


SIGNED_OUT = "Auf allen anderen Geräten sind Sie jetzt abgemeldet."


@pytest.mark.parametrize(
    ("kind", "factor", "is_said"),
    [
        ("factor_added", "passkey", True),
        ("factor_added", "app", True),
        ("factor_added", "recovery_codes", False),
        ("factor_removed", "passkey", True),
        ("factor_removed", "app", True),
        ("factor_removed", "all", False),
    ],
)
def test_a_mail_says_when_other_devices_were_signed_out(kind: str, factor: str, is_said: bool) -> None:
    message = build(kind, {"factor": factor})
    for subtype in ("plain", "html"):
        assert (SIGNED_OUT in " ".join(part_of(message, subtype).split())) is is_said


@pytest.mark.parametrize(("kind", "context", "subject", "words"), CASES)
def test_a_mail_says_what_when_and_how_to_undo_it(
    kind: str, context: dict[str, Any], subject: str, words: str
) -> None:
    message = build(kind, context)
    text, html = parts_of(message)
    assert message["Subject"] == subject
    for said in (" ".join(text.split()), " ".join(html.split())):
        assert words in said
        assert "22.11.2026, 12:00 Uhr" in re.sub(r"<[^>]*>", "", said)
        assert "Firefox, Windows" in said
        assert "Das war ich nicht" in said or "Waren Sie das nicht?" in said
        assert "/das-war-ich-nicht/" in said
    assert [line for line in text.splitlines() if len(line) > 72 and not line.startswith("http")] == []


@pytest.mark.parametrize(("kind", "context", "subject", "words"), CASES)
def test_both_parts_lead_to_the_same_pages(
    kind: str, context: dict[str, Any], subject: str, words: str
) -> None:
    message = build(kind, context)
    in_text = set(re.findall(r"https?://\S+", part_of(message, "plain")))
    assert in_text == set(re.findall(r'href="(https?://[^"]+)"', part_of(message, "html")))


def test_a_code_is_said_once_with_its_time_and_what_to_do(db: None) -> None:
    user = make_user()
    mail = enqueue(
        "device_code", to=user.email, context={"user_id": user.pk, "device": "Chrome, Mac"}, now=NOW
    )
    message = build_message(mail, now=NOW)
    text, html = parts_of(message)
    assert message["Subject"] == "Ihr Code für die Anmeldung"
    codes = re.findall(r"^(\d{6})$", text, re.MULTILINE)
    assert len(codes) == 1
    assert f"<b>{codes[0]}</b>" in html
    for said in (" ".join(text.split()), " ".join(html.split())):
        assert "Er gilt 10 Minuten." in said
        assert "Dann kennt jemand Ihr Passwort." in said
    assert [line for line in text.splitlines() if len(line) > 72] == []
