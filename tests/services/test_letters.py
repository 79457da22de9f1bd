"""Activation letters, from the request to the print job and back."""

import csv
import datetime as dt
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kundenportal.addresses.models import BillingAddress
from kundenportal.addresses.services import settle_address_change
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.linking import addressees
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.linking.services import (
    ProofFailed,
    ProofLocked,
    complete_registration,
    delete_old_registrations,
    export_letters,
    request_letter,
)
from kundenportal.linking.services import letters as letters_module
from kundenportal.mailing.kinds import kind_named
from kundenportal.submissions.models import Submission
from tests.addresses import give_address, send_address
from tests.make import NOW, make_customer, make_household, make_premise, make_user

pytestmark = pytest.mark.django_db

GOOD = "vier Wörter ohne Sinn"
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _by_letter(settings) -> None:
    settings.REGISTRATION_PROOF = "letter"


def make_addressee(number: str = "0014026/1", **values):
    customer = make_customer(customer_number=number, **values)
    BillingAddress.objects.create(
        customer=customer,
        street="Lindenstraße",
        house_number="12",
        supplement="2. OG; links",
        postal_code="91560",
        city="Musterbach",
    )
    return customer


def new_token(email: str = "m.bauer@beispiel.de", *, now: dt.datetime = NOW, **values: str) -> str:
    typed = {"customer_number": "0014026/1", "name": "Michael Bauer", "status": "mailed"} | values
    registration = Registration.objects.create(email=email, created_at=now, **typed)
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    return str(prepare({"registration_id": registration.pk}, now)["token"])


def rows(path: Path | None) -> list[dict[str, str]]:
    assert path is not None
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_code_of_the_letter_opens_the_account_days_later(tmp_path: Path) -> None:
    customer = make_addressee()
    token = new_token()
    request_letter(token=token, now=NOW)
    printed_at = NOW + 3 * DAY
    (row,) = rows(export_letters(tmp_path, now=printed_at))
    assert row["name"] == "Michael Bauer"
    assert (row["strasse"], row["adresszusatz"]) == ("Lindenstraße 12", "2. OG; links")
    assert (row["plz"], row["ort"], row["land"]) == ("91560", "Musterbach", "DE")
    assert row["gueltig_bis"] == "25.12.2026"
    assert row["code"] not in str(OneTimeSecret.objects.values())
    user = complete_registration(
        token=token, password=GOOD, letter_code=row["code"].lower(), now=printed_at + 29 * DAY
    )
    assert AccountLink.objects.get(customer=customer).user == user
    assert OneTimeSecret.objects.get(purpose="letter_code").used_at == printed_at + 29 * DAY


def test_no_name_is_a_formula_where_the_list_is_opened_in_a_spreadsheet(tmp_path: Path) -> None:
    for number, name in (("0014026/1", "-"), ("0014027/1", '=HYPERLINK("x")')):
        customer = make_addressee(number, first_name="", last_name=name)
        ActivationLetter.objects.create(customer=customer, created_at=NOW)
    names = [row["name"] for row in rows(export_letters(tmp_path, now=NOW))]
    assert names == ["-", '\'=HYPERLINK("x")']


def test_the_code_is_good_under_a_newer_link_of_number_and_address_and_no_other(tmp_path: Path) -> None:
    make_addressee()
    request_letter(token=new_token(), now=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    with pytest.raises(ProofFailed):
        complete_registration(
            token=new_token("fremd@beispiel.de"), password=GOOD, letter_code=row["code"], now=NOW
        )
    complete_registration(token=new_token(), password=GOOD, letter_code=row["code"], now=NOW)
    assert User.objects.get().email == "m.bauer@beispiel.de"


@pytest.mark.parametrize("code", ["", "00000-00000", "7KQ2M9XW4"])
def test_a_wrong_code_is_counted_and_the_fifth_locks(tmp_path: Path, code: str) -> None:
    make_addressee()
    token = new_token()
    request_letter(token=token, now=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    for _ in range(5):
        with pytest.raises(ProofFailed):
            complete_registration(token=token, password=GOOD, letter_code=code, now=NOW)
    with pytest.raises(ProofLocked):
        complete_registration(token=token, password=GOOD, letter_code=row["code"], now=NOW)
    with pytest.raises(ProofLocked):
        request_letter(token=token, now=NOW)
    assert not User.objects.exists()


def test_a_code_expires_after_30_days(tmp_path: Path) -> None:
    make_addressee()
    token = new_token()
    request_letter(token=token, now=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    late = NOW + 30 * DAY
    with pytest.raises(ProofFailed):
        complete_registration(token=new_token(now=late), password=GOOD, letter_code=row["code"], now=late)


@pytest.mark.parametrize(
    "values", [{"name": "Petra Weber"}, {"customer_number": "0099999/1"}, {"customer_number": "0055555/1"}]
)
def test_no_letter_is_written_when_number_and_name_do_not_fit_or_there_is_a_login(
    values: dict[str, str],
) -> None:
    make_addressee()
    make_user(make_addressee("0055555/1"), email="alt@beispiel.de")
    request_letter(token=new_token(**values), now=NOW)
    assert not ActivationLetter.objects.exists()
    assert Registration.objects.get().status == Registration.Status.LETTER_REQUESTED


def test_a_customer_gets_three_letters_in_90_days() -> None:
    make_addressee()
    for index in range(5):
        request_letter(token=new_token(f"m{index}@beispiel.de"), now=NOW)
    assert ActivationLetter.objects.count() == 3
    later = NOW + 90 * DAY
    request_letter(token=new_token("spaeter@beispiel.de", now=later), now=later)
    assert ActivationLetter.objects.count() == 4


def test_no_more_letters_are_written_a_day_than_the_limit(monkeypatch) -> None:
    monkeypatch.setattr(addressees, "MAX_PER_DAY", 2)
    for index in range(1, 5):
        make_addressee(f"000000{index}/1")
        request_letter(token=new_token(customer_number=f"000000{index}/1"), now=NOW)
    assert ActivationLetter.objects.count() == 2


def test_each_letter_is_in_exactly_one_print_job(tmp_path: Path) -> None:
    for index in range(1, 4):
        make_addressee(f"000000{index}/1")
        request_letter(token=new_token(customer_number=f"000000{index}/1"), now=NOW)
    first = export_letters(tmp_path, now=NOW)
    assert len(rows(first)) == 3
    assert export_letters(tmp_path, now=NOW) is None
    make_addressee("0000009/1")
    request_letter(token=new_token(customer_number="0000009/1"), now=NOW)
    second = export_letters(tmp_path, now=NOW)
    assert len(rows(second)) == 1
    assert sorted(tmp_path.iterdir()) == sorted(path for path in (first, second) if path)
    assert first is not None
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_a_print_job_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch) -> None:
    make_addressee()
    request_letter(token=new_token(), now=NOW)

    def no_space(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(letters_module, "_write_private", no_space)
    with pytest.raises(CommandError, match="No space left"):
        call_command("export_letters", str(tmp_path))
    monkeypatch.undo()
    assert ActivationLetter.objects.get().printed_at is None
    assert not OneTimeSecret.objects.filter(purpose="letter_code").exists()


def test_a_print_job_cut_off_after_its_commit_is_finished_and_one_before_it_thrown_away(
    tmp_path: Path,
) -> None:
    make_addressee()
    request_letter(token=new_token(), now=NOW)
    written = export_letters(tmp_path, now=NOW)
    assert written is not None
    committed = written.rename(written.with_name(f"{written.name}.part"))
    rolled_back = tmp_path / "freischaltbriefe-999999.csv.part"
    rolled_back.write_text("code\n")
    assert export_letters(tmp_path, now=NOW) is None
    assert written.exists()
    assert not committed.exists()
    assert not rolled_back.exists()


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys) -> None:
    make_addressee()
    call_command("export_letters", str(tmp_path / "new"))
    assert capsys.readouterr().out == "No letters to print.\n"
    request_letter(token=new_token(), now=NOW)
    call_command("export_letters", str(tmp_path / "new"))
    letter = ActivationLetter.objects.get()
    assert f"freischaltbriefe-{letter.pk:06d}.csv" in capsys.readouterr().out


def test_what_waits_for_a_letter_is_kept_until_its_code_expires(tmp_path: Path) -> None:
    make_addressee()
    request_letter(token=new_token(), now=NOW)
    export_letters(tmp_path, now=NOW + 20 * DAY)
    assert delete_old_registrations(NOW + 49 * DAY) == 0
    assert delete_old_registrations(NOW + 51 * DAY) == 1
    assert ActivationLetter.objects.get().registration is None


def test_the_letter_s_code_takes_the_number_from_a_restricted_access(tmp_path: Path) -> None:
    customer = make_addressee()
    neighbour = make_user(customer, email="nachbar@beispiel.de")
    AccountLink.objects.update(awaits_letter=True)
    token = new_token()
    request_letter(token=token, now=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    user = complete_registration(token=token, password=GOOD, letter_code=row["code"], now=NOW)
    assert AccountLink.objects.get(customer=customer, ended_at=None).user == user
    neighbour.refresh_from_db()
    assert not neighbour.is_active


@pytest.mark.parametrize(("days", "street"), [(29, "Lindenstraße 12"), (30, "Fremde Gasse 1")])
def test_a_new_address_gets_no_letter_for_30_days_the_place_of_consumption_does(
    tmp_path: Path, days: int, street: str
) -> None:
    customer = make_addressee()
    make_premise(customer)
    BillingAddress.objects.update(street="Fremde Gasse", house_number="1", changed_at=NOW - days * DAY)
    request_letter(token=new_token(), now=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    assert (row["strasse"], row["plz"], row["ort"], row["land"]) == (street, "91560", "Musterbach", "DE")


def test_a_customer_with_a_new_address_and_no_place_of_consumption_gets_no_letter() -> None:
    customer = make_addressee()
    make_premise(customer, end_date=dt.date(2026, 11, 21))
    make_premise(customer, begin_date=dt.date(2026, 11, 23))
    make_premise(customer, ended_at=NOW)
    BillingAddress.objects.update(changed_at=NOW)
    request_letter(token=new_token(), now=NOW)
    assert not ActivationLetter.objects.exists()


def test_a_letter_asked_for_before_the_address_changed_waits_while_no_place_is_known(tmp_path: Path) -> None:
    make_addressee()
    request_letter(token=new_token(), now=NOW)
    BillingAddress.objects.update(changed_at=NOW + DAY)
    assert export_letters(tmp_path, now=NOW + 2 * DAY) is None
    assert ActivationLetter.objects.get().printed_at is None
    assert len(rows(export_letters(tmp_path, now=NOW + 31 * DAY))) == 1


def test_a_change_that_the_billing_system_took_over_gets_no_letter_at_once(tmp_path: Path) -> None:
    """Whoever takes over a login must not order a code to an address he gave himself."""
    household = make_household()
    give_address(household)
    submission = send_address(household)
    Submission.objects.update(status=Submission.Status.EXPORTED)
    settle_address_change(submission, outcome="accepted", reason="", now=NOW)
    letter = ActivationLetter.objects.create(customer=household.customer, created_at=NOW)
    (row,) = rows(export_letters(tmp_path, now=NOW))
    assert letter.customer.pk == household.customer.pk
    assert (row["strasse"], row["ort"]) == ("Lindenstraße 12", "Musterbach")
