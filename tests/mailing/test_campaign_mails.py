"""What the mails of a campaign say, whom they go to, and when they are not needed any more."""

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from django.test import Client

from kundenportal.campaigns.models import Invitation, InvitationLink, InvitedMeter
from kundenportal.campaigns.services import end_campaign
from kundenportal.customers.models import Premise
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import ReadingLink
from kundenportal.privacy.services import choose_mails
from tests.campaigns import CONSEQUENCE, look, make_running, put_out, supervisor
from tests.mail_parts import parts_of
from tests.mailing.sink import Sink
from tests.make import (
    NOW,
    Household,
    make_customer,
    make_household,
    make_reading_submission,
    make_register,
)

pytestmark = [pytest.mark.django_db, pytest.mark.real_socket]


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T10:00:00+01:00")


def texts_of(message: EmailMessage) -> list[str]:
    return [" ".join(each.split()) for each in parts_of(message)]


def sent(sink: Sink, now: dt.datetime = NOW) -> EmailMessage:
    """Send what waits and return the last mail."""
    assert send_due_mails(now)
    return sink.messages[-1]


@pytest.fixture
def household() -> Household:
    return make_household()


def test_the_request_names_the_meters_the_day_and_what_happens_otherwise(household: Household, sink: Sink):
    put_out(make_running(divisions=("strom", "gas")))
    message = sent(sink)
    assert message["Subject"] == "Bitte lesen Sie Ihre Zähler ab (bis 15. Dezember)"
    assert message["To"] == household.user.email
    for text in texts_of(message):
        assert "Guten Tag Michael Bauer," in text
        assert "1 EMH00 0451 2873" in text
        assert "8 SEN01 6634 1120" not in text
        assert re.search(r"bis (<b[^>]*>)?15\. Dezember 2026", text)
        assert "Zählerstand jetzt eintragen, ohne Anmeldung:" in text
        assert CONSEQUENCE in text


def test_the_link_in_a_mail_opens_and_that_is_counted(
    household: Household, sink: Sink, client: Client, time_machine
):
    time_machine.move_to(NOW)
    put_out(make_running())
    (address,) = set(re.findall(r"http://localhost:8000(/z/[\w-]+/)", texts_of(sent(sink))[0]))
    assert client.get(address).status_code == 200
    invitation = Invitation.objects.get()
    assert invitation.opened_at is not None
    assert InvitationLink.objects.get().link.premise == household.premise
    end_campaign(invitation.campaign, member=supervisor(), now=NOW)


def test_a_mail_that_waited_through_an_upgrade_is_sent(household: Household, sink: Sink):
    put_out(make_running())
    mail = OutgoingMail.objects.get()
    mail.context["invitation"] = mail.context.pop("invitations")[0]
    mail.save()
    assert "1 EMH00 0451 2873" in texts_of(sent(sink))[0]


@pytest.fixture
def garden(household: Household) -> Premise:
    """The place of another customer number that the login of the household holds, too."""
    premise = make_register(division="wasser").meter.premise
    premise.street, premise.house_number = "Gartenweg", "7a"
    premise.save()
    household.user.account_links.create(customer=premise.customer, proof="mailbox", created_at=NOW)
    return premise


def test_one_mail_asks_for_all_places_of_a_login_each_with_its_own_link(
    household: Household, garden: Premise, sink: Sink
):
    assert put_out(make_running()) == 1
    message = sent(sink)
    assert InvitationLink.objects.count() == 2
    for text in texts_of(message):
        assert "Lindenstraße 12" in text
        assert "Gartenweg 7a" in text
        assert "Jeder Link gilt nur für seine Verbrauchsstelle." in text
        assert len(set(re.findall(r"/z/[\w-]+/", text))) == 2


def test_a_place_that_the_login_has_lost_is_not_in_its_mail(
    household: Household, garden: Premise, sink: Sink
):
    put_out(make_running())
    AccountLink.objects.filter(customer=garden.customer).update(ended_at=NOW)
    for text in texts_of(sent(sink)):
        assert "Lindenstraße 12" in text
        assert "Gartenweg" not in text
    assert InvitationLink.objects.get().link.premise == household.premise


def test_a_mail_can_be_ended_with_one_click(household: Household, sink: Sink):
    put_out(make_running())
    message = sent(sink)
    assert message["List-Unsubscribe"].startswith("<http://localhost:8000/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_switched_reminders_off_meanwhile_gets_none_and_counts_as_not_reached(
    household: Household, sink: Sink
):
    campaign = make_running()
    put_out(campaign)
    choose_mails(user=household.user, wanted=(), language="de", now=NOW)
    send_due_mails(NOW)
    look(campaign)
    assert sink.messages == []
    assert Invitation.objects.get().delivery == "unreached"


@pytest.mark.parametrize(
    ("day", "subject"),
    [
        ("2026-12-01", "Noch 14 Tage: Ihr Zählerstand fehlt"),
        ("2026-12-12", "Noch 3 Tage: Ihr Zählerstand fehlt"),
        ("2026-12-14", "Noch 1 Tag: Ihr Zählerstand fehlt"),
        ("2026-12-15", "Heute ist der letzte Tag: Ihr Zählerstand fehlt"),
    ],
)
def test_a_reminder_tells_how_many_days_are_left_when_it_is_sent(
    household: Household, sink: Sink, day: str, subject: str
):
    campaign = make_running()
    put_out(campaign)
    sent(sink)
    look(campaign)
    make_reading_submission(household.strom)
    assert put_out(campaign, now=at(day)) == 1
    message = sent(sink, at(day))
    assert message["Subject"] == subject
    for text in texts_of(message):
        assert "7 ELS00 1182 0096" in text
        assert "1 EMH00 0451 2873" not in text
        assert CONSEQUENCE in text


def test_what_is_not_needed_any_more_is_not_sent_and_makes_no_link(household: Household, sink: Sink):
    campaign = make_running()
    put_out(campaign)
    make_reading_submission(household.strom, household.gas, household.wasser)
    look(campaign)
    send_due_mails(NOW)
    assert sink.messages == []
    assert OutgoingMail.objects.get(kind="reading_requested").status == "stopped"
    assert not ReadingLink.objects.exists()


@pytest.mark.parametrize("why", ["campaign", "contract", "customer", "due date"])
def test_nothing_is_sent_when_what_it_was_for_is_over(household: Household, sink: Sink, why: str):
    campaign = make_running()
    put_out(campaign)
    now = NOW
    if why == "campaign":
        end_campaign(campaign, member=supervisor(), now=NOW)
    elif why == "contract":
        household.premise.end_date = dt.date(2026, 11, 21)
        household.premise.save()
    elif why == "customer":
        Invitation.objects.update(customer=make_customer())
    else:
        now = at("2026-12-16")
    send_due_mails(now)
    assert sink.messages == []
    assert InvitedMeter.objects.filter(reported_date=None).exists()
