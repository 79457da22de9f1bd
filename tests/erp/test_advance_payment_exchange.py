"""Changes of advance payments on their way to the billing system and back."""

import json

import pytest
from django.core.management import call_command

from kundenportal.advance_payments.models import AdvancePayment
from kundenportal.submissions.models import Submission
from tests.erp.exports import export, files_in
from tests.make import make_advance_payment_submission, make_customer, make_premise

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission() -> Submission:
    premise = make_premise(make_customer(customer_number="0012345/1"), erp_id="VS-7")
    submission = make_advance_payment_submission(premise)
    change = submission.advance_payment_change
    change.comment = "Auszug;\neines Kindes"
    change.save()
    change.amounts.filter(division="strom").update(amount="85.50")
    return submission


def test_only_what_changes_is_exported(tmp_path, submission):
    export(tmp_path)

    files = files_in(tmp_path)
    assert files["batch-000001/abschlaege.csv"].decode() == (
        "vorgang;eingegangen;kundennummer;verbrauchsstelle;versorgungsart;betrag;ab;kommentar\n"
        f"{submission.reference};2026-11-22T12:00:00+01:00;0012345/1;VS-7;strom;85,5;2027-01-01;"
        '"Auszug; eines Kindes"\n'
    )
    assert json.loads(files["batch-000001/batch.json"])["files"]["abschlaege.csv"]["rows"] == 1
    submission.refresh_from_db()
    assert submission.status == Submission.Status.EXPORTED


def test_json_lines_have_a_decimal_point(tmp_path, submission):
    export(tmp_path, "--format", "json")

    row = json.loads(files_in(tmp_path)["batch-000001/abschlaege.jsonl"])
    assert (row["vorgang"], row["betrag"], row["ab"]) == (submission.reference, "85.5", "2027-01-01")


def test_an_accepted_change_stands_from_its_day_on(tmp_path, submission):
    export(tmp_path)
    results = tmp_path / "ergebnisse.csv"
    results.write_text(f"vorgang;ergebnis;grund\n{submission.reference};uebernommen;\n", encoding="utf-8")

    call_command("import_results", str(results))

    assert [str(each.amount) for each in AdvancePayment.objects.all()] == ["85.50"]
    submission.refresh_from_db()
    assert submission.status == Submission.Status.COMPLETED
