"""What an import does to the portal's data."""

import datetime as dt
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from kundenportal.addresses.models import BillingAddress
from kundenportal.advance_payments.models import AdvancePayment
from kundenportal.audit.models import AuditEntry
from kundenportal.banking.models import BankAccount
from kundenportal.core.encryption import decrypt_field
from kundenportal.customers.models import Customer, Premise
from kundenportal.erp.inbound.files import FILES, REGISTERS
from kundenportal.erp.inbound.known_rows import hash_rows, row_hash_key
from kundenportal.erp.inbound.rows import RowParser
from kundenportal.metering.models import Meter, MeterReading, Register
from tests.benchmarks.make_delivery import write_delivery as write_large_delivery
from tests.erp.deliveries import (
    IBAN,
    OTHER_IBAN,
    command,
    counts,
    file_text,
    run_import,
    two_customers,
    write_delivery,
    zip_delivery,
)
from tests.make import NOW

pytestmark = pytest.mark.django_db

IMPORTED = (Customer, BillingAddress, BankAccount, Premise, Meter, Register, MeterReading, AdvancePayment)
DATA = Path(__file__).parent / "data"
LATER = NOW + dt.timedelta(days=1)


def state() -> dict[str, list[dict[str, Any]]]:
    """Return everything an import may change."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in (*IMPORTED, AuditEntry)
    }


def state_without_audit() -> dict[str, list[dict[str, Any]]]:
    return {name: rows for name, rows in state().items() if name != "AuditEntry"}


def test_everything_of_a_delivery_is_stored(tmp_path):
    report = run_import(write_delivery(tmp_path / "d"))

    assert not report.is_refused
    bauer = Customer.objects.get(customer_number="0012345/1")
    assert (bauer.first_name, bauer.last_name, bauer.salutation) == ("Michael", "Bauer", "Herr")
    assert (bauer.contact_email, bauer.phone, bauer.business_partner) == (
        "bauer@example.org",
        "09872 1",
        "GP1",
    )
    address = bauer.billing_address
    assert (address.street, address.house_number, address.supplement) == ("Lindenstraße", "12", "2. OG")
    assert (address.postal_code, address.city, address.country) == ("91560", "Heilsbronn", "DE")
    premise = bauer.premises.get()
    assert (premise.erp_id, premise.label, premise.begin_date) == ("VS1", "Wohnung", dt.date(2016, 4, 1))
    assert len(premise.public_id) >= 7
    assert Premise.objects.get(erp_id="VS2").end_date == dt.date(2030, 12, 31)
    meter = premise.meters.get()
    assert (meter.meter_number, meter.number_key, meter.division) == ("1EMH001", "1EMH001", "strom")
    assert (meter.market_location, meter.installed_date) == ("50000000013", dt.date(2016, 4, 1))
    assert meter.is_remote is False
    assert Meter.objects.get(meter_number="8SEN002").is_remote is True
    register = meter.registers.get()
    assert (register.code, register.integer_digits, register.decimal_digits) == ("1", 6, 1)
    assert (register.unit, register.factor, register.annual_use) == ("kWh", Decimal(1), Decimal(2400))
    assert Register.objects.get(meter__meter_number="8SEN002").decimal_digits == 0
    assert list(
        register.readings.order_by("reading_date").values_list("reading_date", "value", "origin")
    ) == [
        (dt.date(2024, 12, 31), Decimal("24318.5"), "abgelesen"),
        (dt.date(2025, 12, 31), Decimal(26700), "geschaetzt"),
    ]
    payment = AdvancePayment.objects.get()
    assert (payment.premise, payment.amount, payment.valid_from) == (premise, 128, dt.date(2026, 3, 1))
    assert (payment.due_day, payment.minimum, payment.maximum) == (1, 100, Decimal("250.50"))


def test_ibans_are_sealed_for_the_customer_and_for_the_premise(tmp_path):
    run_import(write_delivery(tmp_path / "d"))

    of_customer = BankAccount.objects.get(premise=None)
    of_premise = BankAccount.objects.get(premise__erp_id="VS1")
    key = settings.FIELD_KEY
    assert decrypt_field(bytes(of_customer.iban_sealed), key=key, bound_to="0012345/1") == IBAN
    assert decrypt_field(bytes(of_premise.iban_sealed), key=key, bound_to="VS1") == OTHER_IBAN
    assert (of_customer.country, of_customer.iban_end, of_customer.holder) == ("DE", "3000", "Michael Bauer")
    assert (of_customer.mandate_reference, of_customer.mandate_date) == ("M1", dt.date(2021, 3, 1))
    assert of_premise.customer.customer_number == "0012345/1"


def test_the_same_delivery_twice_changes_nothing(tmp_path):
    directory = write_delivery(tmp_path / "d")
    run_import(directory)
    before = state_without_audit()

    report = run_import(directory, now=LATER)

    assert counts(report) == {
        "kunden": (0, 0, 0, 2),
        "verbrauchsstellen": (0, 0, 0, 2),
        "zaehler": (0, 0, 0, 2),
        "zaehlwerke": (0, 0, 0, 2),
        "ablesungen": (0, 0, 0, 3),
        "abschlaege": (0, 0, 0, 1),
    }
    assert state_without_audit() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", [1, 2])
def test_encoding_line_ends_blank_lines_and_any_order_make_no_difference(tmp_path, encoding, line_end, seed):
    run_import(write_delivery(tmp_path / "d"))
    before = state_without_audit()
    other = tmp_path / "other"
    other.mkdir()
    for name, rows in two_customers().items():
        text = file_text(rows, chance=random.Random(seed)).replace("\n", "\n\n").replace("\n", line_end)
        (other / name).write_bytes((line_end + text).encode(encoding))

    report = run_import(zip_delivery(tmp_path / "other.zip", other, prefix="lieferung/"), now=LATER)

    assert not report.is_refused
    assert all(each[:3] == (0, 0, 0) for each in counts(report).values())
    assert state_without_audit() == before


def test_quotes_that_are_not_needed_and_fields_over_several_lines_are_understood(tmp_path):
    kunden = (
        "kundennummer;name;strasse;plz;ort;adresszusatz\n"
        '"0012345/1";"Bauer; Söhne ""Alt""";Lindenstraße;91560;Heilsbronn;"Hinter\nhaus\n2. Stock"\n'
        '0012346/1;Rohre 1/2" GmbH;Am Münsterweg;91560;Heilsbronn;\n'
    )
    report = run_import(write_delivery(tmp_path / "d", kunden=kunden))

    assert not report.is_refused, report.faults
    bauer, rohre = Customer.objects.order_by("customer_number")
    assert bauer.last_name == 'Bauer; Söhne "Alt"'
    assert bauer.billing_address.supplement == "Hinter haus 2. Stock"
    assert rohre.last_name == 'Rohre 1/2" GmbH'


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    changed = write_delivery(
        tmp_path / "d", two_customers(kunden={"name": "Neumann"}, ablesungen={"stand": "24319"})
    )
    before = state()

    dry = run_import(changed, is_dry_run=True)

    assert state() == before
    assert counts(dry) == counts(run_import(changed))
    assert counts(dry)["kunden"] == (0, 1, 0, 1)
    assert counts(dry)["ablesungen"] == (0, 1, 0, 2)


def test_a_changed_row_changes_its_customer_address_and_account(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    before = Customer.objects.get(customer_number="0012345/1")

    run_import(
        write_delivery(
            tmp_path / "d", two_customers(kunden={"name": "Neumann", "ort": "Ansbach", "iban": OTHER_IBAN})
        )
    )

    after = Customer.objects.get(pk=before.pk)
    assert (after.last_name, after.billing_address.city) == ("Neumann", "Ansbach")
    assert BankAccount.objects.get(premise=None).iban_end == OTHER_IBAN[-4:]


def test_only_an_address_that_becomes_another_one_is_young(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    assert set(BillingAddress.objects.values_list("changed_at", flat=True)) == {None}

    run_import(write_delivery(tmp_path / "d", two_customers(kunden={"name": "Neumann"})))
    assert set(BillingAddress.objects.values_list("changed_at", flat=True)) == {None}

    run_import(write_delivery(tmp_path / "d", two_customers(kunden={"hausnummer": "14"})))
    moved = BillingAddress.objects.exclude(changed_at=None).get()
    assert (moved.house_number, moved.changed_at) == ("14", NOW)


def test_an_account_goes_when_its_iban_goes(tmp_path):
    run_import(write_delivery(tmp_path / "d"))

    run_import(write_delivery(tmp_path / "d", two_customers(kunden={"iban": ""})))

    assert list(BankAccount.objects.values_list("premise__erp_id", flat=True)) == ["VS1"]


def test_what_is_missing_ends_and_lives_again_when_it_comes_back(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    ids = list(Meter.objects.order_by("meter_number").values_list("pk", flat=True))
    files = two_customers()
    less = {name: rows[:-1] if name != "abschlaege.csv" else rows for name, rows in files.items()}

    report = run_import(write_delivery(tmp_path / "less", less), allow_loss=True, now=LATER)

    assert counts(report)["zaehler"] == (0, 0, 1, 1)
    for model in (Customer, Premise, Meter, Register):
        assert list(model.objects.order_by("pk").values_list("ended_at", flat=True)) == [None, LATER]
    assert MeterReading.objects.count() == 2

    report = run_import(write_delivery(tmp_path / "d"), now=LATER + dt.timedelta(days=1))

    assert counts(report)["zaehler"] == (1, 0, 0, 1)
    for model in (Customer, Premise, Meter, Register):
        assert not model.objects.exclude(ended_at=None).exists()
    assert list(Meter.objects.order_by("meter_number").values_list("pk", flat=True)) == ids
    assert MeterReading.objects.count() == 3


def test_readings_and_advance_payments_stay_when_their_files_are_not_delivered(tmp_path):
    run_import(write_delivery(tmp_path / "d"))

    report = run_import(write_delivery(tmp_path / "d", ablesungen=None, abschlaege=None))

    assert not report.is_refused
    assert MeterReading.objects.count() == 3
    assert AdvancePayment.objects.count() == 1


def test_readings_made_in_the_portal_stay_until_the_delivery_has_that_day(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    register = Register.objects.get(meter__meter_number="1EMH001")
    made = [
        MeterReading.objects.create(register=register, reading_date=date, value=27000, origin="gemeldet")
        for date in (dt.date(2026, 6, 30), dt.date(2026, 9, 30))
    ]
    files = two_customers()
    files["ablesungen.csv"].append(files["ablesungen.csv"][1] | {"datum": "2026-06-30", "stand": "27001"})

    report = run_import(write_delivery(tmp_path / "d", files))

    assert counts(report)["ablesungen"] == (0, 1, 0, 3)
    assert [MeterReading.objects.get(pk=each.pk).value for each in made] == [27001, 27000]


@pytest.mark.parametrize(("missing", "is_refused"), [(5, False), (6, True)])
def test_more_than_five_percent_ending_is_refused(tmp_path, missing, is_refused):
    write_large_delivery(tmp_path / "all", customers=100)
    write_large_delivery(tmp_path / "fewer", customers=100 - missing)
    run_import(tmp_path / "all")
    before = state()

    report = run_import(tmp_path / "fewer", now=LATER)

    assert report.is_refused is is_refused
    if is_refused:
        assert report.refusals[0].startswith("kunden.csv: 6 von 100 Einträgen würden enden.")
        assert state() == before
        assert not run_import(tmp_path / "fewer", allow_loss=True, now=LATER).is_refused
    assert Customer.objects.filter(ended_at=LATER).count() == missing


def test_the_command_shows_what_a_refused_loss_would_be(tmp_path):
    write_large_delivery(tmp_path / "all", customers=10)
    run_import(tmp_path / "all")
    write_large_delivery(tmp_path / "fewer", customers=9)

    code, told = command(tmp_path / "fewer")

    assert code == 1
    assert "kunden.csv                     0               0              1            9\n" in told
    assert "kunden.csv: 1 von 10 Einträgen würden enden. Mehr als 5 % auf einmal" in told


def test_a_delivery_without_a_single_reading_is_refused_where_there_are_some(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    header = "zaehlernummer;zaehlwerk;datum;stand;herkunft\n"

    report = run_import(write_delivery(tmp_path / "d", ablesungen=header))

    assert report.is_refused
    assert MeterReading.objects.count() == 3
    assert not run_import(tmp_path / "d", allow_loss=True).is_refused
    assert not MeterReading.objects.exists()


def test_a_corrected_date_of_installation_keeps_the_meter_and_its_readings(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    meter = Meter.objects.get(meter_number="1EMH001")
    readings = list(MeterReading.objects.order_by("pk").values())

    report = run_import(write_delivery(tmp_path / "d", two_customers(zaehler={"einbau": "2016-05-01"})))

    assert counts(report)["zaehler"] == (0, 1, 0, 1)
    assert Meter.objects.get(meter_number="1EMH001").pk == meter.pk
    assert list(MeterReading.objects.order_by("pk").values()) == readings


def test_a_reading_belongs_to_the_meter_installed_on_its_day(tmp_path):
    files = two_customers(zaehler={"ausbau": "2025-06-30"})
    files["zaehler.csv"].append(
        {
            "zaehlernummer": "1EMH001",
            "verbrauchsstelle": "VS2",
            "versorgungsart": "strom",
            "einbau": "2025-06-30",
        }
    )
    files["ablesungen.csv"].append(files["ablesungen.csv"][0] | {"datum": "2025-06-30", "stand": "5"})

    report = run_import(write_delivery(tmp_path / "d", files))

    assert not report.is_refused, report.faults
    assert list(
        MeterReading.objects.filter(register__meter__meter_number="1EMH001")
        .order_by("reading_date")
        .values_list("reading_date", "register__meter__premise__erp_id")
    ) == [
        (dt.date(2024, 12, 31), "VS1"),
        (dt.date(2025, 6, 30), "VS2"),
        (dt.date(2025, 12, 31), "VS2"),
    ]
    again = run_import(tmp_path / "d", now=LATER)
    assert all(each[:3] == (0, 0, 0) for each in counts(again).values())


def test_the_column_versorgungsart_tells_two_meters_of_the_same_number_apart(tmp_path):
    files = two_customers()
    files["zaehler.csv"].append(files["zaehler.csv"][0] | {"versorgungsart": "gas", "marktlokation": ""})
    files["zaehlwerke.csv"][0]["versorgungsart"] = "strom"
    files["zaehlwerke.csv"].append(files["zaehlwerke.csv"][0] | {"versorgungsart": "gas", "einheit": "m3"})
    files["ablesungen.csv"][0]["versorgungsart"] = "gas"
    files["ablesungen.csv"][1]["versorgungsart"] = "strom"

    report = run_import(write_delivery(tmp_path / "d", files))

    assert not report.is_refused, report.faults
    assert list(
        MeterReading.objects.order_by("reading_date", "pk").values_list(
            "register__meter__division", flat=True
        )
    ) == ["gas", "strom", "wasser"]


def test_what_a_cubic_metre_of_gas_holds_is_stored(tmp_path):
    files = two_customers(zaehlwerke={"brennwert": "11,2840", "zustandszahl": "0.9614"})

    assert not run_import(write_delivery(tmp_path / "d", files)).is_refused

    assert (
        Register.objects.filter(calorific_value=Decimal("11.284"), state_number=Decimal("0.9614")).count()
        == 1
    )
    assert Register.objects.filter(calorific_value=None, state_number=None).count() == 1


@pytest.mark.parametrize(
    "bound", [{"brennwert": "3", "zustandszahl": "6"}, {"brennwert": "30", "zustandszahl": "0.5"}]
)
def test_the_bounds_of_the_gas_columns_are_taken(tmp_path, bound):
    assert not run_import(write_delivery(tmp_path / "d", two_customers(zaehlwerke=bound))).is_refused


def test_a_delivery_of_before_the_gas_columns_is_still_the_same(tmp_path):
    """The hash of a row is that of its eleven columns of then, and stays so while the later ones are empty."""
    run_import(write_delivery(tmp_path / "d"))
    row = b"1EMH001;1;1-0:1.8.0;;6;1;kWh;1;bezug;2400;"
    register = Register.objects.get(meter__meter_number="1EMH001")
    assert register.row_hash == hash_rows([row], row_hash_key())[0]

    for columns in (
        {"brennwert": ""},
        {"brennwert": "", "zustandszahl": ""},
        {"zustandszahl": "", "brennwert": ""},
    ):
        report = run_import(write_delivery(tmp_path / "d", two_customers(zaehlwerke=columns)), now=LATER)
        assert counts(report)["zaehlwerke"] == (0, 0, 0, 2), columns

    report = run_import(
        write_delivery(tmp_path / "d", two_customers(zaehlwerke={"brennwert": "11"})), now=LATER
    )
    assert counts(report)["zaehlwerke"] == (0, 1, 0, 1)
    report = run_import(write_delivery(tmp_path / "d"), now=LATER)
    assert counts(report)["zaehlwerke"] == (0, 1, 0, 1)
    register.refresh_from_db()
    assert (register.calorific_value, register.row_hash) == (None, hash_rows([row], row_hash_key())[0])


@pytest.mark.parametrize(
    ("more_columns", "fields", "spelled"),
    [
        (b"", b"", b";"),
        (b";versorgungsart", b";gas", b";gas"),
        (b";versorgungsart;brennwert", b";gas;", b";gas"),
        (b";versorgungsart;brennwert;zustandszahl", b";gas;;", b";gas"),
        (b";versorgungsart;brennwert;zustandszahl", b";;;", b";"),
        (b";versorgungsart;brennwert;zustandszahl", b";gas;11;", b";gas;11"),
        (b";versorgungsart;brennwert;zustandszahl", b";gas;;1", b";gas;;1"),
        (b";versorgungsart;brennwert;zustandszahl", b';"gas";"";', b";gas"),
        (b";zustandszahl;brennwert", b";;11", b";;11"),
        (b";zustandszahl", b";", b";"),
    ],
)
def test_later_columns_leave_no_trace_while_they_are_empty(more_columns, fields, spelled):
    header = (
        b"zaehlernummer;zaehlwerk;obis;bezeichnung;vorkommastellen;nachkommastellen;einheit;faktor;richtung;"
        b"jahresverbrauch"
    )
    row = b"7ELS001;1;;;5;3;m3;1;bezug;"

    assert RowParser(REGISTERS, header + more_columns).canonical([row + fields]) == [row + spelled]


@pytest.mark.parametrize("spec", FILES, ids=lambda spec: spec.stem)
def test_later_columns_are_the_last_and_need_no_value(spec):
    later = [column.is_later for column in spec.columns]

    assert later == sorted(later)
    assert not any(column.is_later and column.is_required for column in spec.columns)


def test_an_import_writes_one_audit_entry_with_counts_and_sum(tmp_path):
    report = run_import(write_delivery(tmp_path / "d"))

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.at, entry.subject) == (
        "erp.master_data_imported",
        "erp",
        NOW,
        "d",
    )
    assert entry.details["sha256"] == report.sha256
    assert entry.details["ablesungen_new"] == 3


def test_the_command_prints_a_summary_and_writes_a_report(tmp_path):
    directory = write_delivery(tmp_path / "d")

    code, told = command(directory, "--report", str(tmp_path / "report.json"))

    assert code == 0
    assert "kunden.csv               2         0        0            0" in told
    assert told.endswith("Eingelesen.\n")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["imported"] is True
    assert report["files"]["ablesungen.csv"] == {"new": 3, "changed": 0, "ended": 0, "unchanged": 0}


def test_the_command_says_what_a_dry_run_would_do(tmp_path):
    code, told = command(write_delivery(tmp_path / "d"), "--dry-run")

    assert code == 0
    assert "würde neu  würde geändert  würde beendet  unverändert" in told
    assert told.endswith("Probelauf: Nichts wurde geändert.\n")
    assert not Customer.objects.exists()


def test_the_command_ends_with_1_when_it_refuses(tmp_path):
    directory = write_delivery(tmp_path / "d", two_customers(kunden={"iban": "DE88370400440532013000"}))

    code, told = command(directory, "--report", str(tmp_path / "report.json"))

    assert code == 1
    assert (
        "kunden.csv, Zeile 2, Spalte iban: „DE•• •••• 3000“ – Die Prüfziffern der IBAN stimmen nicht." in told
    )
    assert told.endswith("1 Fehler.\nAbgelehnt: Nichts wurde geändert.\n")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["refused"], report["error_count"]) == (True, 1)
    assert report["errors"] == [
        {
            "file": "kunden.csv",
            "line": 2,
            "column": "iban",
            "value": "DE•• •••• 3000",
            "reason": "Die Prüfziffern der IBAN stimmen nicht.",
        }
    ]


def test_no_temporary_table_is_left(tmp_path):
    run_import(write_delivery(tmp_path / "d"))

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT COUNT(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
        else:
            cursor.execute("SELECT COUNT(*) FROM sqlite_temp_master WHERE type = 'table'")
        assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize(("name", "customers"), [("delivery", 40), ("delivery-cp1252.zip", 200)])
def test_deliveries_of_fictional_utilities_have_no_fault(name, customers):
    report = run_import(DATA / name)

    assert report.faults == []
    assert counts(report)["kunden"] == (customers, 0, 0, 0)


def test_foreign_keys_of_imported_rows_are_whole(tmp_path):
    write_large_delivery(tmp_path / "d", customers=30)
    run_import(tmp_path / "d")

    connection.check_constraints([model._meta.db_table for model in IMPORTED])
    assert {spec.name for spec in FILES} >= {path.name for path in (tmp_path / "d").iterdir()}
