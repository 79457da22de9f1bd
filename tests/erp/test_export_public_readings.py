"""How readings that came without a login leave for the billing system, and what clerks see of them."""

import pytest

from kundenportal.metering.services import place_public_readings
from kundenportal.submissions.models import Submission
from tests.erp.exports import export, files_in, lines_of
from tests.erp.test_export_overview import sheets_of, write
from tests.make import NOW, TODAY, Household, make_household, make_register
from tests.public_readings import make_report, send_and_place, send_report, value

pytestmark = pytest.mark.django_db


@pytest.fixture
def household() -> Household:
    return make_household()


def rows(directory, number=1):
    return [line.split(";")[2:] for line in lines_of(directory, number)[1:]]


def test_a_report_waits_for_its_meter_before_it_leaves(household, tmp_path):
    send_report()
    assert export(tmp_path) == "Keine neuen Vorgänge.\n"
    place_public_readings(NOW)
    export(tmp_path)
    assert len(rows(tmp_path)) == 1


def test_what_matches_a_meter_leaves_with_its_customer(household, tmp_path):
    send_and_place(remark="Keller")
    send_and_place(value(60_000), key="key-2")
    export(tmp_path)
    place = ["0014026/1", household.premise.erp_id, "1 EMH00 0451 2873", "1", TODAY.isoformat()]
    assert rows(tmp_path) == [
        [*place, "24318", "plausibel", "Ohne Anmeldung gemeldet: Keller"],
        [*place, "60000", "auffaellig", "Ohne Anmeldung gemeldet, höher als üblich"],
    ]


def test_what_matches_nothing_leaves_without_a_customer_and_as_it_was_typed(household, tmp_path):
    make_register(household.premise, meter_number="77", code="HT", obis="1.8.1")
    send_and_place(meter_number="9 NIX-99", remark="=1+1")
    send_and_place(value(7.5, "1.8.1"), value(8, "2.8.0"), meter_number="77", key="key-2")
    export(tmp_path)
    unknown = "Zählernummer und Postleitzahl passen zu keinem laufenden Vertrag"
    unclear = "Zähler gefunden, aber nicht, welches Zählwerk gemeint ist"
    day = TODAY.isoformat()
    without = "Ohne Anmeldung gemeldet"
    assert rows(tmp_path) == [
        ["", "", "9 NIX-99", "", day, "24318", "ungeprueft", f"{without}, {unknown}: =1+1"],
        ["", "", "77", "1.8.1", day, "7,5", "ungeprueft", f"{without}, {unclear}"],
        ["", "", "77", "2.8.0", day, "8", "ungeprueft", f"{without}, {unclear}"],
    ]


def test_names_and_addresses_stay_in_the_portal(household, tmp_path):
    send_and_place()
    send_and_place(meter_number="9 NIX", key="key-2")
    export(tmp_path)
    text = b"".join(files_in(tmp_path).values()).decode()
    for word in ("Erika", "erika@beispiel.de", "Lindenstraße"):
        assert word not in text


def test_a_batch_with_them_is_written_again_byte_for_byte(household, tmp_path):
    send_and_place()
    send_and_place(meter_number="9 NIX", key="key-2")
    export(tmp_path / "first")
    export(tmp_path / "second", "--repeat", "1")
    assert files_in(tmp_path / "first") == files_in(tmp_path / "second")


def test_the_workbook_shows_clerks_what_was_typed(household, tmp_path):
    send_and_place(value(24_318), remark="=1+1")
    send_and_place(value(7.5, "HT"), value(8, "NT"), meter_number="9 NIX", name="Emil Ohne", key="key-2")
    send_report(make_report(email=""), key="key-3")
    path = tmp_path / "vorgaenge.xlsx"
    write(path)
    sheets = sheets_of(path)
    assert [row[4:8] for row in sheets["Vorgänge"][1:]] == [
        (
            "0014026/1",
            "Michael Bauer",
            household.premise.erp_id,
            "Lindenstraße 12, 91560 Musterbach",
        ),
        ("", "", "", ""),
        ("", "", "", ""),
    ]
    assert {row[-1] for row in sheets["Vorgänge"][1:]} == {"Ohne Anmeldung"}
    typed = [row[1:] for row in sheets["Ohne Anmeldung"][1:]]
    who = ("91560", "Lindenstraße 12", "Erika Mieter", "erika@beispiel.de")
    assert typed == [
        ("Zähler gefunden", "1 EMH00 0451 2873", "22.11.2026", "24318", *who, "=1+1"),
        (
            "Zählernummer und Postleitzahl passen zu keinem laufenden Vertrag",
            "9 NIX",
            "22.11.2026",
            "HT 7,5; NT 8",
            "91560",
            "Lindenstraße 12",
            "Emil Ohne",
            "erika@beispiel.de",
            "",
        ),
        ("wird gesucht", "1 EMH00 0451 2873", "22.11.2026", "24318", *who[:3], "", ""),
    ]


def test_the_workbook_of_a_batch_shows_the_reports_of_this_batch(household, tmp_path):
    send_and_place()
    export(tmp_path)
    send_and_place(key="key-2")
    path = tmp_path / "stapel.xlsx"
    write(path, "--batch", "1")
    assert len(sheets_of(path)["Ohne Anmeldung"]) == 2
    assert Submission.objects.count() == 2
