"""What the mails about bank accounts say, and what they keep to themselves."""

import datetime as dt

import pytest

from kundenportal.banking.services import settle_bank_change
from kundenportal.banking.stopping import stop_change
from kundenportal.customers.models import Customer
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, THIRD_IBAN, give_account, nothing, send_bank_change, stop_token, wish
from tests.mail_parts import longest_line, part_of
from tests.make import NOW, Household, make_household, make_premise

pytestmark = pytest.mark.django_db

CONTACT = "rechnung@beispiel.de"


@pytest.fixture
def household() -> Household:
    household = make_household()
    Customer.objects.update(contact_email=CONTACT)
    household.customer.refresh_from_db()
    give_account(household.customer)
    return household


def mail_of(kind: str, recipient: str = "m.bauer@beispiel.de") -> tuple[str, list[str]]:
    """Return subject and both parts of the newest mail of a kind, lines of the text counted."""
    mail = OutgoingMail.objects.filter(kind=kind, recipient=recipient).latest("pk")
    message = build_message(mail, now=NOW)
    texts = []
    for name in ("plain", "html"):
        text = part_of(message, name)
        if name == "plain":
            assert longest_line(text) <= 72
        for iban in (NEW_IBAN, THIRD_IBAN):
            assert iban[4:] not in text.replace(" ", "")
        texts.append(" ".join(text.split()))
    return str(message["Subject"]), texts


@pytest.mark.parametrize("recipient", ["m.bauer@beispiel.de", CONTACT])
def test_the_notice_shows_both_accounts_masked_the_wait_and_both_links(
    household: Household, recipient: str
) -> None:
    submission = send_bank_change(household)
    subject, texts = mail_of("bank_requested", recipient)
    assert subject == "Ihre Bankverbindung wird geändert"
    for text in texts:
        for expected in (
            "Guten Tag Michael Bauer,",
            "DE•• •••• 2051",
            "DE•• •••• 3000",
            "4. Dezember 2026",
            "KP-0014026-1-1",
            "DE98ZZZ09999999999",
            "Zu Ihrer Sicherheit warten wir bis Sonntag, 29. November, 12:00 Uhr.",
            "Gerät:",
            "Waren Sie das nicht",
            "/bankverbindung-anhalten/",
            "/das-war-ich-nicht/",
            "09872 0000-332",
        ):
            assert expected in text
        assert ("Vorgangsnummer:" in text) == (recipient != CONTACT)
        assert (submission.reference in text) == (recipient != CONTACT)


def test_the_notice_names_every_account_of_the_change(household: Household) -> None:
    garden = make_premise(household.customer, street="Gartenweg", house_number="7a")
    give_account(household.customer, premise=garden, iban=THIRD_IBAN)
    send_bank_change(household, wish(), nothing(garden))
    _, texts = mail_of("bank_requested")
    for text in texts:
        assert "Gartenweg 7a" in text
        assert "DE•• •••• 9700" in text
        assert "Neu: kein eigenes Konto mehr" in text


def test_the_notice_of_an_end_says_so_and_waits_for_nothing(household: Household) -> None:
    send_bank_change(household, nothing())
    subject, texts = mail_of("bank_requested")
    assert subject == "Ihre Lastschrift wird beendet"
    for text in texts:
        assert "Neu: Sie überweisen selbst" in text
        assert "warten wir" not in text
        assert "Gläubiger-ID" not in text


@pytest.mark.parametrize(
    ("outcome", "is_ending", "subject", "sentence"),
    [
        (
            "accepted",
            False,
            "Ihre neue Bankverbindung ist übernommen",
            "wir haben Ihre neue Bankverbindung übernommen.",
        ),
        (
            "accepted",
            True,
            "Ihre Lastschrift ist beendet",
            "Bitte überweisen Sie Ihre Zahlungen ab dann selbst.",
        ),
        ("rejected", False, "Ihre Bankverbindung bleibt wie bisher", "Dieses Konto gibt es nicht."),
    ],
)
def test_the_sender_learns_how_it_ended(
    household: Household, outcome, is_ending: bool, subject: str, sentence: str
) -> None:
    submission = send_bank_change(household, nothing() if is_ending else wish())
    Submission.objects.update(status="exported")
    reason = "Dieses Konto gibt es nicht." if outcome == "rejected" else ""
    settle_bank_change(submission, outcome=outcome, reason=reason, now=NOW)
    found, texts = mail_of(f"bank_{outcome}")
    assert found == subject
    for text in texts:
        assert sentence in text
        assert submission.reference in text


def test_a_stopped_change_is_told_with_the_way_to_a_new_password(household: Household) -> None:
    send_bank_change(household)
    stop_change(token=stop_token(CONTACT), now=NOW)
    subject, texts = mail_of("bank_stopped")
    assert subject == "Die Änderung Ihrer Bankverbindung ist angehalten"
    for text in texts:
        assert "Es bleibt alles, wie es war." in text
        assert "/passwort-vergessen/" in text


def test_the_utility_learns_of_a_dispute_without_names_or_accounts(household: Household) -> None:
    submission = send_bank_change(household)
    token = stop_token(CONTACT)
    Submission.objects.update(status="exported")
    stop_change(token=token, now=NOW + dt.timedelta(days=9))
    subject, texts = mail_of("bank_disputed", "service@stadtwerke-musterbach.example")
    assert subject == f"Kundenportal: Bankverbindung beanstandet ({submission.reference})"
    for text in texts:
        assert "13. Dezember 2026" in text
        assert "Bauer" not in text.replace("Stadtwerke", "")
        assert "3000" not in text
