"""Killing a campaign at its steps: each premise is invited once, and each customer gets one mail."""

from collections import Counter

import pytest

from kundenportal.campaigns.models import Campaign, Invitation, InvitedMeter
from kundenportal.campaigns.services import send_invitations, start_campaign, write_invitations
from kundenportal.mailing.models import OutgoingMail
from tests.campaigns import give_login, make_campaign, supervisor
from tests.faults.stopping import FINISHED, Stop, in_child, interrupted, killed, status_of, stopping_at
from tests.make import NOW, make_register

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

MOST_STEPS = 80


def run_a_round() -> None:
    """Do what the job runner does: write the invitations, find that none is left, send the mails."""
    while write_invitations(NOW):
        pass
    send_invitations(NOW)


def run_stopped_at(step: int, stop: Stop) -> None:
    with stopping_at(step, stop):
        run_a_round()


def next_campaign() -> Campaign:
    """Start a campaign in place of the one before."""
    Campaign.objects.all().delete()
    OutgoingMail.objects.all().delete()
    campaign = make_campaign()
    start_campaign(campaign, member=supervisor(), now=NOW)
    return campaign


@pytest.mark.parametrize(("stop", "first_step"), [(killed, 1), (interrupted, 2)])
def test_a_campaign_stopped_at_any_step_asks_everybody_once(stop: Stop, first_step: int) -> None:
    registers = [make_register() for _ in range(2)]
    make_register(registers[0].meter.premise, division="gas")
    for number, register in enumerate(registers):
        give_login(register.meter.premise.customer, number)

    for step in range(first_step, MOST_STEPS, 2):
        campaign = next_campaign()
        status = status_of(in_child(lambda: run_stopped_at(step, stop)))  # noqa: B023
        asked = Invitation.objects.exclude(delivery=Invitation.Delivery.OPEN).count()
        assert OutgoingMail.objects.count() == asked
        run_a_round()
        mails = Counter(OutgoingMail.objects.values_list("customer_id", flat=True))
        assert sorted(mails.values()) == [1, 1]
        assert Invitation.objects.filter(campaign=campaign).count() == 2
        assert InvitedMeter.objects.filter(campaign=campaign).count() == 3
        if status == FINISHED:
            break

    assert 10 < step < MOST_STEPS - 2
