"""What the mail about a withdrawn submission says."""

import pytest

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.services import withdraw_submission
from tests.mail_parts import longest_line, parts_of
from tests.make import NOW, make_household, make_reading_submission

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_mail_names_what_was_withdrawn_and_says_nothing_of_its_content() -> None:
    household = make_household()
    submission = make_reading_submission(household.strom)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)

    message = build_message(OutgoingMail.objects.get(), now=NOW)

    assert message["Subject"] == f"Ihre Angaben sind zurückgezogen ({submission.reference})"
    plain, html = parts_of(message)
    assert longest_line(plain) <= 72
    for text in (plain, html):
        for expected in (
            "Guten Tag Michael Bauer,",
            "diese Angaben sind zurückgezogen. Wir bearbeiten sie nicht weiter.",
            "Zählerstand",
            submission.reference,
            "Lindenstraße 12, Musterbach",
            f"http://localhost:8000/vs/{household.premise.public_id}/vorgaenge/{submission.reference}/",
        ):
            assert expected in text
        assert "24.318" not in text
