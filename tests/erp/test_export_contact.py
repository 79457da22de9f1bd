"""What ``anfragen.csv`` holds."""

import json

import pytest
from openpyxl import load_workbook

from kundenportal.contact.models import ContactThread
from kundenportal.erp.outbound.overview import export_overview
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from tests.contact import answer, send_message, send_reply
from tests.erp.exports import export, files_in
from tests.make import NOW, Household, make_household

pytestmark = pytest.mark.django_db

HEADER = "vorgang;eingegangen;kundennummer;verbrauchsstelle;betreff;anfrage;telefon"


@pytest.fixture
def household() -> Household:
    return make_household()


def thread() -> ContactThread:
    return ContactThread.objects.select_related("opened_by__premise").get()


def test_every_message_of_a_customer_is_one_row(household: Household, tmp_path) -> None:
    first = send_message(household, subject="Umzug; und mehr", body="Hallo,\n\nwir ziehen um.")
    second = send_reply(household, thread(), key="key-2", body="=1+1")
    export(tmp_path)
    place = f"2026-11-22T12:00:00+01:00;0014026/1;{household.premise.erp_id}"
    assert files_in(tmp_path)["batch-000001/anfragen.csv"].decode().splitlines() == [
        HEADER,
        f'{first.reference};{place};"Umzug; und mehr";Hallo, wir ziehen um.;09872 123456',
        f'{second.reference};{place};"Umzug; und mehr";=1+1;09872 123456',
    ]


def test_answers_and_what_they_settled_are_not_exported(household: Household, tmp_path) -> None:
    send_message(household)
    answer(thread())
    second = send_reply(household, thread(), key="key-2", body="Danke!")
    export(tmp_path, "--format", "json")
    (line,) = files_in(tmp_path)["batch-000001/anfragen.jsonl"].decode().splitlines()
    row = json.loads(line)
    assert list(row) == HEADER.split(";")
    assert (row["vorgang"], row["anfrage"]) == (second.reference, "Danke!")


def test_a_withdrawn_message_is_not_exported(household: Household, tmp_path) -> None:
    withdraw_submission(actor=household.user, submission=send_message(household), now=NOW)
    export(tmp_path)
    assert not files_in(tmp_path)


def test_in_the_workbook_a_formula_is_a_text(household: Household, tmp_path) -> None:
    send_message(household, subject='=HYPERLINK("https://boese.example")', body="@SUM(A1)")
    export(tmp_path)
    export_overview(tmp_path / "alle.xlsx", batch_number=None, now=NOW)
    sheet = load_workbook(tmp_path / "alle.xlsx")["anfragen"]
    cells = [cell for cell in sheet[2] if str(cell.value)[:1] in {"=", "@"}]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert Submission.objects.get().status == "exported"
