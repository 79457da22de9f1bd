"""``/vs/<id>/verbrauch/csv/``: all values as a file for spreadsheets."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kundenportal.customers.models import Premise
from kundenportal.metering.models import Register
from kundenportal.selfservice.consumption_csv import HEADER
from tests.make import (
    Household,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.personas import sign_in


def path_of(premise: Premise) -> str:
    return f"/vs/{premise.public_id}/verbrauch/csv/"


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def rows_of(answer: Any) -> list[dict[str, str]]:
    """Return the rows of the file by column, and see that it is one as German spreadsheets read it."""
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    reader = csv.DictReader(io.StringIO(text), delimiter=";")
    rows = list(reader)
    assert tuple(reader.fieldnames or ()) == HEADER
    return rows


def test_every_value_of_every_meter_is_a_row(owner: Client, household: Household) -> None:
    rows = rows_of(owner.get(path_of(household.premise)))

    assert len(rows) == 12
    assert [each["Versorgungsart"] for each in rows[::4]] == ["Strom", "Gas", "Wasser"]
    assert rows[0] == dict.fromkeys(HEADER, "") | {
        "Versorgungsart": "Strom",
        "Zählernummer": "1 EMH00 0451 2873",
        "Zählwerk": "1",
        "Richtung": "Bezug",
        "Datum": "31.12.2022",
        "Zählerstand": "14500",
        "Faktor": "1",
        "Art": "abgelesen",
        "Einheit": "kWh",
    }
    # 2.500 kWh in 365 days.
    assert rows[1] == rows[0] | {
        "Datum": "31.12.2023",
        "Zählerstand": "17000",
        "Tage": "365",
        "Verbrauch": "2500",
        "Verbrauch pro Tag": "6,8493",
    }


def test_gas_comes_with_what_it_is_reckoned_with(owner: Client, household: Household) -> None:
    Register.objects.filter(pk=household.gas.pk).update(
        calorific_value=Decimal("11.284"), state_number=Decimal("0.9614")
    )

    row = rows_of(owner.get(path_of(household.premise)))[7]

    assert (row["Versorgungsart"], row["Verbrauch"], row["Einheit"]) == ("Gas", "1112", "m³")
    assert (row["Zustandszahl"], row["Brennwert in kWh/m³"], row["Verbrauch in kWh"]) == (
        "0,9614",
        "11,284",
        "12063",
    )


def test_numbers_have_a_comma_and_no_dots(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    register = make_register(premise, factor=Decimal("1.5"), direction="einspeisung", label="Einspeisung")
    make_reading(register, dt.date(2025, 12, 31), Decimal("1000.5"), origin="geschaetzt")
    make_reading_submission(register, value=Decimal("2000.75"))

    first, second = rows_of(owner.get(path_of(premise)))

    assert (first["Zählerstand"], first["Faktor"], first["Art"]) == ("1000,5", "1,5", "geschätzt")
    assert (second["Zählerstand"], second["Verbrauch"], second["Status"]) == (
        "2000,75",
        "1500,375",
        "Eingegangen",
    )
    assert (second["Richtung"], second["Bezeichnung"]) == ("Einspeisung", "Einspeisung")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula(owner: Client, household: Household, start: str) -> None:
    premise = make_premise(household.customer)
    evil = f"{start}1+1"
    register = make_register(premise, meter_number=evil, code=evil, label=evil)
    make_reading(register, dt.date(2025, 12, 31), 1)

    (row,) = rows_of(owner.get(path_of(premise)))

    assert {row[name] for name in ("Zählernummer", "Zählwerk", "Bezeichnung")} == {f"'{evil}"}


def test_separators_and_quotes_in_a_label_stay_in_their_field(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    register = make_register(premise, label='Tag; "HT"')
    make_reading(register, dt.date(2025, 12, 31), 1)

    (row,) = rows_of(owner.get(path_of(premise)))

    assert row["Bezeichnung"] == 'Tag; "HT"'


def test_a_premise_without_values_gives_the_header(owner: Client, household: Household) -> None:
    premise = make_premise(household.customer)
    make_register(premise)
    assert rows_of(owner.get(path_of(premise))) == []


def test_the_file_has_a_name_and_is_kept_by_nobody(owner: Client, household: Household) -> None:
    answer = owner.get(path_of(household.premise))

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Verbrauch%20Lindenstra%C3%9Fe%2012%2022.11.2026.csv"
    )
    assert answer["Cache-Control"] == "no-store, private"


def test_the_file_is_the_same_in_every_language(owner: Client, household: Household) -> None:
    german = owner.get(path_of(household.premise)).content
    with translation.override("en"):
        assert owner.get(path_of(household.premise), headers={"Accept-Language": "en"}).content == german


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(household: Household, is_staff: bool) -> None:
    stranger = Client()
    sign_in(stranger, make_user(make_premise().customer, email="fremd@beispiel.de", is_staff=is_staff))

    answer = stranger.get(path_of(household.premise))

    assert answer.status_code == 404
    assert b"21987" not in answer.content


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    answer = client.get(path_of(household.premise))
    assert answer["Location"].startswith("/anmelden/?weiter=")


def test_the_file_takes_as_many_queries_for_20_meters_as_for_one(owner: Client, household: Household) -> None:
    counts = []
    for meters in (1, 19):
        for _ in range(meters):
            make_reading_submission(make_register(household.premise))
        owner.get(path_of(household.premise))
        with CaptureQueriesContext(connection) as queries:
            owner.get(path_of(household.premise))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
