"""What the mail about readings says that wait for a word."""

import datetime as dt

import pytest

from kundenportal.cellar.services import let_wait
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.cellar import prepared_device
from tests.make import NOW, Household, make_household, make_reading_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Household:
    """A household whose telephone handed in a value that needs a word."""
    household = make_household()
    typed = {f"stand-{household.wasser.pk}": "641"}
    let_wait(prepared_device(household), key="key-1", typed=typed, now=NOW)
    return household


def test_the_mail_leads_to_the_page_and_tells_no_value(waiting: Household) -> None:
    mail = OutgoingMail.objects.get()
    message = build_message(mail, now=NOW)
    assert message["Subject"] == "Ihr Zählerstand wartet auf Ihre Prüfung"
    assert mail.recipient == waiting.user.email
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = " ".join(part.get_content().split())
        assert "Guten Tag Michael Bauer," in text
        assert f"http://localhost:8000/vs/{waiting.premise.public_id}/zaehlerstaende/wartend/key-1/" in text
        assert "641" not in text


def test_nobody_is_asked_for_what_was_sent_meanwhile(waiting: Household) -> None:
    make_reading_submission(
        waiting.wasser, submitted_by=waiting.user, received_at=NOW + dt.timedelta(minutes=1)
    )
    with pytest.raises(NoLongerNeeded):
        build_message(OutgoingMail.objects.get(), now=NOW)


def test_nobody_is_asked_who_lost_the_customer_meanwhile(waiting: Household) -> None:
    AccountLink.objects.filter(user=waiting.user).update(ended_at=NOW)
    with pytest.raises(NoLongerNeeded):
        build_message(OutgoingMail.objects.get(), now=NOW)
