"""What the mails about advance payments say (M12)."""

from typing import Literal

import pytest

from kundenportal.advance_payments.services import settle_advance_payment_change
from kundenportal.mailing.services import enqueue
from kundenportal.submissions.models import Submission
from tests.mail_parts import longest_line, mail_of
from tests.make import NOW, make_advance_payment_submission, make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    household = make_household()
    return make_advance_payment_submission(household.premise, status="exported", submitted_by=household.user)


def settle(submission: Submission, outcome: Literal["accepted", "rejected"], reason: str = "") -> None:
    settle_advance_payment_change(submission, outcome=outcome, reason=reason, now=NOW)


def test_the_confirmation_tells_old_and_new_and_the_total(submission: Submission) -> None:
    enqueue(
        "advance_payment_received",
        to="m.bauer@beispiel.de",
        context={"submission": submission.pk},
        now=NOW,
        customer_id=submission.customer_id,
    )
    subject, text, html = mail_of("advance_payment_received")
    assert subject == "Ihr neuer Abschlag ab 1. Januar 2027"
    for part in (text, html):
        assert "Guten Tag Michael Bauer," in part
        assert submission.reference in part
        assert "bisher 92,00 €, neu 85,00 €" in part
        assert "108,00 € wie bisher" in part
        assert "193,00 € im Monat" in part
        assert "Er gilt ab 1. Januar 2027." in " ".join(part.split())
        path = f"/vs/{submission.premise.public_id}/vorgaenge/{submission.reference}/"
        assert f"http://localhost:8000{path}" in part
    assert longest_line(text) <= 72


def test_the_customer_hears_that_the_amount_was_taken_over(submission: Submission) -> None:
    settle(submission, "accepted")
    subject, text, html = mail_of("advance_payment_accepted")
    assert subject == "Ihr neuer Abschlag ist übernommen"
    for part in (text, html):
        assert "neu 85,00 €" in part
        assert "Sie müssen nichts mehr tun." in part


def test_the_customer_hears_why_the_amount_stays(submission: Submission) -> None:
    settle(submission, "rejected", "Der Betrag <passt> nicht.")
    subject, text, html = mail_of("advance_payment_rejected")
    assert subject == "Ihr Abschlag bleibt wie bisher"
    assert "Der Betrag <passt> nicht." in text
    assert "Der Betrag &lt;passt&gt; nicht." in html
    assert "Sie zahlen wie bisher." in text
