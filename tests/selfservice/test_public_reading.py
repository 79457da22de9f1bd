"""``/zaehlerstand-melden/``: a reading without a login, told alike whether or not there is such a meter."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.metering.models import PublicReport
from kundenportal.metering.services import place_public_readings
from kundenportal.submissions.models import Submission
from tests.make import NOW, Household
from tests.public_readings import METER
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of

URL = "/zaehlerstand-melden/"
FIELDS = {
    "zaehlernummer": METER,
    "plz": "91560",
    "strasse": "Lindenstraße 12",
    "stand": "24.318",
    "name": "Erika Mieter",
    "email": "Erika@Beispiel.de",
    "bemerkung": "im Keller",
}


@pytest.fixture(autouse=True)
def _there_is_such_a_meter(household: Household) -> None:
    """Most tests are about a meter that is known; the page does not say so."""


def enter(client: Client, **changes: str) -> Any:
    return client.post(URL, FIELDS | changes)


def draft(client: Client, **changes: str) -> str:
    answer = enter(client, **changes)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


def send(client: Client, **changes: str) -> Any:
    return client.post(draft(client, **changes))


def test_the_page_asks_what_is_needed(client: Client) -> None:
    answer = client.get(URL)
    assert answer.status_code == 200
    text = text_of(answer)
    for words in (
        "Zählerstand ohne Anmeldung melden",
        "Mit * gekennzeichnete Felder sind Pflichtfelder.",
        "Zählernummer",
        "Postleitzahl",
        "Straße und Hausnummer",
        "Ihr Zähler zeigt zwei Stände? Zweiten Stand eintragen",
        "Ohne Eingabe gilt das heutige Datum.",
        "E-Mail (freiwillig, für die Bestätigung)",
    ):
        assert words in text
    assert 'value="22.11.2026"' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("page", ["/anmelden/", "/registrieren/"])
def test_customers_of_other_suppliers_are_led_here(client: Client, page: str) -> None:
    answer = client.get(page)
    assert "Kunde bei einem anderen Stromanbieter?" in text_of(answer)
    assert f'<a href="{URL}">Melden Sie Ihren Zählerstand ohne Anmeldung.</a>' in answer.content.decode()


def test_the_check_page_shows_what_will_be_sent_and_nothing_else(client: Client) -> None:
    with nothing_is_stored():
        page = client.get(draft(client))
    text = text_of(page)
    for words in (
        "Noch ist nichts gesendet.",
        "Sonntag, 22. November 2026",
        METER,
        "Lindenstraße 12, 91560",
        "24.318",
        "Erika Mieter",
        "erika@beispiel.de",
        "im Keller",
    ):
        assert words in text
    for word in ("Michael", "Bauer", "21.987", "kWh", "Strom"):
        assert word not in text


def test_a_reading_is_sent_and_confirmed(client: Client) -> None:
    answer = send(client)
    assert answer["Location"] == f"{URL}gesendet/"
    submission = Submission.objects.get()
    text = text_of(client.get(answer["Location"]))
    assert "Danke. Wir haben den Zählerstand erhalten." in text
    assert submission.reference in text
    assert "24.318" in text
    assert "Bestätigung an e•••••a@beispiel.de" in text
    report = PublicReport.objects.get()
    assert (report.email, report.name, report.remark) == ("erika@beispiel.de", "Erika Mieter", "im Keller")
    place_public_readings(NOW)
    assert text_of(client.get(answer["Location"])) == text


def test_every_page_is_the_same_whether_or_not_there_is_such_a_meter() -> None:
    def pages(number: str) -> list[str]:
        client = Client(REMOTE_ADDR=f"192.0.2.{len(number)}")
        answers = [enter(client, zaehlernummer=number, email="")]
        check = str(answers[0]["Location"])
        answers += [client.get(check), client.post(check)]
        answers.append(client.get(answers[-1]["Location"]))
        text = " ".join(f"{each.status_code} {text_of(each)}" for each in answers)
        reference = Submission.objects.latest("pk").reference
        return [
            text.replace(number, "#").replace(reference, "#"),
            str(len(answers[-1].content) - len(number)),
        ]

    known, unknown = pages(METER), pages("9 XYZ99 9999 9999")
    place_public_readings(NOW)
    assert known == unknown


def test_the_confirmation_asks_to_note_the_number_where_no_mail_was_sent(client: Client) -> None:
    answer = send(client, email="")
    assert "Bitte notieren Sie sich die Vorgangsnummer." in text_of(client.get(answer["Location"]))


def test_the_confirmation_promises_no_mail_that_is_not_sent() -> None:
    for turn in range(4):
        client = Client(REMOTE_ADDR=f"192.0.{turn}.7")
        answer = send(client, zaehlernummer=f"{turn + 1}")
    assert "heute schon mehrere Bestätigungen gesendet" in text_of(client.get(answer["Location"]))


def test_sending_twice_sends_once(client: Client) -> None:
    check = draft(client)
    first, second = client.post(check), client.post(check)
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"zaehlernummer": ""}, "zaehlernummer", "Bitte geben Sie die Zählernummer ein."),
        (
            {"zaehlernummer": "1 EMH 00!"},
            "zaehlernummer",
            (
                "In „1 EMH 00!“ stehen Zeichen, die keine Zählernummer hat. Bitte geben Sie nur Buchstaben und "
                "Ziffern ein."
            ),
        ),
        (
            {"zaehlernummer": "0-0"},
            "zaehlernummer",
            "„0-0“ ist keine Zählernummer. Sie steht auf dem Zähler neben dem Strichcode.",
        ),
        ({"zaehlernummer": "1" * 41}, "zaehlernummer", "Hier passen höchstens 40 Zeichen hinein."),
        ({"plz": ""}, "plz", "Bitte geben Sie die Postleitzahl ein, zum Beispiel 91560."),
        (
            {"plz": "9156"},
            "plz",
            "Die Postleitzahl hat 5 Ziffern, zum Beispiel 91560. Sie haben 4 eingegeben.",
        ),
        (
            {"plz": "9156O"},
            "plz",
            "Die Postleitzahl besteht nur aus Ziffern, zum Beispiel 91560. Sie haben „9156O“ eingegeben.",
        ),
        (
            {"strasse": " "},
            "strasse",
            "Bitte geben Sie Straße und Hausnummer ein, zum Beispiel Gartenweg 7.",
        ),
        ({"stand": ""}, "stand", "Bitte tragen Sie den Zählerstand ein, zum Beispiel 24318."),
        ({"stand": "abc"}, "stand", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        ({"stand": "-5"}, "stand", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        (
            {"stand": "123456789012"},
            "stand",
            "Sie haben 12 Ziffern eingegeben. Kein Zähler zeigt so viele. Bitte lesen Sie noch einmal ab.",
        ),
        ({"name": ""}, "name", "Bitte geben Sie Ihren Namen ein."),
        ({"name": "--"}, "name", "Bitte geben Sie Ihren Namen ein."),
        (
            {"email": "erika.beispiel.de"},
            "email",
            "In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de.",
        ),
        ({"bemerkung": "x" * 503}, "bemerkung", "Die Bemerkung ist 3 Zeichen zu lang."),
        (
            {"ablesedatum": "24.11.2026"},
            "ablesedatum",
            (
                "Der 24. November 2026 liegt in der Zukunft. Bitte geben Sie den Tag ein, an dem Sie abgelesen "
                "haben."
            ),
        ),
        (
            {"ablesedatum": "1.10.2026"},
            "ablesedatum",
            "Das Datum liegt mehr als 6 Wochen zurück. Bitte lesen Sie heute noch einmal ab.",
        ),
        (
            {"ablesedatum": "32.11."},
            "ablesedatum",
            "Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel 22.11.2026.",
        ),
        ({"anzeige": "9.9.9"}, "anzeige", "Bitte wählen Sie eine Kennzahl aus der Liste."),
        (
            {"zweite_anzeige": "1.8.2"},
            "zweiter_stand",
            "Bitte tragen Sie auch den zweiten Zählerstand ein.",
        ),
        (
            {"zweiter_stand": "7", "anzeige": "1.8.1"},
            "zweite_anzeige",
            "Bitte wählen Sie, was neben dem Stand steht. So wissen wir, welcher Stand welcher ist.",
        ),
        (
            {"zweiter_stand": "7", "anzeige": "HT", "zweite_anzeige": "HT"},
            "zweite_anzeige",
            "Neben beiden Ständen steht HT. Bitte wählen Sie für jeden Stand etwas anderes.",
        ),
        (
            {"zweiter_stand": "x", "anzeige": "HT", "zweite_anzeige": "NT"},
            "zweiter_stand",
            "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318.",
        ),
    ],
)
def test_a_slip_is_told_beside_its_field_and_nothing_is_lost(
    client: Client, typed: dict[str, str], field: str, error: str
) -> None:
    with nothing_is_stored():
        answer = enter(client, **typed)
    assert errors_of(answer) == {field: [error]}
    values = FIELDS | typed
    form = answer.context["form"]
    assert {name: form[name].value() for name in values} == values


def test_two_values_are_sent_with_what_stands_beside_them(client: Client) -> None:
    answer = send(client, anzeige="1.8.1", zweiter_stand="13.407,5", zweite_anzeige="1.8.2")
    values = PublicReport.objects.get().values.order_by("pk")
    assert [(each.display, str(each.value.normalize()), each.typed_digits) for each in values] == [
        ("1.8.1", "24318", 5),
        ("1.8.2", "13407.5", 5),
    ]
    assert "1.8.2" in text_of(client.get(answer["Location"]))


def test_editing_brings_everything_back(client: Client) -> None:
    check = draft(client, ablesedatum="gestern", zweiter_stand="7", anzeige="HT", zweite_anzeige="NT")
    page = client.get(check.replace("pruefen/", ""))
    form = page.context["form"]
    assert (form["stand"].value(), form["ablesedatum"].value()) == ("24.318", "21.11.2026")
    assert "<details open>" in page.content.decode()


def test_a_likely_slip_in_the_address_is_pointed_out(client: Client) -> None:
    page = client.get(draft(client, email="erika@gmial.com"))
    assert "Meinten Sie erika@gmail.com?" in text_of(page)


@pytest.mark.parametrize("query", ["", "?entwurf=nix"])
def test_without_a_draft_there_is_nothing_to_check(client: Client, query: str) -> None:
    with nothing_is_stored():
        for answer in (client.get(f"{URL}pruefen/{query}"), client.post(f"{URL}pruefen/{query}")):
            assert (answer.status_code, answer["Location"]) == (303, URL)
    assert "Ihre Eingaben sind abgelaufen." in text_of(client.get(URL))


def test_a_draft_lives_for_an_hour(client: Client) -> None:
    check = draft(client)
    with nothing_is_stored(), time_machine.travel(NOW + dt.timedelta(minutes=61), tick=False):
        assert client.post(check)["Location"] == URL


def test_another_browser_has_neither_the_draft_nor_the_confirmation(client: Client) -> None:
    check = draft(client)
    client.post(check)
    other = Client()
    assert other.get(check)["Location"] == URL
    assert other.get(f"{URL}gesendet/")["Location"] == URL


def test_who_sends_too_often_is_told_kindly_and_loses_nothing() -> None:
    for turn in range(5):
        send(Client(REMOTE_ADDR=f"192.0.{turn}.7"), email="")
    client = Client(REMOTE_ADDR="192.0.99.7")
    check = draft(client)
    with nothing_is_stored():
        answer = client.post(check)
    assert answer.status_code == 429
    text = text_of(answer)
    assert "Bitte versuchen Sie es morgen noch einmal, oder rufen Sie uns an: 09872 0000-332." in text
    assert "Erika Mieter" in text


def test_a_short_wait_is_told_in_minutes() -> None:
    for turn in range(20):
        send(Client(REMOTE_ADDR="192.0.2.7"), zaehlernummer=f"{turn + 1}", email="")
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert "Bitte versuchen Sie es in 60 Minuten noch einmal" in text_of(client.post(draft(client)))


def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    with nothing_is_stored():
        assert enter(client).status_code == 403


def test_more_fields_change_nothing(client: Client) -> None:
    send(client, customer="1", premise="1", channel="portal", status="received", placement="matched")
    submission = Submission.objects.get()
    assert (submission.customer, submission.channel, submission.status) == (None, "public", "on_hold")


def test_the_pages_ask_the_database_little(client: Client) -> None:
    check = draft(client)
    for url, most in ((URL, 1), (check, 2)):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= most
    client.post(check)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{URL}gesendet/")
    assert len(queries) <= 4
