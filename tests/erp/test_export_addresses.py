"""What ``adressen.csv`` holds."""

import json

import pytest

from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from tests.addresses import give_address, send_address
from tests.erp.exports import export, files_in
from tests.make import NOW, Household, make_household

pytestmark = pytest.mark.django_db

HEADER = (
    "vorgang;eingegangen;kundennummer;verbrauchsstelle;anrede;vorname;name;strasse;hausnummer;adresszusatz;"
    "plz;ort;land;kontakt_email;telefon"
)


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_address(household)
    return household


def test_a_change_is_one_row_with_the_whole_address(household: Household, tmp_path) -> None:
    submission = send_address(household, supplement="bei Huber;\n2. OG")
    export(tmp_path)
    assert files_in(tmp_path)["batch-000001/adressen.csv"].decode().splitlines() == [
        HEADER,
        (
            f"{submission.reference};2026-11-22T12:00:00+01:00;0014026/1;{household.premise.erp_id};"
            'Herr;Michael;Bauer;Gartenweg;7a;"bei Huber; 2. OG";86150;Augsburg;DE;neu@beispiel.de;09872 123456'
        ),
    ]
    submission.refresh_from_db()
    assert submission.status == Submission.Status.EXPORTED


def test_json_lines_say_the_same(household: Household, tmp_path) -> None:
    send_address(household)
    export(tmp_path, "--format", "json")
    row = json.loads(files_in(tmp_path)["batch-000001/adressen.jsonl"])
    assert list(row) == HEADER.split(";")
    assert (row["strasse"], row["hausnummer"], row["ort"]) == ("Gartenweg", "7a", "Augsburg")


def test_a_withdrawn_change_is_not_exported(household: Household, tmp_path) -> None:
    withdraw_submission(actor=household.user, submission=send_address(household), now=NOW)
    export(tmp_path)
    assert not files_in(tmp_path)
