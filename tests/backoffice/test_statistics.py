"""``/verwaltung/statistik/``: figures in words, charts, tables and files, with nobody in them."""

import csv
import datetime as dt
import io
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kundenportal.audit.services import record
from kundenportal.backoffice.statistics_charts import MAKERS
from kundenportal.core.spreadsheets import BYTE_ORDER_MARK
from kundenportal.identity.models import StaffMember
from kundenportal.statistics.models import DailyCount, RollUp
from kundenportal.statistics.services import roll_up_days
from tests.make import NOW, make_household, make_reading_submission
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

STATISTICS = "/verwaltung/statistik/"
YESTERDAY = dt.date(2026, 11, 21)
Role = StaffMember.Role


def count(name: str, value: int, day: dt.date = YESTERDAY) -> None:
    DailyCount.objects.create(day=day, name=name, value=value)


def section(page: str, key: str) -> str:
    """Return what a chart's card says, in words."""
    card = page.partition(f'id="bild-{key}"')[2].partition("</section>")[0]
    return " ".join(
        re.sub(r"<[^>]+>", " ", card.partition(">")[2]).replace("\N{NO-BREAK SPACE}", " ").split()
    )


def table(client: Client, key: str, query: str = "") -> list[list[str]]:
    """Return the rows of a chart's file, with its head."""
    answer = client.get(f"{STATISTICS}{key}.csv{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


@pytest.mark.parametrize("role", Role)
def test_everybody_who_works_here_sees_all_charts(client: Client, noon: None, db: None, role: Role) -> None:
    sign_in_member(client, make_member(role))
    page = client.get(STATISTICS).text
    assert page.count("statistik__bild") == len(MAKERS) == 9
    assert "Es ist noch kein Tag gezählt." in page
    assert section(page, "wege").startswith("Vorgänge nach Weg Noch zu wenig gezählt")
    assert all(table(client, key) for key in MAKERS)


def test_figures_are_told_in_words_by_chart_and_by_file(desk: Client) -> None:
    RollUp.objects.create(pk=1, done_until=YESTERDAY)
    count("act.registration.completed", 12, dt.date(2026, 10, 3))
    count("act.registration.completed", 20)
    count("customers.all", 1000)
    count("customers.with_access", 250)
    count("reading.online", 60)
    count("reading.abgelesen", 40)
    page = desk.get(STATISTICS).text
    assert "01.12.2025 bis 21.11.2026" in page
    assert "Gezählt bis 21.11.2026" in page
    assert section(page, "zugaenge").startswith("Neue Zugänge 32 neue Zugänge")
    assert section(page, "kunden").startswith("Kunden mit Zugang 25 % der Kunden haben einen Zugang")
    assert section(page, "zaehlerstaende").startswith("Online gemeldete Zählerstände 60 % der Zählerstände")
    assert 'aria-label="Neue Zugänge: Dezember 2025 0,' in page
    assert table(desk, "zugaenge")[-2:] == [["Oktober 2026", "12"], ["November 2026", "20"]][-2:]
    head, *_, last = table(desk, "zaehlerstaende")
    assert head == ["Zeit", "online", "alle", "Anteil"]
    assert last == ["November 2026", "60", "100", "60\N{NO-BREAK SPACE}%"]


def test_customers_are_counted_on_the_last_day_of_each_part(desk: Client) -> None:
    for day, held in ((dt.date(2026, 10, 3), 10), (dt.date(2026, 10, 30), 20), (dt.date(2026, 11, 20), 50)):
        count("customers.all", 100, day)
        count("customers.with_access", held, day)
    count("customers.all", 100)
    october, november = table(desk, "kunden")[-2:]
    assert october[:3] == ["Oktober 2026", "20", "100"]
    assert november[:3] == ["November 2026", "0", "100"]


def test_a_period_is_chosen(desk: Client) -> None:
    count("act.registration.completed", 7, dt.date(2025, 6, 1))
    count("act.registration.completed", 9, dt.date(2026, 11, 2))
    assert "9 neue Zugänge" in section(desk.get(STATISTICS).text, "zugaenge")
    assert "9 neue Zugänge" in section(desk.get(f"{STATISTICS}?zeit=30-tage").text, "zugaenge")
    page = desk.get(f"{STATISTICS}?zeit=2025").text
    assert "7 neue Zugänge" in section(page, "zugaenge")
    assert '<a href="?zeit=2025" aria-current="true">2025</a>' in page
    assert [row[1] for row in table(desk, "zugaenge", "?zeit=2025")[1:] if row[1] != "0"] == ["7"]
    weeks = table(desk, "zugaenge", "?zeit=30-tage")[1:]
    assert [row for row in weeks if row[1] != "0"] == [["02.11.2026 bis 08.11.2026", "9"]]


def test_the_time_to_settle_is_told_by_its_middle_and_by_nine_of_ten(desk: Client) -> None:
    for hours, settled in ((0, 5), (1, 5), (20, 30), (72, 45), (96, 10), (504, 5)):
        count(f"settled.{hours}", settled)
    said = section(desk.get(STATISTICS).text, "dauer")
    assert said.startswith("Zeit bis zur Erledigung Die Hälfte nach 3 Tagen, 90 % nach 4 Tagen")
    assert table(desk, "dauer")[1:] == [
        ["bis 1 Stunde", "10"],
        ["bis 1 Tag", "30"],
        ["bis 3 Tage", "45"],
        ["bis 1 Woche", "10"],
        ["bis 2 Wochen", "0"],
        ["länger", "5"],
    ]


def test_one_to_four_are_told_nowhere(desk: Client) -> None:
    count("act.registration.completed", 3)
    count("act.registration.requested", 4)
    count("act.registration.locked", 2)
    count("submission.meter_reading.portal", 100)
    count("submission.bank_change.portal", 4)
    count("customers.all", 1000)
    count("customers.with_access", 997)
    count("settled.5", 4)
    count("mail.sent", 4)
    page = desk.get(STATISTICS).text
    assert "wenige neue Zugänge" in section(page, "zugaenge")
    assert "über 100 Vorgänge" in section(page, "vorgaenge")
    assert section(page, "kunden").startswith("Kunden mit Zugang – der Kunden")
    assert section(page, "dauer").startswith("Zeit bis zur Erledigung Noch zu wenig erledigt")
    assert section(page, "fehlgeschlagen").startswith("Registrierungen ohne Erfolg Noch zu wenig gezählt")
    assert section(page, "e-mails").startswith("E-Mails Noch zu wenig gezählt")
    cells = [cell for key in MAKERS for row in table(desk, key)[1:] for cell in row[1:]]
    assert set(cells) & {"1", "2", "3", "4"} == set()
    assert cells.count("unter 5") == 5
    assert "zu wenig für ein Bild" in section(page, "zugaenge")


def test_too_little_for_a_chart_is_told_so(desk: Client) -> None:
    count("mail.sent", 3)
    assert "In dieser Zeit zu wenig für ein Bild." in section(desk.get(STATISTICS).text, "e-mails")


def test_nobody_is_named(desk: Client) -> None:
    household = make_household()
    made = make_reading_submission(household.strom, submitted_by=household.user)
    at = NOW - dt.timedelta(days=2)
    record("registration.completed", actor=household.user.actor, customer_id=household.customer.pk, now=at)
    type(made).objects.filter(pk=made.pk).update(received_at=at)
    while roll_up_days(NOW):
        pass
    said = desk.get(STATISTICS).text + "".join(str(table(desk, key)) for key in MAKERS)
    said += str(list(DailyCount.objects.values_list("name", flat=True)))
    customer, premise = household.customer, household.premise
    for personal in (
        customer.last_name,
        customer.customer_number,
        household.user.email,
        premise.street,
        household.strom.meter.meter_number,
        made.reference,
    ):
        assert personal not in said


def test_an_unknown_chart_is_not_there(desk: Client) -> None:
    assert desk.get(f"{STATISTICS}namen.csv").status_code == 404


def test_the_page_takes_as_many_queries_for_a_day_as_for_a_year(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    count("mail.sent", 9)
    with django_assert_max_num_queries(8) as few:
        desk.get(STATISTICS)
    for number in range(1, 300):
        count("mail.sent", number, YESTERDAY - dt.timedelta(days=number))
    with django_assert_max_num_queries(8) as many:
        desk.get(STATISTICS)
    assert len(few) == len(many)


def test_looking_changes_nothing(desk: Client) -> None:
    count("mail.sent", 9)
    before = snapshot()
    desk.get(STATISTICS)
    desk.get(f"{STATISTICS}e-mails.csv")
    assert snapshot() == before
