"""What makes a delivery be refused, and how it is told: file, line, column, value and reason."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.erp.inbound.report import MAX_LISTED
from kundenportal.metering.models import MeterReading
from tests.erp.deliveries import (
    command,
    file_text,
    held_by_another_process,
    run_import,
    two_customers,
    write_delivery,
)

pytestmark = pytest.mark.django_db

NO_DATE = "Kein Datum; erwartet wird 2026-11-22 oder 22.11.2026."
NO_NUMBER = "Keine Zahl; erwartet wird eine wie 24318,5 ohne Tausenderpunkte."
DUPLICATE = "Doppelt: Dieser Schlüssel kommt in der Datei schon vor."
MISSING = "Der Wert fehlt."
KINDS_OF_READING = "Möglich sind: abgelesen, gemeldet, geschaetzt, fernauslesung."

BAD_VALUES = [
    ("kunden", "kundennummer", "12-345", "Keine Kundennummer; erwartet wird eine wie 0012345/1."),
    ("kunden", "kundennummer", "0012345/2", "Keine Kundennummer; erwartet wird eine wie 0012345/1."),
    ("kunden", "name", " ", MISSING),
    ("kunden", "name", "x" * 201, "Zu lang: 201 Zeichen; höchstens 200 sind möglich."),
    ("kunden", "vorname", "Mi\0chael", "Unzulässiges Zeichen U+0000."),
    ("kunden", "vorname", "Mi\u202echael", "Unzulässiges Zeichen U+202E."),
    ("kunden", "plz", "1067", "Keine deutsche Postleitzahl; sie hat fünf Ziffern."),
    ("kunden", "land", "Deutschland", "Kein Ländercode aus zwei Buchstaben."),
    ("kunden", "kontakt_email", "bauer@", "Keine E-Mail-Adresse."),
    ("kunden", "iban", "DE88370400440532013000", "Die Prüfziffern der IBAN stimmen nicht."),
    ("kunden", "iban", "DE8937040044053201300", "Die IBAN hat nicht die Länge ihres Landes."),
    ("kunden", "iban", "XX89370400440532013000", "Das Land der IBAN gibt es nicht."),
    ("kunden", "iban", "12345", "Keine IBAN."),
    ("kunden", "mandatsdatum", "2021-02-29", "Dieses Datum gibt es nicht."),
    ("verbrauchsstellen", "kundennummer", "0099999/1", "Steht nicht in kunden.csv."),
    ("verbrauchsstellen", "beginn", "01/04/2016", NO_DATE),
    ("verbrauchsstellen", "beginn", "٢٠١٦-04-01", NO_DATE),
    ("verbrauchsstellen", "beginn", "31.04.2016", "Dieses Datum gibt es nicht."),
    ("verbrauchsstellen", "beginn", "0016-04-01", "Das Jahr liegt nicht zwischen 1900 und 2199."),
    ("verbrauchsstellen", "ende", "2016-03-31", "Liegt vor „beginn“."),
    ("verbrauchsstellen", "plz", "", MISSING),
    ("verbrauchsstellen", "iban", "DE88370400440532013000", "Die Prüfziffern der IBAN stimmen nicht."),
    ("zaehler", "zaehlernummer", "---", "Keine Zählernummer."),
    ("zaehler", "verbrauchsstelle", "VS9", "Steht nicht in verbrauchsstellen.csv."),
    ("zaehler", "versorgungsart", "luft", "Möglich sind: strom, gas, wasser, waerme."),
    ("zaehler", "marktlokation", "50000000012", "Die Prüfziffer der Marktlokation stimmt nicht."),
    ("zaehler", "marktlokation", "5000000001", "Keine Marktlokation; sie hat elf Ziffern."),
    ("zaehler", "messlokation", "DE123", "Keine Messlokation; sie hat 33 Zeichen."),
    ("zaehler", "ausbau", "2016-03-31", "Liegt vor „einbau“."),
    ("zaehler", "fernauslesung", "vielleicht", "Möglich sind: ja, nein."),
    ("zaehlwerke", "zaehlernummer", "", MISSING),
    ("zaehlwerke", "vorkommastellen", "0", "Erwartet wird eine ganze Zahl von 1 bis 11."),
    ("zaehlwerke", "vorkommastellen", "6,0", "Erwartet wird eine ganze Zahl von 1 bis 11."),
    ("zaehlwerke", "nachkommastellen", "5", "Erwartet wird eine ganze Zahl von 0 bis 4."),
    ("zaehlwerke", "einheit", "Wh", "Möglich sind: kwh, m3, mwh."),
    ("zaehlwerke", "faktor", "0,0", "Die Zahl muss größer als null sein."),
    ("zaehlwerke", "richtung", "rauf", "Möglich sind: bezug, einspeisung."),
    ("zaehlwerke", "jahresverbrauch", "2.400,0", NO_NUMBER),
    ("zaehlwerke", "brennwert", "11.284 kWh", NO_NUMBER),
    ("zaehlwerke", "brennwert", "2,9999", "Erwartet wird eine Zahl von 3 bis 30."),
    ("zaehlwerke", "brennwert", "30,0001", "Erwartet wird eine Zahl von 3 bis 30."),
    ("zaehlwerke", "brennwert", "11284", "Die Zahl ist zu groß: 2 Stellen vor dem Komma."),
    ("zaehlwerke", "brennwert", "11,28451", "Höchstens 4 Nachkommastellen sind möglich."),
    ("zaehlwerke", "zustandszahl", "0,4999", "Erwartet wird eine Zahl von 0,5 bis 6."),
    ("zaehlwerke", "zustandszahl", "9,614", "Erwartet wird eine Zahl von 0,5 bis 6."),
    ("ablesungen", "zaehlernummer", "1EMH009", "Steht nicht in zaehler.csv."),
    ("ablesungen", "zaehlwerk", "HT", "Steht nicht in zaehlwerke.csv."),
    ("ablesungen", "datum", "31.12.24", NO_DATE),
    ("ablesungen", "datum", "2016-03-31", "An diesem Tag war kein Zähler mit dieser Nummer eingebaut."),
    ("ablesungen", "stand", "24 318", NO_NUMBER),
    ("ablesungen", "stand", "1e3", NO_NUMBER),
    ("ablesungen", "stand", "NaN", NO_NUMBER),
    ("ablesungen", "stand", "-1", "Die Zahl darf nicht negativ sein."),
    ("ablesungen", "stand", "1000000", "Das Zählwerk hat weniger Stellen vor dem Komma."),
    ("ablesungen", "stand", "24318,55", "Das Zählwerk hat weniger Nachkommastellen."),
    ("ablesungen", "stand", "1,00001", "Höchstens 4 Nachkommastellen sind möglich."),
    ("ablesungen", "stand", "1" * 12, "Die Zahl ist zu groß: 11 Stellen vor dem Komma."),
    ("ablesungen", "herkunft", "geraten", KINDS_OF_READING),
    ("abschlaege", "verbrauchsstelle", "VS9", "Steht nicht in verbrauchsstellen.csv."),
    ("abschlaege", "betrag", "128,005", "Höchstens 2 Nachkommastellen sind möglich."),
    ("abschlaege", "betrag", "128 €", NO_NUMBER),
    ("abschlaege", "faellig_tag", "32", "Erwartet wird eine ganze Zahl von 1 bis 31."),
    ("abschlaege", "minimum", "251", "Liegt über dem Maximum."),
]


@pytest.mark.parametrize(("stem", "column", "value", "reason"), BAD_VALUES)
def test_a_bad_value_is_told_with_its_place_and_reason(tmp_path, stem, column, value, reason):
    delivery = write_delivery(tmp_path / "d", two_customers(**{stem: {column: value}}))

    report = run_import(delivery)

    assert report.is_refused
    [fault] = report.faults
    assert (fault.file, fault.line, fault.column, fault.reason) == (f"{stem}.csv", 2, column, reason)
    assert not Customer.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("stem", "column", "value", "reason"), BAD_VALUES)
def test_a_bad_value_in_a_row_the_portal_has_is_told_just_so(tmp_path, stem, column, value, reason):
    run_import(write_delivery(tmp_path / "d"))
    before = list(Customer.objects.values()), list(MeterReading.objects.values())

    report = run_import(write_delivery(tmp_path / "d", two_customers(**{stem: {column: value}})))

    assert [(fault.file, fault.line, fault.column, fault.reason) for fault in report.faults] == [
        (f"{stem}.csv", 2, column, reason)
    ]
    assert (list(Customer.objects.values()), list(MeterReading.objects.values())) == before


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("kunden.csv", "kundennummer"),
        ("verbrauchsstellen.csv", "verbrauchsstelle"),
        ("zaehler.csv", "zaehlernummer"),
        ("zaehlwerke.csv", "zaehlwerk"),
        ("ablesungen.csv", "datum"),
        ("abschlaege.csv", "gueltig_ab"),
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("is_same_row", [False, True])
def test_a_key_that_comes_twice_is_told_once(tmp_path, name, column, is_known, is_same_row):
    files = two_customers()
    if is_known:
        run_import(write_delivery(tmp_path / "d", files))
    other = {"ort": "Ansbach"} if "ort" in files[name][0] else {"fernauslesung": "ja"}
    other |= {"label": "", "bezeichnung": "Anders", "stand": "24319", "betrag": "129,00"}
    files[name].append({each: other.get(each, value) for each, value in files[name][0].items()})
    if is_same_row:
        files[name][-1] = dict(files[name][0])
    last_line = len(files[name]) + 1

    report = run_import(write_delivery(tmp_path / "d", files))

    told = [(fault.file, fault.line, fault.column, fault.reason) for fault in report.faults]
    assert told == [(name, last_line, column, DUPLICATE)]


def test_every_bad_row_and_every_bad_value_of_a_row_is_told(tmp_path):
    files = two_customers(kunden={"iban": "x", "mandatsdatum": "gestern"}, ablesungen={"stand": "viel"})
    files["ablesungen.csv"][2]["datum"] = "nie"

    report = run_import(write_delivery(tmp_path / "d", files))

    assert [(fault.file, fault.line, fault.column) for fault in report.faults] == [
        ("kunden.csv", 2, "iban"),
        ("kunden.csv", 2, "mandatsdatum"),
        ("ablesungen.csv", 2, "stand"),
        ("ablesungen.csv", 4, "datum"),
    ]


def test_rows_that_refer_to_a_bad_row_are_not_blamed(tmp_path):
    report = run_import(write_delivery(tmp_path / "d", two_customers(kunden={"name": ""})))

    assert [(fault.file, fault.column) for fault in report.faults] == [("kunden.csv", "name")]


@pytest.mark.parametrize(
    ("stem", "removed", "faults"),
    [
        ("kunden", 0, [("verbrauchsstellen.csv", 2, "kundennummer")]),
        ("verbrauchsstellen", 0, [("zaehler.csv", 2, "verbrauchsstelle"), ("abschlaege.csv", 2, "verbrauchsstelle")]),
        ("zaehler", 0, [("zaehlwerke.csv", 2, "zaehlernummer"), ("ablesungen.csv", 2, "zaehlernummer"), ("ablesungen.csv", 3, "zaehlernummer")]),
        ("zaehlwerke", 0, [("ablesungen.csv", 2, "zaehlwerk"), ("ablesungen.csv", 3, "zaehlwerk")]),
    ],
)  # fmt: skip
def test_unchanged_rows_that_refer_to_something_that_ended_are_told(tmp_path, stem, removed, faults):
    run_import(write_delivery(tmp_path / "d"))
    files = two_customers()
    del files[f"{stem}.csv"][removed]

    report = run_import(write_delivery(tmp_path / "d", files), allow_loss=True)

    assert [(fault.file, fault.line, fault.column) for fault in report.faults] == faults


def test_unchanged_readings_are_told_when_their_register_loses_a_digit(tmp_path):
    run_import(write_delivery(tmp_path / "d"))

    report = run_import(write_delivery(tmp_path / "d", two_customers(zaehlwerke={"vorkommastellen": "4"})))

    assert [(fault.file, fault.line, fault.value) for fault in report.faults] == [
        ("ablesungen.csv", 2, "24318.5"),
        ("ablesungen.csv", 3, "26700"),
    ]


def test_a_number_installed_twice_at_the_same_time_is_told(tmp_path):
    files = two_customers()
    files["zaehler.csv"].append(files["zaehler.csv"][0] | {"einbau": "2020-01-01"})

    report = run_import(write_delivery(tmp_path / "d", files))

    reason = "Der Einbau überschneidet sich mit einem anderen dieser Zählernummer."
    assert {(fault.line, fault.column, fault.reason) for fault in report.faults} == {
        (2, "einbau", reason),
        (4, "einbau", reason),
    }


def test_a_number_of_two_divisions_needs_the_division(tmp_path):
    files = two_customers()
    files["zaehler.csv"].append(files["zaehler.csv"][0] | {"versorgungsart": "gas", "marktlokation": ""})

    report = run_import(write_delivery(tmp_path / "d", files))

    reason = "Mehrere Versorgungsarten haben diese Nummer; Spalte versorgungsart angeben."
    assert [(fault.file, fault.line, fault.reason) for fault in report.faults] == [
        ("zaehlwerke.csv", 2, reason)
    ]


HEADER = "zaehlernummer;zaehlwerk;datum;stand;herkunft\n"
GOOD = "1EMH001;1;2024-12-31;24318,5;abgelesen\n"
WHOLE_FILES: list[tuple[str | bytes, int, str]] = [
    ("", 0, "Die Datei ist leer."),
    ("\n\n;;;\n", 0, "Die Datei ist leer."),
    ("zaehlernummer;zaehlwerk;datum\n", 1, "Es fehlen Spalten: stand, herkunft."),
    (HEADER.replace(";", ","), 1, "Das Trennzeichen der Kopfzeile ist kein Semikolon."),
    (HEADER.replace("herkunft", "stand"), 1, "Die Spalte „stand“ kommt zweimal vor."),
    ('"zaehlernummer;stand\n', 1, "Die Anführungszeichen der Kopfzeile gehen nicht auf."),
    (HEADER + GOOD + "1EMH001;1;2025-12-31;5\n", 3, "Die Zeile hat 4 statt 5 Felder."),
    (HEADER + '1EMH001;"1;2025-12-31;5;x\n' + GOOD, 2, "Die Anführungszeichen der Zeile gehen nicht auf."),
    (HEADER + GOOD + '1EMH001;"1"x;2025-12-31;5;x\n', 3, "Die Anführungszeichen der Zeile gehen nicht auf."),
    (HEADER + "\n" * 40 + GOOD + "x" * 400_000, 43, "Die Zeile ist zu lang."),
    ((HEADER + GOOD).encode("utf-16"), 1, "Die Datei ist in UTF-16 geschrieben; erwartet wird UTF-8."),
    ((HEADER + GOOD).encode() + b"\xe4\n\x81", 4, "Das Byte 0x81 ist weder UTF-8 noch Windows-1252."),
]


@pytest.mark.parametrize(("content", "line", "reason"), WHOLE_FILES)
def test_a_broken_file_is_told_with_its_line(tmp_path, content, line, reason):
    report = run_import(write_delivery(tmp_path / "d", ablesungen=content))

    assert ("ablesungen.csv", line, reason) in {(each.file, each.line, each.reason) for each in report.faults}
    assert not Customer.objects.exists()


def test_a_forgotten_quote_costs_one_row_only(tmp_path):
    lines = "".join(f"1EMH001;1;2024-01-{day:02};{24000 + day};abgelesen\n" for day in range(1, 30))
    broken = HEADER + lines.replace("1EMH001;1;2024-01-05", '1EMH001;"1;2024-01-05')

    report = run_import(write_delivery(tmp_path / "d", ablesungen=broken))

    assert [(fault.line, fault.column) for fault in report.faults] == [(6, "")]


@pytest.mark.parametrize("stem", ["kunden", "verbrauchsstellen", "zaehler", "zaehlwerke"])
def test_a_missing_required_file_is_the_only_thing_told(tmp_path, stem):
    report = run_import(write_delivery(tmp_path / "d", **{stem: None}))

    assert [(each.file, each.line, each.reason) for each in report.faults] == [
        (f"{stem}.csv", 0, "Die Datei fehlt.")
    ]
    assert not Customer.objects.exists()


def test_a_file_without_its_columns_is_the_only_thing_told(tmp_path):
    report = run_import(
        write_delivery(tmp_path / "d", zaehler="zaehlernummer;verbrauchsstelle\n1EMH001;VS1\n")
    )

    assert [(each.file, each.reason) for each in report.faults] == [
        ("zaehler.csv", "Es fehlen Spalten: versorgungsart.")
    ]


def test_unknown_columns_are_noted_and_ignored(tmp_path):
    report = run_import(write_delivery(tmp_path / "d", two_customers(kunden={"farbe": "blau"})))

    assert not report.is_refused
    assert report.notes == ["kunden.csv: Unbekannte Spalten bleiben unbeachtet: farbe."]


def test_all_faults_are_counted_and_the_first_of_each_file_listed(tmp_path):
    rows = [f"1EMH001;1;tag {number};1;abgelesen\n" for number in range(MAX_LISTED + 5)]
    unknown = [f"9XXX;1;2024-12-31;{number};abgelesen\n" for number in range(MAX_LISTED + 7)]

    report = run_import(write_delivery(tmp_path / "d", ablesungen=HEADER + "".join(rows + unknown)))

    assert report.fault_count == 2 * MAX_LISTED + 12
    assert len(report.faults) == MAX_LISTED
    assert "ablesungen.csv: 1.012 weitere Fehler sind nicht aufgeführt." in report.as_text()
    assert "2.012 Fehler." in report.as_text()


DOCUMENT = {
    "dokument": "D1",
    "kundennummer": "0012345/1",
    "verbrauchsstelle": "VS1",
    "art": "rechnung",
    "titel": "Jahresabrechnung 2025",
    "datum": "2026-01-20",
    "datei": "pdf/1.pdf",
}


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("kundennummer", "0099999/1", "Steht nicht in kunden.csv."),
        ("verbrauchsstelle", "VS9", "Steht nicht in verbrauchsstellen.csv."),
        ("verbrauchsstelle", "VS2", "Gehört nicht zu dieser Kundennummer."),
        ("art", "gedicht", "Möglich sind: rechnung, vertrag, preisinformation, mitteilung."),
        ("titel", "", MISSING),
        ("datei", "pdf/2.pdf", "Die Datei fehlt in der Lieferung."),
        ("datei", "../1.pdf", "Kein Pfad einer PDF-Datei in der Lieferung."),
        ("datei", "/etc/passwd", "Kein Pfad einer PDF-Datei in der Lieferung."),
    ],
)
def test_a_bad_row_of_the_documents_is_told(tmp_path, column, value, reason):
    delivery = _with_documents(tmp_path, DOCUMENT | {column: value})

    report = run_import(delivery)

    assert [(each.file, each.line, each.column, each.reason) for each in report.faults] == [
        ("dokumente.csv", 2, column, reason)
    ]


def test_documents_are_checked_and_left_to_their_own_command(tmp_path):
    report = run_import(
        _with_documents(tmp_path, DOCUMENT, DOCUMENT | {"dokument": "D2", "verbrauchsstelle": ""})
    )

    assert report.documents == 2
    assert "dokumente.csv: 2 Zeilen geprüft; eingelesen wird sie mit import_documents." in report.as_text()


def _with_documents(tmp_path: Path, *rows: dict[str, str]) -> Path:
    delivery = write_delivery(tmp_path / "d", dokumente=file_text(list(rows)))
    (delivery / "pdf").mkdir()
    (delivery / "pdf" / "1.pdf").write_bytes(b"%PDF-1.7")
    return delivery


def test_a_register_of_an_unknown_meter_is_told_and_so_are_the_readings_without_it(tmp_path):
    report = run_import(
        write_delivery(tmp_path / "d", two_customers(zaehlwerke={"zaehlernummer": "1EMH009"}))
    )

    assert [(each.file, each.line, each.column, each.value) for each in report.faults] == [
        ("zaehlwerke.csv", 2, "zaehlernummer", "1EMH009"),
        ("ablesungen.csv", 2, "zaehlwerk", "1"),
        ("ablesungen.csv", 3, "zaehlwerk", "1"),
    ]


def test_a_second_import_at_the_same_time_is_refused(tmp_path):
    delivery = write_delivery(tmp_path / "d")
    with held_by_another_process("import"):
        code, told = command(delivery)

    assert code == 1
    assert "Es läuft gerade ein anderer Import." in told
    assert not Customer.objects.exists()
    assert command(delivery)[0] == 0


def test_a_path_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(CommandError) as refusal:
        command(tmp_path / "nowhere")

    assert refusal.value.returncode == 2


@pytest.mark.parametrize("name", ["missing/report.json", "d"])
def test_a_report_that_cannot_be_written_is_wrong_usage_before_anything_is_imported(tmp_path, name):
    directory = write_delivery(tmp_path / "d")

    with pytest.raises(CommandError, match="ist nicht beschreibbar") as refusal:
        command(directory, "--report", str(tmp_path / name))

    assert refusal.value.returncode == 2
    assert not Customer.objects.exists()
