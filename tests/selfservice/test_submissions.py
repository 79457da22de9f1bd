"""``/vs/<id>/vorgaenge/``: everything that was sent for a premise, page by page."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.submissions.models import Submission
from kundenportal.submissions.selectors import recent_submissions, submission_by_key, submissions_older_than
from tests.make import (
    NOW,
    Household,
    make_customer,
    make_premise,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of


def url(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/vorgaenge/"


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def references_on(page: str) -> list[int]:
    """Return the numbers of the submissions on a page, in its order."""
    return [int(word.rpartition("-")[2]) for word in page.split() if word.startswith("V-2026-")]


def test_the_owner_sees_what_was_sent_when_and_where_it_stands(owner: Client, household: Household) -> None:
    first = make_reading_submission(household.strom, status="completed", received_at=NOW - dt.timedelta(3))
    second = make_reading_submission(household.gas, household.wasser)

    page = owner.get(url(household))

    assert "<title>Ihre Vorgänge – Kundenportal Stadtwerke Musterbach</title>" in page.text
    text = text_of(page)
    newest = f"Zählerstand Gas und Wasser 22.11.2026 · {second.reference} Eingegangen"
    assert newest in text
    assert f"Zählerstand Strom 19.11.2026 · {first.reference} Erledigt" in text
    assert text.index(newest) < text.index(first.reference)
    assert f'href="{url(household)}{second.reference}/"' in page.text
    assert page["Cache-Control"] == "no-store, private"


def test_nothing_sent_yet_is_said(owner: Client, household: Household) -> None:
    assert "Hier sehen Sie später Ihre Meldungen und Änderungen." in text_of(owner.get(url(household)))


def test_the_home_page_leads_here_once_something_was_sent(owner: Client, household: Household) -> None:
    home = f"/vs/{household.premise.public_id}/"
    assert "Alle Vorgänge" not in owner.get(home).text
    make_reading_submission(household.strom)
    assert f'href="{url(household)}">Alle Vorgänge</a>' in owner.get(home).text


def test_pages_follow_each_other_without_a_gap(owner: Client, household: Household) -> None:
    numbers = [make_reading_submission(household.strom).pk for _ in range(45)]
    seen: list[int] = []
    address = url(household)
    for _ in range(3):
        page = owner.get(address)
        seen += references_on(text_of(page))
        # Something sent meanwhile shifts nothing.
        make_reading_submission(household.strom)
        if older := page.context["older_than"]:
            address = f"{url(household)}?vor={older}"
            assert f'href="?vor={older}"' in page.text
    assert seen == numbers[::-1]
    assert "Ältere Vorgänge" not in text_of(page)
    assert "Neueste Vorgänge" in text_of(page)


@pytest.mark.parametrize("count", [20, 21])
def test_there_is_a_next_page_only_with_something_on_it(
    owner: Client, household: Household, count: int
) -> None:
    for _ in range(count):
        make_reading_submission(household.strom)
    assert ("Ältere Vorgänge" in text_of(owner.get(url(household)))) is (count > 20)


@pytest.mark.parametrize("seen", ["", "x", "V-2026-1", "V-2026-999999999999999999"])
def test_an_odd_parameter_begins_with_the_newest(owner: Client, household: Household, seen: str) -> None:
    submission = make_reading_submission(household.strom)
    assert submission.reference in text_of(owner.get(url(household), {"vor": seen}))


def test_behind_the_oldest_there_is_nothing(owner: Client, household: Household) -> None:
    submission = make_reading_submission(household.strom)
    text = text_of(owner.get(url(household), {"vor": submission.reference}))
    assert "Ältere Vorgänge gibt es nicht." in text
    assert "Neueste Vorgänge" in text


def test_other_premises_and_previous_customers_stay_apart(owner: Client, household: Household) -> None:
    elsewhere = make_register(make_premise(household.customer))
    make_reading_submission(elsewhere)
    of_previous = make_reading_submission(household.strom, customer=make_customer(), idempotency_key="old")

    assert references_on(text_of(owner.get(url(household)))) == []
    assert owner.get(f"{url(household)}{of_previous.reference}/").status_code == 404
    assert recent_submissions(household.premise) == []
    assert submission_by_key(household.premise, "old") is None


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(household: Household, is_staff: bool) -> None:
    make_reading_submission(household.strom)
    stranger = Client()
    sign_in(stranger, make_user(make_customer(), email="b@beispiel.de", is_staff=is_staff))
    assert stranger.get(url(household)).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    assert client.get(url(household))["Location"].startswith("/anmelden/?weiter=")


def test_nothing_can_be_sent_to_the_list(owner: Client, household: Household) -> None:
    assert owner.post(url(household)).status_code == 405


def test_the_list_takes_as_many_queries_for_20_as_for_one(owner: Client, household: Household) -> None:
    counts = []
    for more in (1, 19):
        for _ in range(more):
            make_reading_submission(household.strom)
        owner.get(url(household))
        with CaptureQueriesContext(connection) as queries:
            owner.get(url(household))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_page_is_one_query(household: Household) -> None:
    for _ in range(3):
        make_reading_submission(household.strom)
    last = Submission.objects.latest("pk").reference
    with CaptureQueriesContext(connection) as queries:
        page = submissions_older_than(household.premise, last, limit=1)
    assert len(queries) == 1
    assert [each.reference for each in page.submissions] == [page.older_than]
