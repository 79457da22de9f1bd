"""``/vs/<id>/rechnungsadresse/pruefen/``: seeing the new billing address once more, and sending it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from kundenportal.addresses.models import AddressChange
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.addresses import give_address, send_address
from tests.make import NOW, PASSWORD, Household, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import nothing_is_stored, text_of
from tests.selfservice.test_address import send, url_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_address(household)
    sign_in(client, household.user)
    return household


def check_url(client: Client, household: Household, **values: str) -> str:
    answer = send(client, household, **values)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


def leads_to_proof(answer: Any) -> bool:
    return answer.status_code == 303 and answer["Location"].startswith("/konto/bestaetigen/?weiter=")


def test_the_page_shows_everything_and_sends_nothing(client: Client, owner: Household) -> None:
    with nothing_is_stored():
        answer = client.get(check_url(client, owner, adresszusatz="2. OG", land="AT", plz="1010", ort="Wien"))
    text = text_of(answer)
    for expected in (
        "Noch ist nichts gesendet.",
        "Kundennummer 0014026/1",
        "Herr Michael Bauer",
        "Gartenweg 7a",
        "2. OG",
        "1010 Wien",
        "Österreich",
        "09872 123456",
        "neu@beispiel.de",
        "Die Bestätigung senden wir an m•••••r@beispiel.de",
        "Rechnungsadresse ändern",
        "Eingaben bearbeiten",
    ):
        assert expected in text
    assert "Bitte geben Sie eine Hausnummer an" not in text
    assert "Meinten Sie" not in text
    assert "no-store" in answer["Cache-Control"]


def test_a_missing_house_number_is_a_warning_only(client: Client, owner: Household) -> None:
    url = check_url(client, owner, strasse="Am Markt")
    assert "Bitte geben Sie eine Hausnummer an, zum Beispiel Lindenstraße 12." in text_of(client.get(url))
    assert client.post(url).status_code == 303
    assert AddressChange.objects.get().street_line == "Am Markt"


def test_an_address_that_looks_like_a_slip_is_a_warning_only(client: Client, owner: Household) -> None:
    url = check_url(client, owner, kontakt_email="m.bauer@gmial.com")
    assert "Meinten Sie m.bauer@gmail.com?" in text_of(client.get(url))
    assert client.post(url).status_code == 303


def test_sending_stores_the_change_and_leads_to_its_page(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    answer = client.post(url)
    submission = Submission.objects.get()
    assert answer["Location"] == f"{url_of(owner)}gesendet/{submission.reference}/"
    assert (submission.customer, submission.submitted_by) == (owner.customer, owner.user)
    assert (submission.address_change.street, submission.address_change.house_number) == ("Gartenweg", "7a")
    assert OutgoingMail.objects.filter(kind="address_requested").count() == 3


def test_sending_twice_is_sending_once(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    first = client.post(url)
    with nothing_is_stored():
        assert client.post(url)["Location"] == client.get(url)["Location"] == first["Location"]


def test_what_was_typed_can_be_edited(client: Client, owner: Household) -> None:
    url = check_url(client, owner, ort="Ausgburg")
    back = client.get(url_of(owner) + "?" + url.split("?")[1])
    assert back.context["form"]["ort"].value() == "Ausgburg"
    assert PASSWORD not in back.content.decode()


def test_an_old_proof_is_asked_for_again_and_the_way_goes_on(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    with time_machine.travel(NOW + 6 * MINUTE, tick=False), nothing_is_stored():
        assert leads_to_proof(client.get(url))
        assert leads_to_proof(client.post(url))
    with time_machine.travel(NOW + 6 * MINUTE, tick=False):
        proof = client.get(url)["Location"]
        answer = client.post(proof, {"current_password": PASSWORD})
        assert answer["Location"] == url
        assert client.post(url)["Location"].startswith(f"{url_of(owner)}gesendet/")


def test_a_draft_that_is_gone_leads_back_with_a_word(client: Client, owner: Household) -> None:
    answer = client.get(url_of(owner) + "pruefen/?entwurf=weg", follow=True)
    assert "Ihre Eingaben sind abgelaufen." in text_of(answer)


def test_a_change_sent_meanwhile_is_shown_instead(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    send_address(owner, key="other")
    with nothing_is_stored():
        answer = client.post(url)
    assert answer.status_code == 422
    assert "Sie haben schon eine neue Rechnungsadresse gesendet." in text_of(answer)


def test_an_access_that_was_restricted_meanwhile_sends_nothing(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    AccountLink.objects.update(awaits_letter=True)
    with nothing_is_stored():
        assert "Ihr Zugang ist noch eingeschränkt." in text_of(client.post(url))


def test_a_login_secured_in_the_same_moment_sends_nothing(
    client: Client, owner: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = check_url(client, owner)
    monkeypatch.setattr(
        "kundenportal.selfservice.views.address.device_name",
        lambda _request: str(User.objects.update(password="!")),
    )
    answer = client.post(url)
    assert answer["Location"] == "/anmelden/"
    assert not Submission.objects.exists()


def test_others_find_nothing(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    with nothing_is_stored():
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_draft_of_one_premise_is_not_for_another(client: Client, owner: Household) -> None:
    other = make_premise(owner.customer)
    query = check_url(client, owner).split("?")[1]
    with nothing_is_stored():
        assert client.post(f"/vs/{other.public_id}/rechnungsadresse/pruefen/?{query}").status_code == 404
