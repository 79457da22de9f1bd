"""``/vs/<id>/verbrauch/``: what was used, by year and by reading. Figures are computed by hand."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.customers.models import Premise
from kundenportal.metering.models import Meter, MeterReading, Register
from tests.make import (
    TODAY,
    Household,
    make_customer,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of

GAS = {"calorific_value": Decimal("11.284"), "state_number": Decimal("0.9614")}


def path_of(premise: Premise, division: str = "") -> str:
    return f"/vs/{premise.public_id}/verbrauch/" + (f"?art={division}" if division else "")


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def show(owner: Client, household: Household, division: str = "") -> str:
    """Return what the page says."""
    answer = owner.get(path_of(household.premise, division))
    assert answer.status_code == 200
    return text_of(answer)


def rows_of(page: str) -> list[list[str]]:
    """Return the rows of all tables of a page as the texts of their cells, without the headings."""
    found = []
    for row in re.findall(r"<tr\b.*?</tr>", page, flags=re.DOTALL):
        cells = re.findall(r"<(?:td|th)\b[^>]*>(.*?)</(?:td|th)>", row, flags=re.DOTALL)
        if "columnheader" not in row:
            found.append([" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells])
    return found


def make_years(register: Register, *values: int | str, **more: Any) -> None:
    """Store readings of the last days of the years up to 2025."""
    for years, value in enumerate(reversed(values)):
        make_reading(register, dt.date(2025 - years, 12, 31), Decimal(value), **more)


def test_the_last_year_is_told_in_a_sentence(owner: Client, household: Household) -> None:
    # 2025: 21.987 - 19.480 = 2.507 in 365 days; 2024: 2.480 in 366. 6,868 / 6,776 = 1,4 % more.
    text = show(owner, household)

    assert "2025 haben Sie 2.507 kWh Strom verbraucht. Das sind 1 % mehr pro Tag als im Jahr davor." in text


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (21460, "Das sind 20 % weniger pro Tag als im Jahr davor."),
        (21953, "Das ist genauso viel pro Tag wie im Jahr davor."),
    ],
)
def test_less_and_as_much_are_told(owner: Client, household: Household, last: int, sentence: str) -> None:
    # 2024 were 2.480 kWh, 6,776 a day. 1.980 in 365 days are 5,425: -19,9 %. 2.473 are 6,775.
    MeterReading.objects.filter(register=household.strom, value=21987).update(value=last)

    assert sentence in show(owner, household)


def test_each_division_has_a_page_of_its_own(owner: Client, household: Household) -> None:
    answer = owner.get(path_of(household.premise, "wasser"))

    assert "<title>Verbrauch Wasser – Kundenportal" in answer.text
    assert "2025 haben Sie 91 m³ Wasser verbraucht." in text_of(answer)
    assert "Strom verbraucht" not in text_of(answer)
    tabs = answer.text.partition('class="reiter')[2].partition("</nav>")[0]
    assert re.findall(r'href="\?art=(\w+)"( aria-current="page")?', tabs) == [
        ("strom", ""),
        ("gas", ""),
        ("wasser", ' aria-current="page"'),
    ]


@pytest.mark.parametrize("division", ["waerme", "luft", "strom&art=waerme"])
def test_another_division_than_the_premise_has_gives_the_first(
    owner: Client, household: Household, division: str
) -> None:
    assert "Strom verbraucht" in show(owner, household, division)


def test_a_single_division_needs_no_tabs(client: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_years(make_register(premise), 1, 2)
    sign_in(client, household.user)

    answer = client.get(path_of(premise))

    assert 'class="reiter' not in answer.text
    assert "2025 haben Sie 1,0 kWh Strom verbraucht." in text_of(answer)


def test_years_are_drawn_and_stand_in_a_table(owner: Client, household: Household) -> None:
    page = owner.get(path_of(household.premise)).text

    assert 'aria-label="Strom: 2023 2.500 kWh, 2024 2.480 kWh, 2025 2.507 kWh"' in page.replace("\xa0", " ")
    assert rows_of(page)[:3] == [
        ["2025", "2.507 kWh", "6,9 kWh"],
        ["2024", "2.480 kWh", "6,8 kWh"],
        ["2023", "2.500 kWh", "6,8 kWh"],
    ]


def test_values_stand_in_a_table_with_their_use(owner: Client, household: Household) -> None:
    MeterReading.objects.filter(register=household.strom, value=19480).update(origin="geschaetzt")
    MeterReading.objects.filter(register=household.strom, value=17000).update(origin="gemeldet")
    MeterReading.objects.filter(register=household.strom, value=14500).update(origin="fernauslesung")

    page = owner.get(path_of(household.premise)).text

    assert "Zähler 1 EMH00 0451 2873" in text_of(owner.get(path_of(household.premise)))
    assert rows_of(page)[3:] == [
        ["31.12.2025", "21.987", "abgelesen", "2.507 kWh", "6,9 kWh"],
        ["31.12.2024", "19.480", "geschätzt", "2.480 kWh", "6,8 kWh"],
        ["31.12.2023", "17.000", "gemeldet", "2.500 kWh", "6,8 kWh"],
        ["31.12.2022", "14.500", "ausgelesen", "erster Wert"],
    ]


def test_estimates_are_hatched_and_named(owner: Client, household: Household) -> None:
    plain = owner.get(path_of(household.premise))
    assert "Schraffiert" not in text_of(plain)

    MeterReading.objects.filter(register=household.strom, value=19480).update(origin="geschaetzt")
    answer = owner.get(path_of(household.premise))
    text = text_of(answer)

    assert "Schraffiert: geschätzt" in text
    assert "Ein Teil der Werte ist geschätzt." in text
    assert "2024 2.480 kWh (geschätzt)" in answer.text.replace("\xa0", " ")
    assert ["2024 geschätzt", "2.480 kWh", "6,8 kWh"] in rows_of(answer.text)


def test_a_value_that_is_not_accepted_yet_has_its_status(owner: Client, household: Household) -> None:
    # 24.318 - 21.987 = 2.331 in the 326 days from 1 January to 22 November: 7,15 a day, 2025 6,868.
    # H0 holds 106 + 93 + 95 + 82 + 76 + 67 + 67 + 68 + 71 + 82 and 22 of 30 days of 90, 873 of 1000 until then:
    # 2.507 x 0,873 = 2.188,6 in 2025. 2.331 / 2.188,6 = 6,5 % more.
    make_reading_submission(household.strom, value=24318, status="exported")
    page = owner.get(path_of(household.premise))

    assert ["22.11.2026", "24.318", "gemeldet", "2.331 kWh", "7,2 kWh", "In Arbeit"] in rows_of(page.text)
    assert "Status" in text_of(page)
    assert (
        "Vom 1. Januar 2026 bis 22. November 2026 waren es 2.331 kWh. "
        "Das sind 7 % mehr pro Tag als im Jahr davor." in text_of(page)
    )
    assert ["2026 326 von 365 Tagen", "2.331 kWh", "7,2 kWh"] in rows_of(page.text)
    assert "Status" not in show(owner, household, "gas")


@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_a_value_that_does_not_count_is_not_shown(owner: Client, household: Household, status: str) -> None:
    make_reading_submission(household.strom, status=status)
    assert "24.318" not in show(owner, household)


def test_gas_is_told_in_kilowatt_hours_where_both_figures_are_known(
    owner: Client, household: Household
) -> None:
    # 2025: 8.412 - 7.300 = 1.112 m3. 1.112 x 0,9614 x 11,284 = 12.063,4.
    assert "kWh" not in show(owner, household, "gas")
    Register.objects.filter(pk=household.gas.pk).update(**GAS)

    page = owner.get(path_of(household.premise, "gas"))

    assert "2025 haben Sie 1.112 m³ Gas verbraucht (12.063 kWh)." in text_of(page)
    assert ["2025", "1.112 m³ 12.063 kWh", "3,05 m³"] in rows_of(page.text)
    assert ["31.12.2025", "8.412", "abgelesen", "1.112 m³ 12.063 kWh", "3,05 m³"] in rows_of(page.text)
    assert "Kubikmeter × Zustandszahl 0,9614 × Brennwert 11,284 kWh/m³." in text_of(page)


@pytest.mark.parametrize("missing", ["calorific_value", "state_number"])
def test_one_figure_alone_gives_no_kilowatt_hours(owner: Client, household: Household, missing: str) -> None:
    Register.objects.filter(pk=household.gas.pk).update(**GAS | {missing: None})
    assert "kWh" not in show(owner, household, "gas")


def test_an_exchanged_meter_is_shown_below_the_new_one(owner: Client, household: Household) -> None:
    exchanged = dt.date(2025, 12, 31)
    Meter.objects.filter(pk=household.strom.meter_id).update(removed_date=exchanged)
    new = make_register(household.premise, meter_number="1LOG0065103327", installed_date=exchanged)
    make_reading(new, exchanged, 0)
    make_reading(new, dt.date(2026, 11, 22), 2331)

    text = show(owner, household)

    assert "Vom 1. Januar 2026 bis 22. November 2026 waren es 2.331 kWh." in text
    assert "Das sind 7 % mehr pro Tag als im Jahr davor." in text
    first, second = text.index("Zähler 1LOG0065103327"), text.index("Zähler 1 EMH00 0451 2873")
    assert first < second
    assert "eingebaut am 31.12.2025" in text[first:second]
    assert "ausgebaut am 31.12.2025" in text[second:]


def test_day_and_night_rates_are_told_apart_and_together(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    high = make_register(premise, code="HT", label="HT (Tag)")
    low = make_register(meter=high.meter, code="NT", label="NT (Nacht)")
    make_years(high, 0, 600, 1100)
    make_years(low, 0, 300, 700)

    answer = owner.get(path_of(premise))

    assert "2025 haben Sie 900 kWh Strom verbraucht." in text_of(answer)
    assert "Jahr HT (Tag) NT (Nacht) Zusammen pro Tag" in text_of(answer)
    assert rows_of(answer.text)[:2] == [
        ["2025", "500 kWh", "400 kWh", "900 kWh", "2,5 kWh"],
        ["2024", "600 kWh", "300 kWh", "900 kWh", "2,5 kWh"],
    ]
    assert "<h3>HT (Tag)</h3>" in answer.text
    assert "<h3>NT (Nacht)</h3>" in answer.text


def test_counters_without_a_name_are_told_by_their_meters_number(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_years(make_register(premise, meter_number="EMH1"), 0, 600)
    make_years(make_register(premise, meter_number="EMH2"), 0, 300)

    assert "Jahr EMH1 EMH2 Zusammen pro Tag" in text_of(owner.get(path_of(premise)))


def test_what_is_fed_in_has_its_own_figures(owner: Client, household: Household) -> None:
    fed = make_register(meter=household.strom.meter, code="2", label="Einspeisung", direction="einspeisung")
    make_years(fed, 0, 6105, 12125)

    text = show(owner, household)

    assert "2025 haben Sie 2.507 kWh Strom verbraucht." in text
    assert (
        "2025 haben Sie 6.020 kWh Strom eingespeist. Das sind 1 % weniger pro Tag als im Jahr davor." in text
    )


def test_a_counter_that_ran_over_and_a_factor_are_reckoned_with(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_years(make_register(premise, integer_digits=5, factor=40), 99_900, 99_990, 80)

    # 90 steps of 40 kWh in 2024, 10 and 80 more in 2025.
    answer = owner.get(path_of(premise))
    assert "2025 haben Sie 3.600 kWh Strom verbraucht." in text_of(answer)
    assert ["31.12.2025", "80", "abgelesen", "3.600 kWh", "9,9 kWh"] in rows_of(answer.text)


def test_a_refuted_estimate_is_explained(owner: Client, household: Household) -> None:
    MeterReading.objects.filter(register=household.strom, value=19480).update(
        value=22000, origin="geschaetzt"
    )
    text = show(owner, household)
    assert "31.12.2024 22.000 geschätzt Die Schätzung lag daneben. Sie zählt hier nicht." in text
    # 21.987 - 17.000 are 4.987 in two years.
    assert "31.12.2025 21.987 abgelesen 4.987 kWh" in text
    assert "Für einen Vergleich mit dem Jahr davor fehlen Werte." in text


def test_a_value_that_fell_is_explained(owner: Client, household: Household) -> None:
    MeterReading.objects.filter(register=household.strom, value=21987).update(value=19000)
    assert "Nicht bekannt: Der Stand ist kleiner als der davor." in show(owner, household)


def test_a_reported_exchange_is_explained(owner: Client, household: Household) -> None:
    make_reading_submission(household.strom, value=12, reason="meter_exchanged")
    assert "12 gemeldet Sie haben uns gemeldet, dass der Zähler getauscht wurde." in show(owner, household)


def test_who_is_read_often_sees_the_use_between_readings(owner: Client, household: Household) -> None:
    assert "Pro Tag zwischen den Ablesungen" not in show(owner, household)
    for month, value in ((1, 22187), (2, 22367), (3, 22547), (4, 22697)):
        make_reading(household.strom, dt.date(2026, month, 28), value, origin="fernauslesung")

    answer = owner.get(path_of(household.premise))

    assert "Jahr für Jahr" in text_of(answer)
    assert "Pro Tag zwischen den Ablesungen" in text_of(answer)
    # 200 kWh in 28 days, 150 in 31.
    assert "bis 28.01.2026 7,1 kWh" in answer.text.replace("\xa0", " ")
    assert "bis 28.04.2026 4,8 kWh" in answer.text.replace("\xa0", " ")


def test_without_a_whole_year_the_months_are_told(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer, begin_date=dt.date(2026, 7, 1))
    register = make_register(premise)
    for month, day, value in ((6, 30, 0), (8, 31, 310), (10, 31, 676)):
        make_reading(register, dt.date(2026, month, day), value)

    text = text_of(owner.get(path_of(premise)))

    assert "Vom 1. Juli 2026 bis 31. Oktober 2026 haben Sie 676 kWh Strom verbraucht." in text
    assert "Für einen Vergleich mit dem Jahr davor fehlen Werte." in text
    assert "Pro Tag zwischen den Ablesungen" in text
    assert "Jahr für Jahr" not in text


def test_without_a_value_the_first_one_is_asked_for(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_register(premise)

    answer = owner.get(path_of(premise))

    assert "Noch keine Werte. Melden Sie Ihren ersten Zählerstand." in text_of(answer)
    assert f'<a href="/vs/{premise.public_id}/zaehlerstaende/">Melden Sie' in answer.text
    assert "CSV" not in text_of(answer)


def test_one_value_is_shown_and_tells_no_use(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_reading(make_register(premise), dt.date(2026, 1, 1), 100)

    answer = owner.get(path_of(premise))

    assert "Ab dem zweiten Zählerstand sehen Sie hier Ihren Verbrauch." in text_of(answer)
    assert rows_of(answer.text) == [["01.01.2026", "100", "abgelesen", "erster Wert"]]
    assert '<svg class="balken' not in answer.text


def test_an_ended_contract_asks_for_no_value(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer, end_date=TODAY - dt.timedelta(days=60))
    make_register(premise)

    text = text_of(owner.get(path_of(premise)))

    assert "Noch keine Werte." in text
    assert "Melden Sie Ihren ersten" not in text


def test_a_premise_without_meters_says_so(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    assert "Zu dieser Verbrauchsstelle gibt es keinen Zähler." in text_of(owner.get(path_of(premise)))


def test_values_of_others_who_had_the_meter_are_not_shown(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer, begin_date=dt.date(2024, 1, 1), end_date=dt.date(2025, 12, 31))
    register = make_register(premise)
    make_years(register, 1011, 1200, 1303, 1450)
    make_reading(register, dt.date(2026, 1, 1), 1507)
    make_reading_submission(register, value=1666, customer=make_customer())

    text = text_of(owner.get(path_of(premise)))

    assert [value in text for value in ("1.011", "1.200", "1.303", "1.450", "1.507", "1.666")] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(household: Household, is_staff: bool) -> None:
    stranger = Client()
    sign_in(stranger, make_user(make_premise().customer, email="fremd@beispiel.de", is_staff=is_staff))

    answer = stranger.get(path_of(household.premise))

    assert answer.status_code == 404
    assert "21.987" not in answer.text


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    answer = client.get(path_of(household.premise))
    assert answer["Location"].startswith("/anmelden/?weiter=")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_sent(owner: Client, household: Household, method: str) -> None:
    assert getattr(owner, method)(path_of(household.premise)).status_code == 405


def test_the_page_takes_as_many_queries_for_20_meters_as_for_one(owner: Client, household: Household) -> None:
    counts = []
    for meters in (1, 19):
        for _ in range(meters):
            register = make_register(household.premise)
            make_years(register, 1, 2, 3)
            make_reading_submission(register)
        owner.get(path_of(household.premise))
        with CaptureQueriesContext(connection) as queries:
            owner.get(path_of(household.premise))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
