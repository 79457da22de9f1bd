"""What happens at the same moment in two tabs of a browser that was prepared for the cellar (ADR 19)."""

import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.cellar.services import prepare_device
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.cellar import BROWSER, prepare
from tests.make import NOW, Household, make_household

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 3


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def household() -> Household:
    return make_household()


def test_every_tab_that_renews_gets_a_token_and_the_last_one_is_good(household: Household) -> None:
    prepare(household)

    def renew() -> str:
        return prepare_device(
            user=household.user, premise=household.premise, browser=BROWSER, label="", now=NOW, renews=True
        )

    assert len(set(at_once(*[renew] * TABS))) == TABS
    assert PreparedDevice.objects.get().secret.used_at is None


@pytest.mark.parametrize(
    ("register", "value", "mail"),
    [
        ("strom", "24318", "reading_received"),
        ("wasser", "641", "readings_waiting"),
    ],
)
def test_what_all_tabs_hand_in_is_taken_in_once(
    household: Household, register: str, value: str, mail: str
) -> None:
    token = prepare(household)
    typed = {f"stand-{getattr(household, register).pk}": value}
    body = {"key": "5e0c1b0e-9e42-4b7e-8d0a-4b6f1f0f7c21", "day": "2026-11-21", "typed": typed}

    def hand_in() -> bytes:
        return (
            Client()
            .post(
                "/keller/einreichen/",
                json.dumps(body),
                content_type="application/json",
                headers={"Authorization": f"Bearer {token}"},
            )
            .content
        )

    assert len(set(at_once(*[hand_in] * TABS))) == 1
    assert Submission.objects.count() + WaitingReadings.objects.count() == 1
    assert OutgoingMail.objects.get().kind == mail
