"""What the mail about a question says: the question word for word, and nothing of what was sent."""

import pytest

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.cases import ask
from tests.mail_parts import part_of
from tests.make import NOW, make_household, make_reading_submission
from tests.staff import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

QUESTION = "Ist das der Zähler im <Keller>?\nBitte sehen Sie noch einmal nach."


def test_the_mail_asks_in_the_words_of_staff_and_leads_to_the_answer() -> None:
    household = make_household()
    submission = make_reading_submission(household.strom, submitted_by=household.user)
    OutgoingMail.objects.all().delete()
    ask(submission, make_member(), QUESTION)

    message = build_message(OutgoingMail.objects.get(), now=NOW)

    assert message["Subject"] == "Rückfrage zu Ihrem Zählerstand"
    for kind in ("plain", "html"):
        text = part_of(message, kind)
        keller = "<Keller>" if kind == "plain" else "&lt;Keller&gt;"
        for expected in (
            "Guten Tag Michael Bauer,",
            f"Ist das der Zähler im {keller}?",
            "Bitte sehen Sie noch einmal nach.",
            submission.reference,
            f"http://localhost:8000/vs/{household.premise.public_id}/vorgaenge/{submission.reference}/",
        ):
            assert expected in text
        assert "24.318" not in text
