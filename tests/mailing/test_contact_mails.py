"""What the mails about messages say, and what they never quote (M16, M16b; security.md A12)."""

from dataclasses import replace

import pytest
from pytest_django import Settings

from kundenportal.contact.models import ContactThread
from kundenportal.contact.services import settle_contact_message
from kundenportal.core.contact_rules import ContactRules
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.contact import answer, send_message, send_reply
from tests.mail_parts import longest_line, parts_of
from tests.make import NOW, Household, make_household

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

SPAM = "Gewinnen Sie jetzt auf boese.example"


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def submission(household: Household) -> Submission:
    return send_message(household, subject=f"{SPAM}\r\nBcc: alle@beispiel.example", body=SPAM)


def mail_of(kind: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of the newest mail of a kind, having seen that it quotes nothing."""
    message = build_message(OutgoingMail.objects.filter(kind=kind).latest("pk"), now=NOW)
    text, html = parts_of(message)
    assert message["To"] == "m.bauer@beispiel.de"
    assert message["Bcc"] is None
    assert "boese" not in message.as_string()
    assert longest_line(text) <= 72
    return message["Subject"], text, html


def thread_link(household: Household, submission: Submission) -> str:
    return f"http://localhost:8000/vs/{household.premise.public_id}/nachrichten/{submission.reference}/"


def test_the_confirmation_says_when_and_where_and_quotes_nothing(
    household: Household, submission: Submission
) -> None:
    subject, *parts = mail_of("contact_received")
    assert subject == f"Wir haben Ihre Anfrage erhalten ({submission.reference})"
    for part in parts:
        for expected in (
            "Guten Tag Michael Bauer,",
            "wir haben Ihre Anfrage erhalten.",
            submission.reference,
            "Eingegangen am 22.11.2026, 12:00 Uhr",
            "Lindenstraße 12, Musterbach",
            "In der Regel antworten wir in 2 Arbeitstagen.",
            thread_link(household, submission),
        ):
            assert expected in " ".join(part.split())


def test_the_confirmation_tells_of_one_day_in_the_singular(
    submission: Submission, settings: Settings
) -> None:
    settings.UTILITY = replace(settings.UTILITY, contact=ContactRules(answer_days=1))
    _subject, *parts = mail_of("contact_received")
    for part in parts:
        assert "In der Regel antworten wir in 1 Arbeitstag." in " ".join(part.split())


def test_the_confirmation_of_a_further_message_leads_to_the_thread(
    household: Household, submission: Submission
) -> None:
    thread = ContactThread.objects.select_related("opened_by__premise").get()
    further = send_reply(household, thread, key="key-2", body=SPAM)
    subject, text, _html = mail_of("contact_received")
    assert further.reference in subject
    assert thread_link(household, submission) in text


def test_the_mail_about_an_answer_carries_only_the_way_to_it(
    household: Household, submission: Submission
) -> None:
    answer(ContactThread.objects.get(), body="Ihre IBAN lautet …")
    subject, *parts = mail_of("contact_answered")
    assert subject == f"Antwort auf Ihre Anfrage ({submission.reference})"
    for part in parts:
        assert "wir haben Ihre Anfrage beantwortet." in part
        assert thread_link(household, submission) in part
        assert "IBAN" not in part


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("accepted", "Ihre Anfrage ist bearbeitet"), ("rejected", "Rückfrage zu Ihrer Anfrage")],
)
def test_the_outcome_is_told_with_its_reason(
    household: Household, submission: Submission, outcome: str, expected: str
) -> None:
    Submission.objects.update(status=Submission.Status.EXPORTED)
    reason = "Der Umzug ist vorgemerkt."
    settle_contact_message(submission, outcome=outcome, reason=reason, now=NOW)  # type: ignore[arg-type]
    subject, *parts = mail_of(f"contact_{outcome}")
    assert subject == f"{expected} ({submission.reference})"
    for part in parts:
        assert "Der Umzug ist vorgemerkt." in part
        assert thread_link(household, submission) in part
