"""``/verwaltung/eingang/``: what waits, how it is narrowed down, and many things at once."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.casework.models import Presence
from kundenportal.casework.selectors import COUNTED
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission
from tests.cases import INBOX, fresh
from tests.make import (
    NOW,
    Household,
    make_advance_payment_submission,
    make_household,
    make_reading_submission,
)
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

DAY = dt.timedelta(days=1)


@pytest.fixture
def household(noon: None, db: None) -> Household:
    return make_household()


@pytest.fixture
def colleague(clerk: StaffMember) -> StaffMember:
    return make_member(email="maier@stadtwerke.example", name="Herr Maier")


def reading(household: Household, *, days_ago: int = 0, **values) -> Submission:
    at = NOW - days_ago * DAY
    return make_reading_submission(household.strom, received_at=at, **values)


def listed(page: str) -> list[str]:
    """Return the references of a page's rows, in their order."""
    return re.findall(r'data-row href="/verwaltung/eingang/(V-\d+-\d+)/', page)


def references(*submissions: Submission) -> list[str]:
    return [each.reference for each in submissions]


def test_an_empty_inbox_says_so(desk: Client) -> None:
    page = desk.get(INBOX).text
    assert "Alles erledigt." in page
    assert "<table" not in page


def test_a_row_shows_what_one_needs_to_know(desk: Client, clerk: StaffMember, household: Household) -> None:
    reading(household, days_ago=3, is_unusual=True, assigned_to=clerk)
    page = " ".join(desk.get(INBOX).text.split())
    for words in (
        "Zählerstand",
        "V-2026-",
        "Michael Bauer",
        "0014026/1",
        "Lindenstraße 12",
        "19.11.2026",
        "seit 3 Tagen",
        "Eingegangen",
        "auffällig",
        "Frau Huber",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("days_ago", "words", "tone"),
    [
        (0, "seit heute", "still"),
        (1, "seit gestern", "still"),
        (2, "seit 2 Tagen", "warn"),
        (5, "seit 5 Tagen", "fehler"),
    ],
)
def test_age_is_told_in_words_and_as_a_colour(
    desk: Client, household: Household, days_ago: int, words: str, tone: str
) -> None:
    reading(household, days_ago=days_ago)
    assert f'alter--{tone}">{words}<' in desk.get(INBOX).text


def test_age_counts_days_of_the_calendar(desk: Client, household: Household) -> None:
    evening = NOW.replace(day=21, hour=22, minute=30)
    make_reading_submission(household.strom, received_at=evening)
    assert "seit gestern" in desk.get(INBOX).text


def test_the_oldest_comes_first_and_what_is_done_is_gone(desk: Client, household: Household) -> None:
    newer, older = reading(household, days_ago=1), reading(household, days_ago=4)
    for status in ("exported", "completed", "rejected", "withdrawn", "question"):
        reading(household, status=status)
    reading(household, released_at=NOW, waits_since=None)
    assert listed(desk.get(INBOX).text) == references(older, newer)


def test_the_list_is_narrowed_down_by_its_address(
    desk: Client, clerk: StaffMember, colleague: StaffMember, household: Household
) -> None:
    own = reading(household, days_ago=9, assigned_to=clerk)
    his = reading(household, days_ago=4, assigned_to=colleague, is_unusual=True)
    payment = make_advance_payment_submission(household.premise, received_at=NOW - 2 * DAY)
    done = reading(household, status="completed", days_ago=1)
    done_before = reading(household, status="completed", days_ago=3)
    for query, expected in {
        "art=advance_payment": [payment],
        "art=meter_reading": [own, his],
        "alter=1": [own, his, payment],
        "alter=3": [own, his],
        "alter=7": [own],
        "zustaendig=ich": [own],
        "zustaendig=niemand": [payment],
        f"zustaendig={colleague.pk}": [his],
        "pruefung=auffaellig": [his],
        "pruefung=unauffaellig": [own, payment],
        "art=meter_reading&pruefung=auffaellig&zustaendig=ich": [],
        "status=completed": [done, done_before],
        "status=completed&alter=1": [done_before],
    }.items():
        assert listed(desk.get(f"{INBOX}?{query}").text) == references(*expected), query


@pytest.mark.parametrize(
    "query", ["art=unsinn", "status=1'--", "alter=-1", "zustaendig=99999", "nach=x-y", "nach=9e99-1"]
)
def test_an_address_that_asks_for_nothing_known_shows_everything(
    desk: Client, household: Household, query: str
) -> None:
    waiting = reading(household)
    assert listed(desk.get(f"{INBOX}?{query}").text) == references(waiting)


def test_nothing_found_is_not_the_same_as_all_done(desk: Client, household: Household) -> None:
    reading(household)
    page = desk.get(f"{INBOX}?art=bank_change").text
    assert "Keine Treffer." in page
    assert "Alles erledigt." not in page


@pytest.mark.parametrize("status", ["", "completed"])
def test_pages_follow_each_other_without_gap_or_repetition(
    desk: Client, household: Household, status: str
) -> None:
    expected = [
        reading(household, days_ago=days, status=status or "received")
        for days in (3, 3, 2, 2, 1)
        for _ in range(11)
    ]
    found: list[str] = []
    path = f"{INBOX}?status={status}"
    while path:
        page = desk.get(path).text
        found += listed(page)
        following = re.search(r'href="\?([^"]*nach=[^"]+)">Weitere', page)
        path = f"{INBOX}?{following[1].replace('&amp;', '&')}" if following else ""
    in_order = sorted(expected, key=lambda each: (each.received_at, each.pk), reverse=bool(status))
    assert found == references(*in_order)


def test_a_page_turned_after_a_colleague_was_busy_skips_nothing(desk: Client, household: Household) -> None:
    waiting = [reading(household, days_ago=2) for _ in range(30)]
    page = desk.get(INBOX).text
    Submission.objects.filter(pk__in=[each.pk for each in waiting[:10]]).update(waits_since=None)
    following = re.search(r'href="\?([^"]*nach=[^"]+)">Weitere', page)
    assert following
    assert listed(desk.get(f"{INBOX}?{following[1]}").text) == references(*waiting[25:])


def test_the_number_of_queries_does_not_grow(desk: Client, household: Household) -> None:
    reading(household)
    desk.get(INBOX)
    with CaptureQueriesContext(
        connection,
    ) as few:
        desk.get(INBOX)
    for _ in range(60):
        reading(household, is_unusual=True)
    with CaptureQueriesContext(connection) as many:
        desk.get(INBOX)
    assert len(many) == len(few) <= 8


def test_more_than_a_thousand_are_not_counted(desk: Client, household: Household) -> None:
    template = reading(household)
    Submission.objects.bulk_create(
        Submission(
            kind=template.kind,
            customer=household.customer,
            premise=household.premise,
            channel="portal",
            idempotency_key=f"many-{number}",
            received_at=NOW,
            received_year=2026,
            waits_since=NOW,
        )
        for number in range(1001)
    )
    assert "mehr als 1.000 Vorgänge" in desk.get(INBOX).text


def test_looking_at_the_list_changes_nothing(desk: Client, household: Household) -> None:
    reading(household)
    before = snapshot()
    for path in (INBOX, f"{INBOX}plausible/"):
        assert desk.get(path).status_code == 200
    assert snapshot() == before
    assert not Presence.objects.exists()


def test_the_chosen_ones_go_to_a_colleague(
    desk: Client, colleague: StaffMember, household: Household
) -> None:
    first, second, third = (reading(household) for _ in range(3))
    fields = {"vorgang": references(first, third), "assigned_to": colleague.pk, "liste": "alter=1"}
    response = desk.post(f"{INBOX}zuweisen/", fields)
    assert (response.status_code, response["Location"]) == (303, f"{INBOX}?alter=1")
    assert "2 Vorgänge sind zugewiesen." in desk.get(INBOX).text
    assert [fresh(each).assigned_to for each in (first, second, third)] == [colleague, None, colleague]
    desk.post(f"{INBOX}zuweisen/", {"vorgang": references(first), "assigned_to": ""})
    assert fresh(first).assigned_to is None


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"vorgang": ["V-2026-999999", "unsinn"]},
        {"assigned_to": "99999"},
        # More than a database's integer takes.
        {"assigned_to": "9" * 20},
    ],
)
def test_choosing_nothing_says_so_and_changes_nothing(
    desk: Client, household: Household, fields: dict[str, object]
) -> None:
    waiting = reading(household)
    fields = {"vorgang": references(waiting)} | fields if "assigned_to" in fields else fields
    desk.post(f"{INBOX}zuweisen/", fields)
    assert "Bitte wählen Sie Vorgänge aus" in desk.get(INBOX).text
    assert fresh(waiting).assigned_to is None


def test_nobody_gets_work_who_may_not_settle_it(desk: Client, household: Household) -> None:
    reader = make_member(StaffMember.Role.READER, email="lesen@stadtwerke.example", name="Frau Leser")
    waiting = reading(household)
    assert "Frau Leser" not in desk.get(INBOX).text
    desk.post(f"{INBOX}zuweisen/", {"vorgang": references(waiting), "assigned_to": reader.pk})
    assert fresh(waiting).assigned_to is None


def test_who_only_reads_is_offered_nothing_to_change(client: Client, household: Household) -> None:
    sign_in_member(client, make_member(StaffMember.Role.READER))
    reading(household)
    page = client.get(INBOX).text
    assert 'type="checkbox"' not in page
    assert "Plausible Zählerstände" not in page


def test_plausible_readings_are_taken_over_after_a_look_at_their_number(
    desk: Client, household: Household
) -> None:
    plain = [reading(household) for _ in range(2)]
    unusual = reading(household, is_unusual=True)
    page = desk.get(f"{INBOX}plausible/").text
    assert "2 Meldungen übernehmen" in page
    up_to = re.search(r'name="bis" value="(\d+)"', page)
    assert up_to
    late = reading(household)
    response = desk.post(f"{INBOX}plausible/", {"bis": up_to[1]})
    assert response["Location"] == INBOX
    assert "2 Zählerstände sind übernommen." in desk.get(INBOX).text
    assert all(fresh(each).released_at == NOW for each in plain)
    assert fresh(unusual).released_at is fresh(late).released_at is None


def test_without_plausible_readings_there_is_nothing_to_press(desk: Client, household: Household) -> None:
    reading(household, is_unusual=True)
    page = desk.get(f"{INBOX}plausible/").text
    assert "Es wartet kein plausibler Zählerstand." in page
    assert 'name="bis"' not in page


@pytest.mark.parametrize("up_to", ["", "0", "x", "9" * 40, "-1"])
def test_a_number_that_is_none_takes_nothing_over(desk: Client, household: Household, up_to: str) -> None:
    waiting = reading(household)
    assert desk.post(f"{INBOX}plausible/", {"bis": up_to}).status_code == 200
    assert fresh(waiting).released_at is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="plans are PostgreSQL's")
def test_no_page_reads_or_sorts_the_whole_table(
    desk: Client, clerk: StaffMember, household: Household
) -> None:
    template = reading(household, days_ago=30)
    Submission.objects.bulk_create(
        (
            Submission(
                kind=template.kind,
                customer=household.customer,
                premise=household.premise,
                channel="portal",
                idempotency_key=f"many-{number}",
                received_at=NOW - dt.timedelta(minutes=number),
                received_year=2026,
                waits_since=NOW - dt.timedelta(minutes=number),
                is_unusual=number % 50 == 0,
                assigned_to=clerk if number % 400 == 0 else None,
            )
            for number in range(20_000)
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE submissions_submission")
    queries = ("", "art=meter_reading", "art=bank_change", "alter=3", "zustaendig=ich", "zustaendig=niemand",
               "pruefung=auffaellig", "status=received", "status=completed", "nach=1795000000000000-1")  # fmt: skip
    for query in queries:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(f"{INBOX}?{query}").status_code == 200
        for each in captured:
            if 'FROM "submissions_submission"' in each["sql"] or "FROM (SELECT" in each["sql"]:
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN {each['sql']}")
                    plan = "\n".join(line for (line,) in cursor.fetchall())
                assert "Seq Scan on submissions_submission" not in plan, f"{query}\n{plan}"
                sorted_rows = re.findall(r"Sort  .*rows=(\d+)", plan)
                assert all(int(rows) <= COUNTED for rows in sorted_rows), f"{query}\n{plan}"


def test_the_shortcuts_of_the_script_are_documented() -> None:
    root = Path(__file__).parents[2] / "src" / "kundenportal"
    templates = "".join(path.read_text() for path in (root / "backoffice" / "templates").rglob("*.html"))
    forms = (root / "backoffice" / "forms" / "inbox.py").read_text()
    used = set(re.findall(r'data-key"?[=:] ?"([a-z])"', templates + forms))
    told = set(re.findall(r"<kbd>([a-z])</kbd>", templates))
    assert used == told - {"j", "k"}
    assert "j" in told
