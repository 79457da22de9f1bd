"""``/vs/<id>/abschlag/pruefen/``: what will be sent, and sending it."""

import pytest
from django.test import Client

from kundenportal.advance_payments.models import AdvancePayment, AdvancePaymentChange
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.make import (
    Household,
    make_advance_payment_submission,
    make_payment_plan,
    make_premise,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of
from tests.selfservice.test_advance_payment import GOOD


@pytest.fixture
def enter_url(household: Household, client: Client) -> str:
    make_payment_plan(household.premise)
    sign_in(client, household.user)
    return f"/vs/{household.premise.public_id}/abschlag/"


@pytest.fixture
def url(client: Client, enter_url: str) -> str:
    return str(client.post(enter_url, GOOD)["Location"])


def test_the_page_shows_what_will_be_sent(client: Client, url: str) -> None:
    text = text_of(client.get(url)).replace("\N{NO-BREAK SPACE}", " ")
    for expected in (
        "Noch ist nichts gesendet.",
        "Ihr neuer Abschlag ab 1. Januar 2027",
        "Strom 92,00 € 85,00 €",
        "Gas 108,00 € 108,00 € wie bisher",
        "Wasser 24,00 € 32,00 €",
        "Gesamtabschlag 224,00 € 225,00 €",
        "Auszug eines Kindes",
        "Die Bestätigung senden wir an m•••••r@beispiel.de .",
    ):
        assert expected in text
    assert not Submission.objects.exists()


def test_sending_stores_one_submission_and_leads_to_its_page(client: Client, url: str) -> None:
    answer = client.post(url)
    submission = Submission.objects.get()
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/abschlag/gesendet/{submission.reference}/")
    assert AdvancePaymentChange.objects.get().comment == "Auszug eines Kindes"
    assert OutgoingMail.objects.get().kind == "advance_payment_received"


def test_sending_twice_stores_once(client: Client, url: str) -> None:
    first, second = client.post(url), client.post(url)
    assert first["Location"] == second["Location"] == client.get(url)["Location"]
    assert Submission.objects.count() == OutgoingMail.objects.count() == 1


def test_editing_brings_everything_back(client: Client, enter_url: str, url: str) -> None:
    page = client.get(enter_url + "?" + url.partition("?")[2]).content.decode()
    for expected in ('value="85,00"', 'value="32.00 €"', "Auszug eines Kindes", "225,00"):
        assert expected in page


def test_an_old_draft_is_gone(client: Client, enter_url: str, url: str) -> None:
    session = client.session
    session["drafts"][url.partition("=")[2]]["saved_at"] -= 3601
    session.save()
    assert client.post(url)["Location"] == enter_url
    assert not Submission.objects.exists()


def test_without_a_draft_the_form_is_shown(client: Client, enter_url: str) -> None:
    answer = client.get(enter_url + "pruefen/?entwurf=x")
    assert (answer.status_code, answer["Location"]) == (303, enter_url)
    assert "Ihre Eingaben sind abgelaufen." in text_of(client.get(enter_url))


def test_a_draft_of_another_topic_is_none(client: Client, enter_url: str, household: Household) -> None:
    readings = client.post(
        f"/vs/{household.premise.public_id}/zaehlerstaende/", {f"stand-{household.strom.pk}": "24318"}
    )["Location"]
    answer = client.post(f"{enter_url}pruefen/?{readings.partition('?')[2]}")
    assert answer["Location"] == enter_url
    assert not Submission.objects.exists()


def test_a_draft_for_another_premise_is_not_found(client: Client, url: str, household: Household) -> None:
    other = make_premise(household.customer)
    path = url.replace(household.premise.public_id, other.public_id)
    assert client.post(path).status_code == 404
    assert not Submission.objects.exists()


def test_what_became_impossible_leads_back(client: Client, enter_url: str, url: str) -> None:
    AdvancePayment.objects.filter(division="strom").update(minimum=90)
    answer = client.post(url)
    assert answer["Location"].startswith(enter_url + "?entwurf=")
    assert not Submission.objects.exists()


def test_a_change_sent_meanwhile_locks(
    client: Client, enter_url: str, url: str, household: Household
) -> None:
    make_advance_payment_submission(household.premise)
    answer = client.post(url)
    assert "Wir bearbeiten ihn noch." in text_of(client.get(answer["Location"]))
    assert Submission.objects.count() == 1


def test_nobody_else_sends_it(url: str) -> None:
    stranger = Client()
    sign_in(stranger, make_user(email="fremd@beispiel.de"))
    assert stranger.post(url).status_code == 404
    assert Client().post(url)["Location"].startswith("/anmelden/?weiter=")
    assert not Submission.objects.exists()
