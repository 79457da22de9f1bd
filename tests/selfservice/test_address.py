"""``/vs/<id>/rechnungsadresse/``: entering a new billing address, with the password (guide lines 48 to 52)."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from kundenportal.customers.models import Customer
from kundenportal.identity.fresh import is_fresh
from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import Submission
from tests.addresses import OLD_CONTACT, give_address, send_address
from tests.make import NOW, PASSWORD, Household, make_customer, make_passkey, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of

TYPED = {
    "anrede": "Herr",
    "vorname": "Michael",
    "name": "Bauer",
    "strasse": "Gartenweg 7a",
    "adresszusatz": "",
    "plz": "86150",
    "ort": "Augsburg",
    "land": "DE",
    "telefon": "09872 123456",
    "kontakt_email": "neu@beispiel.de",
    "current_password": PASSWORD,
}


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_address(household)
    sign_in(client, household.user)
    return household


def url_of(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/rechnungsadresse/"


def send(client: Client, household: Household, **values: str) -> Any:
    return client.post(url_of(household), TYPED | values)


def initial_of(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_form_holds_the_present_address(client: Client, owner: Household) -> None:
    answer = client.get(url_of(owner))
    assert initial_of(answer) == {
        "anrede": "Herr",
        "vorname": "Michael",
        "name": "Bauer",
        "strasse": "Lindenstraße 12",
        "adresszusatz": "",
        "plz": "91560",
        "ort": "Musterbach",
        "land": "DE",
        "telefon": "09872 123456",
        "kontakt_email": OLD_CONTACT,
        "current_password": None,
    }
    text = text_of(answer)
    assert "Mit * gekennzeichnete Felder sind Pflichtfelder." in text
    for label in (
        "Name/Firma *",
        "Straße und Hausnummer *",
        "Postleitzahl *",
        "Ort *",
        "Land *",
        "E-Mail für Kontakt *",
        "Passwort *",
    ):
        assert label in text
    assert "An diese Adresse schreiben wir Ihnen zu Rechnung und Vertrag." in text
    assert "Sie kann anders sein als die E-Mail für Ihren Login." in text
    assert "Ihre E-Mail für den Login ist m•••••r@beispiel.de." in text
    assert "no-store" in answer["Cache-Control"]


def test_who_moves_is_led_to_a_message_about_it(client: Client, owner: Household) -> None:
    page = client.get(url_of(owner)).text

    assert "Sie ziehen um?" in page
    assert f'href="/vs/{owner.premise.public_id}/kontakt/?thema=umzug"' in page


def test_every_personal_field_says_what_browsers_may_fill_in(client: Client, owner: Household) -> None:
    form = client.get(url_of(owner)).context["form"]
    assert {name: field.widget.attrs["autocomplete"] for name, field in form.fields.items()} == {
        "anrede": "honorific-prefix",
        "vorname": "given-name",
        "name": "family-name",
        "strasse": "address-line1",
        "adresszusatz": "address-line2",
        "plz": "postal-code",
        "ort": "address-level2",
        "land": "country",
        "telefon": "tel",
        "kontakt_email": "email",
        "current_password": "current-password",
    }


def test_a_customer_without_an_address_gets_an_empty_form(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    assert initial_of(client.get(url_of(household)))["strasse"] == ""


def test_a_right_password_leads_to_the_check_page_and_is_a_fresh_proof(
    client: Client, owner: Household
) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=20), tick=False), nothing_is_stored():
        answer = send(client, owner)
        assert answer.status_code == 303
        assert answer["Location"].startswith(url_of(owner) + "pruefen/?entwurf=")
        request = answer.wsgi_request
        assert is_fresh(request, now=NOW + dt.timedelta(minutes=20))
    assert PASSWORD not in str(dict(client.session))


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        (
            {"plz": "9156"},
            "plz",
            "Die Postleitzahl hat 5 Ziffern, zum Beispiel 91560. Sie haben 4 eingegeben.",
        ),
        (
            {"plz": "91560", "land": "AT"},
            "plz",
            "Die Postleitzahl hat 4 Ziffern, zum Beispiel 1010. Sie haben 5 eingegeben.",
        ),
        (
            {"plz": "9156O"},
            "plz",
            "Die Postleitzahl besteht nur aus Ziffern, zum Beispiel 91560. Sie haben „9156O“ eingegeben.",
        ),
        ({"name": ""}, "name", "Bitte geben Sie Ihren Namen oder Ihre Firma ein."),
        (
            {"strasse": " "},
            "strasse",
            "Bitte geben Sie Straße und Hausnummer ein, zum Beispiel Lindenstraße 12.",
        ),
        ({"ort": ""}, "ort", "Bitte geben Sie den Ort ein, zum Beispiel Musterbach."),
        ({"land": "XX"}, "land", "Bitte wählen Sie ein Land aus der Liste."),
        (
            {"telefon": "abends"},
            "telefon",
            "Bitte geben Sie eine Telefonnummer ein, zum Beispiel 09872 123456.",
        ),
        (
            {"kontakt_email": "neu.beispiel.de"},
            "kontakt_email",
            "In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de.",
        ),
        ({"vorname": "x" * 121}, "vorname", "Hier passen höchstens 120 Zeichen hinein."),
        ({"current_password": ""}, "current_password", "Bitte geben Sie Ihr Passwort ein."),
        (
            {"current_password": "falsch"},
            "current_password",
            "Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_all_else_stays(
    client: Client, owner: Household, values: dict[str, str], field: str, error: str
) -> None:
    with nothing_is_stored():
        answer = send(client, owner, **values)
    assert errors_of(answer) == {field: [error]}
    typed = {name: value for name, value in (TYPED | values).items() if name != "current_password"}
    assert {name: value for name, value in initial_of(answer).items() if name in typed} == typed
    assert PASSWORD not in answer.content.decode()


def test_the_present_address_is_no_change(client: Client, owner: Household) -> None:
    present = initial_of(client.get(url_of(owner))) | {"current_password": PASSWORD}
    answer = client.post(url_of(owner), present)
    assert errors_of(answer) == {"__all__": ["Sie haben noch nichts geändert."]}


def test_too_many_wrong_passwords_close_the_field_for_a_while(client: Client, owner: Household) -> None:
    for _guess in range(10):
        send(client, owner, current_password="falsch")
    sign_in(client, owner.user)
    answer = send(client, owner)
    assert answer.status_code == 429
    assert "Das Passwort war zu oft falsch." in text_of(answer)


@pytest.mark.parametrize(
    ("land", "plz", "ort"), [("AT", "A-1010", "Wien"), ("GB", "sw1a 2aa", "London"), ("PA", "-", "Panamá")]
)
def test_an_address_abroad_is_taken(client: Client, owner: Household, land: str, plz: str, ort: str) -> None:
    assert send(client, owner, land=land, plz=plz, ort=ort).status_code == 303


def test_what_the_master_data_say_can_stay_even_if_the_form_would_not_offer_it(
    client: Client, owner: Household
) -> None:
    Customer.objects.filter(pk=owner.customer.pk).update(salutation="Eheleute", phone="abends: 1234")
    assert send(client, owner, anrede="Eheleute", telefon="abends: 1234").status_code == 303


def test_who_has_a_passkey_may_leave_the_password_out(client: Client, owner: Household) -> None:
    assert "Weiter mit Passkey statt Passwort" not in text_of(client.get(url_of(owner)))
    make_passkey(owner.user)
    assert "Weiter mit Passkey statt Passwort" in text_of(client.get(url_of(owner)))
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False):
        answer = send(client, owner, current_password="", mit_passkey="1")
        assert answer["Location"].startswith(url_of(owner) + "pruefen/?entwurf=")
        answer = client.get(answer["Location"])
        assert answer["Location"].startswith("/konto/bestaetigen/?weiter=")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"awaits_letter": True}, "Freischaltcode eingeben"),
        ({"held_until": NOW + dt.timedelta(days=1)}, "Ab Montag, 23. November, 12:00 Uhr ist alles frei."),
    ],
)
def test_a_restricted_access_learns_why_and_sends_nothing(
    client: Client, owner: Household, values: dict[str, Any], reason: str
) -> None:
    AccountLink.objects.update(**values)
    text = text_of(client.get(url_of(owner)))
    assert "Ihr Zugang ist noch eingeschränkt." in text
    assert reason in text
    assert "Diese Rechnungsadresse gilt jetzt" not in text
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


@pytest.mark.parametrize(
    ("status", "advice"),
    [("received", "Dann ziehen Sie die Änderung zurück"), ("exported", "Sie bekommen eine E-Mail")],
)
def test_a_second_change_waits_for_the_first(
    client: Client, owner: Household, status: str, advice: str
) -> None:
    submission = send_address(owner)
    Submission.objects.update(status=status)
    answer = client.get(url_of(owner))
    assert "Sie haben schon eine neue Rechnungsadresse gesendet." in text_of(answer)
    assert advice in text_of(answer)
    assert f"/vorgaenge/{submission.reference}/" in answer.content.decode()
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_a_customer_who_has_left_sees_the_address_and_changes_nothing(
    client: Client, owner: Household
) -> None:
    Customer.objects.update(ended_at=NOW)
    text = text_of(client.get(url_of(owner)))
    assert "Ihr Vertrag ist beendet." in text
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_others_find_nothing(client: Client, owner: Household) -> None:
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    with nothing_is_stored():
        assert client.get(url_of(owner)).status_code == 404
        assert send(client, owner).status_code == 404


def test_the_home_page_leads_here(client: Client, owner: Household) -> None:
    page = client.get(f"/vs/{owner.premise.public_id}/").content.decode()
    assert f'href="{url_of(owner)}"' in page


def test_guessing_the_password_ends_the_session(client: Client, owner: Household) -> None:
    answers = [send(client, owner, current_password="geraten").status_code for _guess in range(9)]
    assert answers == [422] * 9
    answer = send(client, owner, current_password="geraten")
    assert (answer.status_code, answer.url) == (303, "/anmelden/")
    assert client.get(url_of(owner)).url.startswith("/anmelden/")
    assert not Submission.objects.exists()
