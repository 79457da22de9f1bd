"""Attackers who know what stands on a door bell, a meter or an old bill."""

import csv
from io import StringIO
from pathlib import Path

import time_machine
from django.core.management import call_command

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink, ActivationLetter
from kundenportal.linking.services import export_letters
from kundenportal.metering.models import SubmittedReading
from tests.drill.conftest import WEBER_METER, Unregistered
from tests.drill.people import DAY, NEW_PASSWORD, Person, holder
from tests.make import NOW, Household
from tests.public_readings import reading_link

UNDO = "/verknuepfung-rueckgaengig/"
BAUER_METER = "1 EMH00 0451 2873"


def report(attacker: Person, number: str, *, meter: str = BAUER_METER) -> int:
    """Report a reading without a login; return the status."""
    fields = {
        "zaehlernummer": meter,
        "plz": "91560",
        "strasse": "Lindenstraße 12",
        "stand": number,
        "name": "Michael Bauer",
        "email": attacker.mailboxes[0],
    }
    return attacker.send(attacker.client.post("/zaehlerstand-melden/", fields)["Location"])


def own_reading(owner: Person, household: Household, number: str, **fields: str) -> int:
    """Let the owner send his own reading; return the status of the last page."""
    path = f"/vs/{household.premise.public_id}/zaehlerstaende/"
    entry = owner.client.post(path, {f"stand-{household.strom.pk}": number} | fields)
    return owner.send(entry["Location"]) if entry.status_code == 303 else int(entry.status_code)


def exported(directory: Path) -> list[list[str]]:
    """Let the billing system fetch what waits; return value, check and reason of each reading."""
    call_command("export_submissions", str(directory), stdout=StringIO())
    lines = (directory / "batch-000001/zaehlerstaende.csv").read_text().splitlines()[1:]
    return [line.split(";")[7:] for line in lines]


def test_neighbour_reports_a_false_reading(
    stranger: Person, bauer: Person, household: Household, tmp_path: Path
) -> None:
    assert report(stranger, "99.000") == 303
    # What comes back tells nothing of the customer, and not even whether there is such a meter.
    assert stranger.kinds() == ["public_reading_received"]
    (mail,) = [each.text for each in stranger.post.letters if each.recipient in stranger.mailboxes]
    for word in ("Bauer", "Lindenstraße", "21.987", "Strom", "kWh"):
        assert word not in mail
    # The owner is told, and his own value is neither refused nor replaced.
    assert bauer.kinds() == ["reading_reported"]
    assert bauer.sign_in("14026")
    assert own_reading(bauer, household, "24318") == 303
    false, own = SubmittedReading.objects.order_by("pk")
    assert (false.check_result, false.findings) == ("auffaellig", ["higher_than_usual"])
    assert (own.value, own.check_result, own.replaced_by) == (24_318, "plausibel", None)
    # He withdraws the false one before it leaves.
    reference = false.reading_submission.submission.reference
    bauer.send(f"/vs/{household.premise.public_id}/vorgaenge/{reference}/zurueckziehen/")
    assert [value for value, *_ in exported(tmp_path)] == ["24318"]


def test_neighbour_reports_after_the_owner(
    stranger: Person, bauer: Person, household: Household, tmp_path: Path
) -> None:
    assert bauer.sign_in("14026")
    assert own_reading(bauer, household, "24318") == 303
    assert report(stranger, "24.400") == 303
    stranger.post.deliver()
    assert not SubmittedReading.objects.exclude(replaced_by=None).exists()
    own, false = exported(tmp_path)
    assert own == ["24318", "plausibel", ""]
    assert false[:2] == ["24400", "auffaellig"]
    assert false[2].startswith("Ohne Anmeldung gemeldet, für diesen Tag hat der Kunde selbst")


def test_neighbour_with_the_reading_card_of_another(
    stranger: Person, bauer: Person, household: Household
) -> None:
    path = reading_link(household.premise)
    assert "Bauer" not in stranger.client.get(path).content.decode()
    entry = stranger.client.post(path, {f"stand-{household.strom.pk}": "24900"})
    stranger.send(entry["Location"], **{f"bestaetigt-{household.strom.pk}": "on"})
    assert not stranger.is_in()
    # The owner is told and corrects what was sent; the card corrects his value no more.
    assert bauer.kinds() == ["reading_received"]
    assert bauer.sign_in("14026")
    row = SubmittedReading.objects.get()
    assert own_reading(bauer, household, "24318", berichtigt=str(row.reading_submission_id)) == 303
    stranger.client.post(path, {f"stand-{household.strom.pk}": "24900"})
    assert SubmittedReading.objects.get(replaced_by=None).value == 24_318


def take(attacker: Person, meter: str = WEBER_METER) -> int:
    """Register Petra Weber's number with the attacker's mailbox and a meter number; return the status."""
    attacker.register("10224", "Petra Weber", attacker.mailboxes[0])
    path = attacker.link("registration_link", "/passwort-festlegen/")
    fields = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD, "meter_number": meter}
    return attacker.send(path, **fields)


def test_neighbour_with_the_meter_number_registers_a_customer(stranger: Person, weber: Unregistered) -> None:
    assert take(stranger) == 303
    login = stranger.user()
    # What the access opens at first: readings, and nothing that moves money, addresses or the login.
    stranger.send(
        "/konto/email/",
        email="neu@beispiel.de",
        email_repeat="neu@beispiel.de",
        current_password=NEW_PASSWORD,
    )
    stranger.send("/konto/verknuepfen/", customer_number="20001", meter_number="1 EMH00 0888 0001")
    login.refresh_from_db()
    assert login.email == "fremd@beispiel.de"
    assert "email_change_confirm" not in stranger.kinds()
    # The contact address of the contract learns of it and takes it back with one click.
    assert weber.person.kinds() == ["registration_completed"]
    assert weber.person.send(weber.person.link("registration_completed", UNDO)) == 303
    assert holder(weber.customer) is None
    assert not stranger.is_in()
    assert not stranger.sign_in("10224", NEW_PASSWORD)
    # A second time only the letter would help him.
    again = Person(stranger.post, "wieder@beispiel.de", place="203.0.113.9")
    assert take(again) == 303
    assert AccountLink.objects.get(customer=weber.customer, ended_at=None).awaits_letter


def test_neighbour_links_an_unregistered_customer(neighbour: Person, weber: Unregistered) -> None:
    path = "/konto/verknuepfen/"
    response = neighbour.client.post(path, {"customer_number": "10224", "meter_number": WEBER_METER})
    neighbour.client.post(response["Location"], {})
    assert holder(weber.customer) == neighbour.user()
    assert "registration_completed" in weber.person.kinds()
    weber.person.send(weber.person.link("registration_completed", UNDO))
    assert holder(weber.customer) is None
    assert not neighbour.is_in()


def test_neighbour_where_no_contact_address_is_known(
    stranger: Person, weber: Unregistered, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    weber.customer.contact_email = ""
    weber.customer.save()
    assert take(stranger) == 303
    link = AccountLink.objects.get(customer=weber.customer, ended_at=None)
    clock.shift(30 * DAY)
    # The letter tells Petra Weber, and without its code the access stays as narrow as it was.
    letter = read_letters(tmp_path)[0]
    assert (letter["name"], letter["strasse"]) == ("Petra Weber", "Gartenweg 7")
    stranger.sign_in("10224", NEW_PASSWORD)
    for code in ("00000-00000", "AAAAA-AAAAA"):
        stranger.send(f"/konto/freischalten/{link.public_id}/", letter_code=code)
    link.refresh_from_db()
    assert link.awaits_letter
    stranger.send(
        "/konto/email/",
        email="neu@beispiel.de",
        email_repeat="neu@beispiel.de",
        current_password=NEW_PASSWORD,
    )
    assert "email_change_confirm" not in stranger.kinds()


def read_letters(directory: Path) -> list[dict[str, str]]:
    job = export_letters(directory, now=NOW + 30 * DAY)
    assert job is not None
    with job.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_stranger_registers_a_number_that_has_a_login(
    stranger: Person, bauer: Person, household: Household
) -> None:
    stranger.register("14026", "Michael Bauer", "fremd@beispiel.de")
    path = stranger.link("registration_link", "/passwort-festlegen/")
    fields = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    stranger.send(path, **fields, meter_number="1 EMH00 0451 2873")
    assert not stranger.is_in()
    assert holder(household.customer) == household.user
    assert bauer.kinds() == ["registration_notice"]


def test_previous_tenant_with_an_old_bill(neighbour: Person, bauer: Person, household: Household) -> None:
    # He knows the number of the meter that hung there in his time, and the address of the pages.
    household.strom.meter.removed_date = (NOW - 400 * DAY).date()
    household.strom.meter.save()
    assert neighbour.client.get(f"/vs/{household.premise.public_id}/").status_code == 404
    pair = {"customer_number": "14026", "meter_number": household.strom.meter.meter_number}
    assert neighbour.send("/konto/verknuepfen/", **pair) == 422
    neighbour.register("14026", "Michael Bauer", "nachbar@beispiel.de")
    path = neighbour.link("registration_link", "/passwort-festlegen/")
    neighbour.send(
        path, password=NEW_PASSWORD, password_repeat=NEW_PASSWORD, meter_number=pair["meter_number"]
    )
    assert holder(household.customer) == household.user
    assert bauer.kinds() == ["registration_notice"]


def test_letter_redirected(stranger: Person, weber: Unregistered, settings, tmp_path: Path) -> None:
    settings.REGISTRATION_PROOF = "letter"
    stranger.register("10224", "Petra Weber", "fremd@beispiel.de")
    path = stranger.link("registration_link", "/passwort-festlegen/")
    # Nothing on the way asks for an address: the letter goes to the one of the master data.
    stranger.send(f"{path}brief/", strasse="Umleitung 1", street="Umleitung 1", address="Umleitung 1")
    letters = read_letters(tmp_path)
    assert [each["strasse"] for each in letters] == ["Gartenweg 7"]
    fields = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    for turn in range(5):
        stranger.send(path, **fields, letter_code=f"0000{turn}-00000")
    # Now not even the right code helps him.
    stranger.send(path, **fields, letter_code=letters[0]["code"])
    assert holder(weber.customer) is None
    assert not User.objects.exists()
    assert ActivationLetter.objects.count() == 1
