"""What ``bankverbindungen.csv`` holds, and that people read masked IBANs alone."""

import datetime as dt
import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from openpyxl import load_workbook

from kundenportal.erp.outbound.export import export_submissions, repeat_batch
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from tests.banking import NEW_IBAN, SWISS_IBAN, give_account, nothing, send_bank_change, wish
from tests.erp.exports import files_in
from tests.make import NOW, Household, make_household, make_premise

pytestmark = pytest.mark.django_db

HELD = NOW + dt.timedelta(days=8)
HEADER = (
    "vorgang;eingegangen;kundennummer;verbrauchsstelle;"
    "iban;kontoinhaber;ab;mandatsreferenz;mandatsdatum;auszahlung_gesperrt_bis;bic"
)


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_account(household.customer)
    return household


def export(directory: Path, *, file_format: str = "csv", now: dt.datetime = HELD) -> dict[str, bytes]:
    export_submissions(directory, file_format=file_format, now=now)
    return files_in(directory)


def lines(directory: Path, *, now: dt.datetime = HELD) -> list[str]:
    return export(directory, now=now)["batch-000001/bankverbindungen.csv"].decode().splitlines()


def test_a_change_is_one_row_per_account(household: Household, tmp_path: Path) -> None:
    garden = make_premise(household.customer, street="Gartenweg")
    submission = send_bank_change(
        household, wish(), wish(garden, iban=SWISS_IBAN, holder="=Erika; Bauer", bic="UBSWCHZH80A")
    )
    start = f"{submission.reference};2026-11-22T12:00:00+01:00;0014026/1"
    assert lines(tmp_path) == [
        HEADER,
        f"{start};;{NEW_IBAN};Michael Bauer;2026-12-04;KP-0014026-1-1;2026-11-22;2026-12-13;",
        (
            f'{start};{garden.erp_id};{SWISS_IBAN};"=Erika; Bauer";2026-12-04;KP-0014026-1-2;2026-11-22;'
            "2026-12-13;UBSWCHZH80A"
        ),
    ]
    submission.refresh_from_db()
    assert submission.status == Submission.Status.EXPORTED


def test_an_account_that_is_given_up_has_no_iban_and_leaves_at_once(
    household: Household, tmp_path: Path
) -> None:
    submission = send_bank_change(household, nothing())
    assert lines(tmp_path, now=NOW) == [
        HEADER,
        f"{submission.reference};2026-11-22T12:00:00+01:00;0014026/1;;;;2026-11-27;;;;",
    ]


def test_json_lines_say_the_same(household: Household, tmp_path: Path) -> None:
    send_bank_change(household)
    row = json.loads(export(tmp_path, file_format="json")["batch-000001/bankverbindungen.jsonl"])
    assert list(row) == HEADER.split(";")
    assert (row["iban"], row["kontoinhaber"], row["verbrauchsstelle"]) == (NEW_IBAN, "Michael Bauer", "")


def test_an_old_batch_is_repeated_byte_for_byte(household: Household, tmp_path: Path) -> None:
    send_bank_change(household)
    first = export(tmp_path / "a")
    repeat_batch(1, tmp_path / "b", now=HELD)
    assert files_in(tmp_path / "b") == first


def test_what_was_withdrawn_or_waits_is_not_exported(household: Household, tmp_path: Path) -> None:
    submission = send_bank_change(household)
    assert not export(tmp_path, now=NOW)
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    assert not export(tmp_path)


def test_the_workbook_for_people_shows_masked_ibans_alone(household: Household, tmp_path: Path) -> None:
    send_bank_change(household, wish(), nothing(make_premise_with_account(household)))
    export(tmp_path)
    path = tmp_path / "overview.xlsx"
    with time_machine.travel(HELD, tick=False):
        call_command("export_overview", str(path))
    rows = [list(row) for row in load_workbook(path)["bankverbindungen"].iter_rows(values_only=True)]
    assert [row[4] or "" for row in rows] == ["iban", "DE•• •••• 3000", ""]
    assert not any(NEW_IBAN in str(row) for row in rows)


def make_premise_with_account(household: Household):
    premise = make_premise(household.customer, street="Gartenweg")
    give_account(household.customer, premise=premise)
    return premise
