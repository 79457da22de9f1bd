"""Every kind of link, pressed thirty-two times at the same moment: it works once."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.make import NOW, make_customer, make_household, make_premise, make_user
from tests.one_time_links import LINKS_OF_A_LOGIN, MailedLink, registration_link, stop_link
from tests.selfservice.test_access_matrix import Kind, of_kind

PRESSES = 32

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def press_at_once(link: MailedLink) -> list[int]:
    """Press the button of a link's page in many browsers together; return the statuses, sorted."""

    def press() -> int:
        return Client(raise_request_exception=False).post(link.path, link.fields).status_code

    return sorted(at_once(*[press] * PRESSES))


@pytest.mark.parametrize("kind", LINKS_OF_A_LOGIN)
def test_a_link_opens_once(kind: str) -> None:
    user = make_user(make_customer(customer_number="0014026/1"))
    make_premise(user.account_links.get().customer)
    link = LINKS_OF_A_LOGIN[kind](user)
    assert press_at_once(link) == [303] + [410] * (PRESSES - 1)
    assert press_at_once(link) == [410] * PRESSES


def test_the_link_of_a_registration_makes_one_login() -> None:
    link = registration_link(make_customer(contact_email="m.bauer@beispiel.de"))
    assert press_at_once(link) == [303] + [410] * (PRESSES - 1)
    assert User.objects.count() == 1


def test_the_link_that_stops_a_bank_change_stops_it_once() -> None:
    link = stop_link(make_household())
    assert press_at_once(link) == [303] * PRESSES
    assert AuditEntry.objects.filter(action="bank.stopped").count() == 1
    assert Submission.objects.get().status == Submission.Status.WITHDRAWN


def test_every_kind_of_link_is_pressed() -> None:
    user = make_user(make_customer(), make_customer())
    links = [make(user) for make in LINKS_OF_A_LOGIN.values()]
    links.append(registration_link(make_customer(contact_email="m.bauer@beispiel.de")))
    links.append(stop_link(make_household()))
    pages = {link.path.split("/")[1] for link in links}
    # A letter and a new link are asked for on the page of a registration; neither uses it up.
    # The link that unsubscribes is never used up. That of a reading card, which asks twice, has its race
    # in test_reading_links.py.
    others = {
        "selfservice:request_letter",
        "selfservice:renew_link",
        "selfservice:unsubscribe",
        "selfservice:reading_link",
        "selfservice:reading_link_check",
    }
    in_matrix = set(of_kind(Kind.LINK)) - others
    assert len(pages) == len(in_matrix)
    purposes = set(OneTimeSecret.objects.values_list("purpose", flat=True))
    # Codes are typed, not pressed; the one for a device has its race in test_factors_at_once.py.
    codes = {OneTimeSecret.Purpose.LETTER_CODE, OneTimeSecret.Purpose.DEVICE_CODE}
    elsewhere = {
        OneTimeSecret.Purpose.READING_LINK,
        OneTimeSecret.Purpose.STAFF_ACCESS,
        OneTimeSecret.Purpose.CELLAR,
    }
    assert purposes == set(OneTimeSecret.Purpose) - codes - elsewhere
