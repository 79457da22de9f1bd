"""Campaigns on the database: whom they invite, what they send, when they count an answer, how they end."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.campaigns.figures import figures_of
from kundenportal.campaigns.links import make_invitation_links
from kundenportal.campaigns.models import Campaign, Invitation, InvitationLink, InvitedMeter
from kundenportal.campaigns.services import (
    CampaignMovedOn,
    change_campaign,
    closing,
    discard_campaign,
    end_campaign,
    end_campaigns,
    forget_campaigns,
    inviting,
    note_opened,
    note_progress,
    pause_campaign,
    progress,
    resume_campaign,
    send_invitations,
    start_campaign,
    write_invitations,
)
from kundenportal.campaigns.targets import preview_of
from kundenportal.identity.models import OneTimeSecret
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, ReadingLink, SubmittedReading
from kundenportal.privacy.models import MailOptOut
from kundenportal.submissions.models import Submission
from tests.campaigns import (
    give_login,
    look,
    mails_left,
    make_campaign,
    make_plan,
    make_running,
    put_out,
    supervisor,
)
from tests.make import (
    NOW,
    TODAY,
    make_household,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
)
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
Delivery, Way = Invitation.Delivery, Invitation.Way


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T10:00:00+01:00")


def the_invitation() -> Invitation:
    return Invitation.objects.get()


def preview(**changes):
    return preview_of(make_campaign(**changes), today=TODAY, now=NOW)


def test_the_preview_says_what_becomes_of_every_meter():
    household = make_household()
    make_register(household.premise, division="waerme", is_remote=True)
    make_register(make_premise(end_date=TODAY - DAY))
    make_register(installed_date=dt.date(2010, 1, 1), removed_date=TODAY - DAY)
    make_register(removed_date=dt.date(2020, 1, 1))
    make_reading(make_register(), dt.date(2026, 11, 16), 5)
    make_reading(make_register(), dt.date(2026, 11, 16), 5, origin=MeterReading.Origin.ESTIMATED)
    make_reading_submission(make_register())
    found = preview()
    assert (found.meters, found.premises) == (4, 2)
    assert (found.not_supplied, found.remote, found.already_read) == (2, 1, 2)


def test_the_preview_says_who_is_asked_by_mail_and_who_by_card():
    mailed, refusing, held = (make_register().meter.premise.customer for _ in range(3))
    make_register()
    give_login(mailed, 1)
    MailOptOut.objects.create(user=give_login(refusing, 2), category="reading_reminders", created_at=NOW)
    give_login(held, 3)
    AccountLink.objects.filter(customer=held).update(held_until=NOW + DAY)
    found = preview()
    assert (found.by_mail, found.by_card) == (1, 3)
    assert (found.without_login, found.refused) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "meters"),
    [
        ({"divisions": ("strom",)}, 2),
        ({"places": ("91560",)}, 3),
        ({"places": ("Neudorf",)}, 1),
        ({"meter_numbers": ("1emh00 04512873", "9 xyz")}, 1),
        ({"meter_numbers": ("1emh00 04512873",), "divisions": ("gas",)}, 0),
    ],
)
def test_the_target_group_is_narrowed(changes, meters):
    make_household()
    make_register(make_premise(city="Neudorf", postal_code="91575"))
    found = preview(**changes)
    assert found.meters == meters


def test_the_preview_names_the_listed_numbers_that_fit_no_meter():
    make_household()
    assert preview(meter_numbers=("1emh00 04512873", "9 xyz")).unknown_numbers == ("9 xyz",)


def test_a_draft_may_be_changed_and_discarded():
    campaign = make_campaign()
    change_campaign(campaign, make_plan(name="Nur Gas", divisions=("gas",)), member=supervisor(), now=NOW)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.division_list) == ("Nur Gas", ("gas",))
    discard_campaign(campaign, member=supervisor(), now=NOW)
    assert not Campaign.objects.exists()
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["campaign.created", "campaign.changed", "campaign.discarded"]


def test_what_does_not_fit_where_a_campaign_stands_changes_nothing():
    draft, running = make_campaign(), make_running()
    ended = make_running()
    end_campaign(ended, member=supervisor(), now=NOW)
    late, acts = make_campaign(), {"member": supervisor(), "now": NOW}
    before = snapshot()
    for act in (
        lambda: start_campaign(running, **acts),
        lambda: start_campaign(late, member=supervisor(), now=at("2026-12-16")),
        lambda: pause_campaign(draft, **acts),
        lambda: resume_campaign(running, **acts),
        lambda: end_campaign(ended, **acts),
        lambda: end_campaign(draft, **acts),
        lambda: discard_campaign(running, **acts),
        lambda: change_campaign(running, make_plan(), **acts),
    ):
        with pytest.raises(CampaignMovedOn):
            act()
        assert snapshot() == before


def test_starting_writes_one_invitation_per_premise_and_one_row_per_meter(monkeypatch):
    household = make_household()
    make_register()
    monkeypatch.setattr(inviting, "METERS_AT_A_TIME", 3)
    campaign = make_running()
    assert campaign.is_planned
    assert Invitation.objects.count() == 2
    assert InvitedMeter.objects.count() == 4
    assert Invitation.objects.get(premise=household.premise).way == Way.MAIL
    assert Invitation.objects.exclude(premise=household.premise).get().way == Way.CARD
    assert write_invitations(NOW) == 0


def test_a_paused_campaign_writes_no_invitation_and_sends_nothing():
    make_household()
    campaign = make_campaign()
    start_campaign(campaign, member=supervisor(), now=NOW)
    pause_campaign(campaign, member=supervisor(), now=NOW)
    assert write_invitations(NOW) == 0
    assert put_out(campaign) == 0
    resume_campaign(campaign, member=supervisor(), now=NOW)
    assert write_invitations(NOW) == 1
    assert put_out(campaign) == 1


def test_everybody_gets_one_mail_at_the_pace_that_is_set(settings: Settings):
    settings.CAMPAIGN_MAILS_PER_MINUTE = 12
    for number in range(3):
        give_login(make_register().meter.premise.customer, number)
    make_running()
    assert send_invitations(NOW) == 2
    assert send_invitations(NOW + dt.timedelta(seconds=9)) == 0
    assert send_invitations(NOW + dt.timedelta(seconds=10)) == 1
    assert send_invitations(NOW + dt.timedelta(seconds=20)) == 0
    mails = OutgoingMail.objects.filter(kind="reading_requested")
    assert len({mail.customer_id for mail in mails}) == mails.count() == 3
    assert {mail.recipient for mail in mails} == {""}


@pytest.mark.parametrize(("places", "mails"), [(20, [20]), (21, [20, 1])])
def test_who_has_many_places_gets_one_mail_for_twenty(places: int, mails: list[int], settings: Settings):
    settings.CAMPAIGN_MAILS_PER_MINUTE = 12
    customers = [make_register().meter.premise.customer for _ in range(places)]
    user = give_login(customers[0])
    for customer in customers[1:]:
        user.account_links.create(customer=customer, proof="mailbox", created_at=NOW)
    campaign = make_running()
    assert put_out(campaign) == len(mails)
    sent = OutgoingMail.objects.order_by("pk")
    assert [mail.reading_invitations.count() for mail in sent] == mails
    assert not Invitation.objects.exclude(delivery=Delivery.QUEUED).exists()
    mails_left()
    look(campaign)
    assert figures_of(campaign).sent == places
    assert put_out(campaign, now=at("2026-12-01")) == len(mails)
    assert set(Invitation.objects.values_list("reminders", flat=True)) == {1}


def test_campaigns_share_the_pace_and_take_turns(settings: Settings):
    settings.CAMPAIGN_MAILS_PER_MINUTE = 6
    for number in range(2):
        give_login(make_register().meter.premise.customer, number)
    campaigns = [make_running() for _ in range(3)]
    seconds = [NOW + dt.timedelta(seconds=second) for second in range(60)]
    assert [send_invitations(second) for second in seconds] == ([1] + [0] * 9) * 6
    for campaign in campaigns:
        mails = OutgoingMail.objects.filter(reading_invitations__campaign=campaign)
        times = [round((mail.created_at - NOW).total_seconds()) for mail in mails.order_by("created_at")]
        assert times == [10 * campaigns.index(campaign), 10 * campaigns.index(campaign) + 30]


def test_a_campaign_that_has_nothing_to_send_takes_no_share(settings: Settings):
    settings.CAMPAIGN_MAILS_PER_MINUTE = 12
    make_running()
    for number in range(2):
        give_login(make_register().meter.premise.customer, number)
    make_running()
    assert send_invitations(NOW) == 2


def test_who_has_reported_before_the_mail_left_gets_none():
    household = make_household()
    campaign = make_running()
    make_reading_submission(household.strom, household.gas, household.wasser, received_at=NOW)
    assert put_out(campaign) == 0
    assert the_invitation().reported_way == "portal"


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("sent", "sent"),
        ("bounced", "unreached"),
        ("failed", "unreached"),
        ("stopped", "unreached"),
        ("unwanted", "unreached"),
    ],
)
def test_an_invitation_follows_its_mail(status, delivery):
    make_household()
    campaign = make_running()
    put_out(campaign)
    assert the_invitation().delivery == Delivery.QUEUED
    mails_left(status)
    assert look(campaign) == 1
    assert the_invitation().delivery == delivery
    assert figures_of(campaign).unreached == (delivery == "unreached")


@pytest.mark.parametrize("channel", ["portal", "link", "public"])
def test_a_reading_counts_by_whatever_way_it_came(channel):
    household = make_household()
    campaign = make_running(divisions=("strom",))
    make_reading_submission(household.strom, channel=channel, received_at=NOW + DAY)
    look(campaign, now=NOW + DAY)
    meter = InvitedMeter.objects.get()
    assert (meter.reported_date, meter.reported_way) == (TODAY + DAY, channel)
    assert the_invitation().reported_way == channel


@pytest.mark.parametrize(
    ("read_on", "way"),
    [("2026-11-14", ""), ("2026-11-15", "portal"), ("2026-12-31", "portal"), ("2027-01-01", "")],
)
def test_a_reading_sent_in_counts_when_it_was_taken_in_the_period(read_on, way):
    household = make_household()
    campaign = make_running(divisions=("strom",))
    make_reading_submission(household.strom, received_at=NOW)
    SubmittedReading.objects.update(reading_date=dt.date.fromisoformat(read_on))
    look(campaign)
    assert the_invitation().reported_way == way
    assert put_out(campaign) == (0 if way else 1)


def test_a_reading_counts_that_was_completed_before_the_start_and_is_not_in_the_billing_data_yet():
    household = make_household()
    make_reading_submission(household.strom, status="completed", received_at=NOW - DAY)
    campaign = make_running(divisions=("strom",))
    assert put_out(campaign) == 0
    assert the_invitation().reported_way == "portal"


def test_what_the_billing_system_brings_counts_and_an_estimate_does_not():
    household = make_household()
    campaign = make_running(divisions=("strom", "gas"))
    make_reading(household.strom, TODAY, 24_000)
    make_reading(household.gas, TODAY, 9_000, origin=MeterReading.Origin.ESTIMATED)
    look(campaign)
    ways = dict(InvitedMeter.objects.values_list("meter__division", "reported_way"))
    assert ways == {"strom": "billing", "gas": ""}
    assert the_invitation().reported_at is None


@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_a_reading_that_came_to_nothing_counts_no_more(status):
    household = make_household()
    campaign = make_running(divisions=("strom",))
    submission = make_reading_submission(household.strom)
    look(campaign)
    assert the_invitation().reported_at is not None
    Submission.objects.filter(pk=submission.pk).update(status=status)
    look(campaign)
    assert the_invitation().reported_at is None
    assert InvitedMeter.objects.get().reported_date is None


def test_going_round_sees_everything_and_starts_again(monkeypatch):
    monkeypatch.setattr(progress, "INVITATIONS_AT_A_TIME", 2)
    registers = [make_register() for _ in range(3)]
    make_running()
    for register in registers:
        make_reading_submission(register)
    assert [note_progress(NOW) for _ in range(3)] == [2, 1, 0]


def test_reminders_go_to_whoever_was_asked_before_and_has_not_reported():
    asked, done, late = (make_register() for _ in range(3))
    for number, register in enumerate((asked, done, late)):
        give_login(register.meter.premise.customer, number)
    campaign = make_running()
    late_one = Invitation.objects.get(premise=late.meter.premise)
    Invitation.objects.filter(pk=late_one.pk).update(delivery=Delivery.SENT, told_at=at("2026-12-01"))
    put_out(campaign)
    mails_left()
    look(campaign)
    assert put_out(campaign, now=at("2026-11-30")) == 0
    make_reading_submission(done, received_at=at("2026-11-30"))
    assert put_out(campaign, now=at("2026-12-01")) == 1
    mails_left()
    assert put_out(campaign, now=at("2026-12-05")) == 0
    assert put_out(campaign, now=at("2026-12-12")) == 2
    mails_left()
    assert put_out(campaign, now=at("2026-12-14")) == 0
    assert OutgoingMail.objects.filter(kind="reading_reminder").count() == 3
    reminded = OutgoingMail.objects.filter(kind="reading_reminder").values_list("customer_id", flat=True)
    assert done.meter.premise.customer_id not in set(reminded)


def test_no_reminder_goes_after_the_due_date_or_without_a_day():
    make_household()
    campaign = make_running(days=make_plan().days)
    put_out(campaign)
    mails_left()
    look(campaign)
    assert put_out(campaign, now=at("2026-12-16")) == 0


def test_a_campaign_that_goes_on_after_its_due_date_asks_nobody_any_more():
    make_household()
    campaign = make_running()
    pause_campaign(campaign, member=supervisor(), now=NOW)
    resume_campaign(campaign, member=supervisor(), now=at("2026-12-15"))
    before = snapshot(but=[Campaign])
    assert put_out(campaign, now=at("2026-12-16")) == 0
    assert snapshot(but=[Campaign]) == before
    assert put_out(campaign, now=at("2026-12-15")) == 1


@pytest.mark.parametrize("goes_on", [True, False])
def test_nobody_is_invited_after_the_due_date_and_who_was_left_out_is_counted(goes_on, monkeypatch):
    monkeypatch.setattr(inviting, "METERS_AT_A_TIME", 2)
    make_household()
    for _ in range(2):
        make_register()
    campaign = make_campaign()
    start_campaign(campaign, member=supervisor(), now=NOW)
    write_invitations(NOW)
    pause_campaign(campaign, member=supervisor(), now=NOW)
    before = snapshot(but=[Campaign])
    assert write_invitations(at("2026-12-15")) == 0
    campaign.refresh_from_db()
    assert not campaign.is_planned
    if goes_on:
        Campaign.objects.update(status=Campaign.Status.RUNNING)
    assert write_invitations(at("2026-12-16")) == 0
    assert snapshot(but=[Campaign]) == before
    campaign.refresh_from_db()
    assert campaign.is_planned
    assert (Invitation.objects.count(), campaign.left_out) == (1, 2)
    assert figures_of(campaign).untold == 1


def test_an_opened_link_is_counted_once():
    household = make_household()
    campaign = make_running()
    link = ReadingLink.objects.create(
        secret=OneTimeSecret.objects.create(
            purpose="reading_link", subject="x", digest="y", created_at=NOW, expires_at=NOW + DAY
        ),
        premise=household.premise,
        customer=household.customer,
        created_at=NOW,
    )
    note_opened(link, now=NOW)
    assert figures_of(campaign).opened == 0
    InvitationLink.objects.create(invitation=the_invitation(), link=link)
    note_opened(link, now=NOW)
    note_opened(link, now=NOW + DAY)
    assert the_invitation().opened_at == NOW
    assert figures_of(campaign).opened == 1


def test_a_campaign_ends_by_itself_and_closes_its_links():
    household = make_household()
    campaign = make_running()
    make_invitation_links([the_invitation()], now=NOW)
    make_reading_submission(household.strom)
    look(campaign)
    assert end_campaigns(at("2026-12-31")) == 0
    over = at("2027-01-01")
    assert end_campaigns(over) > 0
    campaign.refresh_from_db()
    assert campaign.status == Campaign.Status.ENDED
    assert not OneTimeSecret.objects.filter(expires_at__gt=over).exists()
    assert AuditEntry.objects.filter(action="campaign.ended", actor="system").count() == 1


@pytest.mark.parametrize(("seconds", "runs"), [(60, 1), (0, 4)])
def test_the_links_of_a_large_campaign_are_closed_in_one_run_if_there_is_time(monkeypatch, seconds, runs):
    monkeypatch.setattr(closing, "LINKS_AT_A_TIME", 1)
    monkeypatch.setattr(closing, "SECONDS_PER_RUN", seconds)
    make_household()
    campaign = make_running()
    make_invitation_links([the_invitation()] * 3, now=NOW)
    end_campaign(campaign, member=supervisor(), now=NOW)
    for is_done in [False] * (runs - 1) + [True]:
        end_campaigns(NOW)
        campaign.refresh_from_db()
        assert (campaign.figures is not None) == is_done
    assert not OneTimeSecret.objects.filter(expires_at__gt=NOW).exists()


def test_a_large_campaign_is_forgotten_in_one_run(monkeypatch):
    monkeypatch.setattr(closing, "INVITATIONS_AT_A_TIME", 1)
    for _ in range(3):
        make_register()
    end_campaign(make_running(), member=supervisor(), now=NOW)
    end_campaigns(NOW)
    assert forget_campaigns(NOW + 91 * DAY) == 3
    assert not Invitation.objects.exists()


def test_the_end_by_hand_closes_links_and_keeps_the_figures():
    household = make_household()
    campaign = make_running()
    make_invitation_links([the_invitation()], now=NOW)
    make_reading_submission(household.strom, household.gas)
    look(campaign)
    before = figures_of(campaign)
    end_campaign(campaign, member=supervisor(), now=NOW)
    end_campaigns(NOW)
    assert OneTimeSecret.objects.get(purpose="reading_link").expires_at == NOW
    campaign.refresh_from_db()
    assert campaign.figures is not None
    assert figures_of(campaign) == before
    assert (before.meters, before.meters_reported, before.reported) == (3, 2, 0)


def test_whom_a_campaign_asked_is_forgotten_and_its_figures_stay():
    make_household()
    campaign = make_running(meter_numbers=("1 EMH00 0451 2873",))
    end_campaign(campaign, member=supervisor(), now=NOW)
    end_campaigns(NOW)
    assert forget_campaigns(NOW + 90 * DAY) == 0
    assert forget_campaigns(NOW + 91 * DAY) == 1
    assert not Invitation.objects.exists()
    assert not InvitedMeter.objects.exists()
    campaign.refresh_from_db()
    assert (campaign.meter_numbers, figures_of(campaign).invited) == ([], 1)


def test_the_list_of_meters_is_forgotten_of_a_campaign_that_invited_nobody():
    campaign = make_running(meter_numbers=("1 EMH00 0451 2873",))
    end_campaign(campaign, member=supervisor(), now=NOW)
    end_campaigns(NOW)
    forget_campaigns(NOW + 90 * DAY)
    campaign.refresh_from_db()
    assert campaign.meter_numbers == ["1 EMH00 0451 2873"]
    forget_campaigns(NOW + 91 * DAY)
    campaign.refresh_from_db()
    assert campaign.meter_numbers == []


def test_the_figures_take_two_queries_however_many_are_asked():
    counts = []
    for size in (1, 9):
        for _ in range(size):
            make_register()
        campaign = make_running()
        with CaptureQueriesContext(connection) as captured:
            figures_of(campaign)
        counts.append(len(captured))
    assert counts == [2, 2]


def test_a_mail_that_comes_back_days_later_makes_its_invitation_one_for_a_card():
    make_household()
    campaign = make_running()
    put_out(campaign)
    mails_left()
    look(campaign)
    OutgoingMail.objects.update(status="bounced")
    look(campaign)
    assert the_invitation().delivery == Delivery.UNREACHED
