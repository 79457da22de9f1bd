"""The mails about logins, as they are sent."""

import re
from email.message import EmailMessage

import pytest

from kundenportal.identity.models import EmailChange
from kundenportal.linking.models import AccountLink, Registration
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.services import enqueue
from tests.mail_parts import part_of, parts_of
from tests.make import NOW, make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NUMBER = "0014026/1"


def contexts() -> dict[str, dict[str, object]]:
    registration = Registration.objects.create(
        customer_number=NUMBER, name="Michael Bauer", email="m.bauer@beispiel.de", created_at=NOW
    )
    user = make_user(make_customer(customer_number=NUMBER))
    event = {"event_id": 1, "event_at": NOW.isoformat(), "recipient_index": 0, "device": "Firefox, Windows"}
    change = EmailChange.objects.create(
        user=user, old_email=user.email, new_email="neu@beispiel.de", requested_at=NOW
    )
    asked = {"registration_id": registration.pk, "customer_number": NUMBER}
    return {
        "registration_link": asked,
        "registration_start_password": asked,
        "registration_exists": asked,
        "registration_notice": {"customer_number": NUMBER},
        "registration_completed": {
            "customer_number": NUMBER,
            "account_link_id": AccountLink.objects.get().pk,
            "is_held": False,
        },
        "password_reset": {"user_ids": [user.pk]},
        "sign_in_link": {"user_ids": [user.pk], "request_id": 1},
        "sign_in_blocked": event,
        "own_password_guessed": event,
        "link_password_guessed": event,
        "password_changed": event,
        "email_change_confirm": {"email_change_id": change.pk},
        "email_change_requested": event | {"masked_email": "n•••••u@beispiel.de"},
        "email_changed": event,
        "new_device": event,
        "login_secured": {"has_email_reverted": True},
        "login_locked": {},
        "login_unlocked": {},
    }


def build(kind: str) -> EmailMessage:
    return build_message(enqueue(kind, to="m.bauer@beispiel.de", context=contexts()[kind], now=NOW), now=NOW)


SUBJECTS = {
    "registration_link": "Ihre Zugangsdaten zum Kundenportal",
    "registration_start_password": "Ihre Zugangsdaten zum Kundenportal",
    "registration_exists": "Sie haben schon einen Zugang",
    "registration_notice": "Jemand wollte Ihre Kundennummer registrieren",
    "registration_completed": "Für Ihre Kundennummer gibt es jetzt einen Zugang",
    "password_reset": "Neues Passwort festlegen",
    "sign_in_link": "Ihr Link zum Anmelden",
    "sign_in_blocked": "Viele falsche Passwörter für Ihren Zugang",
    "own_password_guessed": "Falsche Passwörter in Ihrem Kundenportal",
    "link_password_guessed": "Jemand wollte Ihr Kundenkonto verknüpfen",
    "password_changed": "Ihr Passwort wurde geändert",
    "email_change_confirm": "Bitte bestätigen Sie Ihre neue E-Mail-Adresse",
    "email_change_requested": "Ihre E-Mail-Adresse wird geändert",
    "email_changed": "Ihre E-Mail-Adresse wurde geändert",
    "new_device": "Neue Anmeldung in Ihrem Kundenportal",
    "login_secured": "Ihr Zugang zum Kundenportal ist gesichert",
    "login_locked": "Ihr Zugang zum Kundenportal ist gesperrt",
    "login_unlocked": "Ihr Zugang zum Kundenportal ist wieder offen",
}


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_mail_says_in_its_subject_what_happened_and_greets_nobody_by_a_typed_name(kind: str) -> None:
    message = build(kind)
    assert message["Subject"] == SUBJECTS[kind]
    for text in parts_of(message):
        assert "Guten Tag," in text
        assert "Michael" not in text
        assert "Stadtwerke Musterbach" in text


@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_text_part_has_72_columns_but_for_addresses(kind: str) -> None:
    lines = part_of(build(kind), "plain").splitlines()
    assert [line for line in lines if len(line) > 72 and not line.startswith("http")] == []
    assert not any(
        first == second == third == ""
        for first, second, third in zip(lines, lines[1:], lines[2:], strict=False)
    )


@pytest.mark.parametrize("kind", SUBJECTS)
def test_both_parts_lead_to_the_same_pages_of_this_portal_only(kind: str, settings) -> None:
    settings.BASE_URL = "https://portal.stadtwerke.example"
    message = build(kind)
    in_text = set(re.findall(r"https?://\S+", part_of(message, "plain")))
    in_html = set(re.findall(r'href="(https?://[^"]+)"', part_of(message, "html")))
    assert in_text == in_html
    assert all(address.startswith("https://portal.stadtwerke.example/") for address in in_text)


def test_the_access_data_are_the_number_and_a_link() -> None:
    text = part_of(build("registration_link"), "plain")
    assert "Kundennummer: 0014026/1" in text
    assert "Legen Sie hier Ihr Passwort fest (24 Stunden gültig):" in text
    assert "Danach melden Sie sich mit Kundennummer oder E-Mail an." in text
    assert "Waren Sie das nicht? Dann müssen Sie nichts tun." in text


def test_the_other_access_data_are_the_number_and_a_start_password_of_16_characters() -> None:
    text = part_of(build("registration_start_password"), "plain")
    assert "Kundennummer: 0014026/1" in text
    assert re.search(r"^Startpasswort: [0-9A-Z]{16}$", text, re.MULTILINE)


def test_a_reset_says_how_long_its_link_is_good() -> None:
    text = part_of(build("password_reset"), "plain")
    assert "Der Link gilt 60 Minuten." in text
    assert "Waren Sie das nicht? Ihr Passwort bleibt, wie es ist." in text
