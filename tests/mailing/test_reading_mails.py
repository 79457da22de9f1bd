"""What the mails about meter readings say."""

from decimal import Decimal
from typing import Literal

import pytest

from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import ReadingToSubmit, settle_reading_submission, submit_meter_readings
from kundenportal.submissions.models import Submission
from tests.mail_parts import longest_line, mail_of
from tests.make import NOW, TODAY, make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    household = make_household()
    return submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[
            ReadingToSubmit(household.strom.pk, NewReading(TODAY, Decimal(24318))),
            ReadingToSubmit(household.gas.pk, NewReading(TODAY, Decimal(9305))),
        ],
        confirmed=(),
        key="key-1",
        now=NOW,
    )


def settle(submission: Submission, outcome: Literal["accepted", "rejected"], reason: str = "") -> None:
    Submission.objects.update(status=Submission.Status.EXPORTED)
    settle_reading_submission(submission, outcome=outcome, reason=reason, now=NOW)


def test_the_confirmation_lists_what_was_sent(submission: Submission) -> None:
    subject, text, html = mail_of("reading_received")
    assert subject == f"Ihr Zählerstand ist angekommen ({submission.reference})"
    for part in (text, html):
        assert "Guten Tag Michael Bauer," in part
        assert submission.reference in part
        assert "24.318 kWh" in part
        assert "9.305 m³" in part
        assert "am 22.11.2026" in part
        assert "1 EMH00 0451 2873" in part
        path = f"/vs/{submission.premise.public_id}/vorgaenge/{submission.reference}/"
        assert f"http://localhost:8000{path}" in part


def test_the_text_part_keeps_to_72_columns(submission: Submission) -> None:
    _, text, _ = mail_of("reading_received")
    assert longest_line(text) <= 72


def test_the_customer_hears_that_the_values_were_taken_over(submission: Submission) -> None:
    settle(submission, "accepted")
    subject, text, html = mail_of("reading_accepted")
    assert subject == "Ihr Zählerstand ist übernommen"
    for part in (text, html):
        assert "wir haben Ihre Zählerstände übernommen" in part
        assert "24.318 kWh" in part


def test_the_customer_hears_why_the_values_were_not_taken_over(submission: Submission) -> None:
    settle(submission, "rejected", "Der Stand passt nicht zum <Zähler>.")
    subject, text, html = mail_of("reading_rejected")
    assert subject == "Ihr Zählerstand ist nicht übernommen"
    assert "Der Stand passt nicht zum <Zähler>." in text
    assert "Der Stand passt nicht zum &lt;Zähler&gt;." in html
    assert f"/vs/{submission.premise.public_id}/zaehlerstaende/" in text
