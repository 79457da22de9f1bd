"""``/vs/<id>/bankverbindung/pruefen/``: seeing accounts and mandates once more, and sending them."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from kundenportal.banking.models import BankDetailsChange, MandateProof, WantedAccount
from kundenportal.banking.sealing import open_iban
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.banking import NEW_IBAN, OLD_IBAN, SWISS_IBAN, THIRD_IBAN, give_account, send_bank_change, wish
from tests.make import NOW, PASSWORD, Household, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.bank_pages import EARLIEST, check_url, confirm, own, shown_in, url_of
from tests.selfservice.reading_pages import nothing_is_stored, text_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_account(household.customer)
    sign_in(client, household.user)
    return household


def leads_to_proof(answer: Any) -> bool:
    return answer.status_code == 303 and answer["Location"].startswith("/konto/bestaetigen/?weiter=")


def test_the_page_shows_everything_and_sends_nothing(client: Client, owner: Household) -> None:
    with nothing_is_stored():
        answer = client.get(check_url(client, owner))
    text = text_of(answer)
    for expected in (
        "Noch ist nichts gesendet. Die Änderung gilt ab 4. Dezember 2026",
        "Bisher DE•• •••• 2051",
        "IBAN DE89 3704 0044 0532 0130 00",
        "Bank Commerzbank",
        "BIC COBADEFFXXX",
        "SEPA-Lastschriftmandat",
        "Zahlungsempfänger Stadtwerke Musterbach, Kirchplatz 1, 91560 Musterbach",
        "Gläubiger-Identifikationsnummer DE98ZZZ09999999999",
        "Mandatsreferenz KP-0014026-1-1",
        "Zahlungsart Wiederkehrende Zahlung",
        "Kunde Michael Bauer, Kundennummer 0014026/1",
        "Ich ermächtige Stadtwerke Musterbach",
        "die Erstattung des belasteten Betrages verlangen",
        "Zu Ihrer Sicherheit warten wir bis Sonntag, 29. November, 12:00 Uhr.",
        "Wir warten länger als sonst",
        "Die Bestätigung senden wir an m•••••r@beispiel.de",
        "Daten senden",
        "Eingaben bearbeiten",
    ):
        assert expected in text
    assert "Diese Bankleitzahl kennen wir nicht" not in text
    assert "no-store" in answer["Cache-Control"]


def test_a_bank_the_register_lacks_is_a_warning_only(client: Client, owner: Household) -> None:
    url = check_url(client, owner, iban="DE90 9999 9999 0000 0047 11")
    assert "Diese Bankleitzahl kennen wir nicht." in text_of(client.get(url))
    assert confirm(client, url).status_code == 303


def test_a_swiss_account_shows_the_bic_that_was_typed(client: Client, owner: Household) -> None:
    url = check_url(client, owner, iban=SWISS_IBAN, bic="UBSWCHZH80A")
    assert "BIC UBSWCHZH80A" in text_of(client.get(url))
    confirm(client, url)
    assert WantedAccount.objects.get().bic == "UBSWCHZH80A"


def test_sending_stores_the_change_and_leads_to_its_page(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    answer = confirm(client, url)
    submission = Submission.objects.get()
    assert answer["Location"] == url_of(owner, "gesendet", submission.reference)
    assert (submission.customer, submission.submitted_by) == (owner.customer, owner.user)
    assert BankDetailsChange.objects.get().valid_from == EARLIEST
    line = WantedAccount.objects.get()
    assert (open_iban(line), line.holder) == (NEW_IBAN, "Michael Bauer")
    assert OutgoingMail.objects.filter(kind="bank_requested").count() == 1


def test_the_proof_tells_how_it_was_agreed_to(client: Client, owner: Household) -> None:
    with time_machine.travel(NOW + 10 * MINUTE, tick=False):
        url = check_url(client, owner)
    with time_machine.travel(NOW + 11 * MINUTE, tick=False):
        shown = shown_in(client.get(url))
    with time_machine.travel(NOW + 12 * MINUTE, tick=False):
        client.post(url, {"gesehen": shown}, HTTP_USER_AGENT="Mozilla Firefox Windows")
    proof = MandateProof.objects.get()
    assert (proof.ticked_at, proof.shown_at, proof.at) == tuple(NOW + each * MINUTE for each in (10, 11, 12))
    assert (proof.proved_by, proof.proved_at) == ("password", NOW + 10 * MINUTE)
    assert (proof.device, proof.is_known_device) == ("Firefox, Windows", False)


def test_sending_twice_is_sending_once(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    shown = shown_in(client.get(url))
    first = client.post(url, {"gesehen": shown})
    with nothing_is_stored():
        again = client.post(url, {"gesehen": shown})
        assert again["Location"] == client.get(url)["Location"] == first["Location"]


@pytest.mark.parametrize("shown", ["", "forged", "eyJkaWdlc3QiOiJ4In0:x:y"])
def test_what_was_not_shown_is_not_agreed_to(client: Client, owner: Household, shown: str) -> None:
    url = check_url(client, owner)
    with nothing_is_stored():
        answer = client.post(url, {"gesehen": shown})
        assert answer["Location"] == url
        assert "Bitte prüfen Sie Ihre Angaben noch einmal." in text_of(client.get(url))


def test_what_was_shown_to_another_draft_is_not_agreed_to(client: Client, owner: Household) -> None:
    other = shown_in(client.get(check_url(client, owner, kontoinhaber="Bauer, Michael")))
    url = check_url(client, owner)
    with nothing_is_stored():
        assert client.post(url, {"gesehen": other})["Location"] == url


def test_a_mandate_that_changed_meanwhile_is_shown_again(client: Client, owner: Household) -> None:
    garden = make_premise(owner.customer)
    url = check_url(client, owner)
    shown = shown_in(client.get(url))
    send_bank_change(owner, wish(garden, iban=THIRD_IBAN), key="other")
    with nothing_is_stored():
        assert client.post(url, {"gesehen": shown})["Location"] == url
        assert "Mandatsreferenz KP-0014026-1-2" in text_of(client.get(url))


def test_what_was_typed_can_be_edited(client: Client, owner: Household) -> None:
    url = check_url(client, owner, kontoinhaber="Bauer, Michael")
    back = client.get(url_of(owner) + "?" + url.split("?")[1])
    form = back.context["form"]
    assert (form["kontoinhaber"].value(), form["iban"].value()) == (
        "Bauer, Michael",
        "DE89 3704 0044 0532 0130 00",
    )
    assert PASSWORD not in back.content.decode()


def test_an_old_proof_is_asked_for_again_and_the_way_goes_on(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    with time_machine.travel(NOW + 6 * MINUTE, tick=False):
        with nothing_is_stored():
            assert leads_to_proof(client.get(url))
            assert leads_to_proof(client.post(url))
        answer = client.post(client.get(url)["Location"], {"current_password": PASSWORD})
        assert answer["Location"] == url
        assert confirm(client, url)["Location"].startswith(url_of(owner, "gesendet", "V-2026")[:-1])


def test_a_draft_that_is_gone_leads_back_with_a_word(client: Client, owner: Household) -> None:
    answer = client.get(url_of(owner, "pruefen") + "?entwurf=weg", follow=True)
    assert "Ihre Eingaben sind abgelaufen." in text_of(answer)


def test_the_account_that_is_used_already_is_told_behind_the_password(
    client: Client, owner: Household
) -> None:
    url = check_url(client, owner, iban=OLD_IBAN)
    with nothing_is_stored():
        shown = shown_in(client.get(url))
        answer = client.post(url, {"gesehen": shown}, follow=True)
    assert "Von diesem Konto buchen wir schon ab." in text_of(answer)


def test_a_change_sent_meanwhile_is_shown_instead(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    send_bank_change(owner, key="other")
    with nothing_is_stored():
        answer = client.post(url)
    assert answer.status_code == 422
    assert "Sie haben schon eine neue Bankverbindung gesendet." in text_of(answer)


def test_a_change_sent_in_the_same_moment_leads_back(
    client: Client, owner: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = check_url(client, owner)
    shown = shown_in(client.get(url))
    monkeypatch.setattr(
        "kundenportal.selfservice.bank_pages.device_name",
        lambda _request: send_bank_change(owner, key="other").reference,
    )
    answer = client.post(url, {"gesehen": shown})
    assert answer["Location"].startswith(url_of(owner) + "?entwurf=")
    assert Submission.objects.count() == 1


def test_a_day_that_is_too_early_by_now_leads_back_to_its_field(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        client.post("/konto/bestaetigen/", {"current_password": PASSWORD})
    User.objects.update(password_changed_at=NOW + dt.timedelta(days=1))
    with time_machine.travel(NOW + 21 * MINUTE, tick=False), nothing_is_stored():
        answer = client.get(url, follow=True)
    assert answer.redirect_chain[0][0].startswith(url_of(owner) + "?entwurf=")


def test_an_access_that_was_restricted_meanwhile_sends_nothing(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    AccountLink.objects.update(awaits_letter=True)
    with nothing_is_stored():
        assert "Ihr Zugang ist noch eingeschränkt." in text_of(client.post(url))


def test_a_login_secured_in_the_same_moment_sends_nothing(
    client: Client, owner: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = check_url(client, owner)
    shown = shown_in(client.get(url))
    monkeypatch.setattr(
        "kundenportal.selfservice.bank_pages.device_name",
        lambda _request: str(User.objects.update(password="!")),
    )
    answer = client.post(url, {"gesehen": shown})
    assert answer["Location"] == "/anmelden/"
    assert not Submission.objects.exists()


def test_several_accounts_are_one_submission_with_their_mandates(client: Client, owner: Household) -> None:
    garden = make_premise(owner.customer, street="Gartenweg", house_number="7a")
    url = check_url(client, owner, **own(garden, iban=THIRD_IBAN, kontoinhaber="Bauer Michael"))
    text = text_of(client.get(url))
    assert "Gemeinsames Konto" in text
    assert "Eigenes Konto für Gartenweg 7a" in text
    assert "Mandatsreferenz KP-0014026-1-1" in text
    assert "Mandatsreferenz KP-0014026-1-2" in text
    assert "Gilt für Gartenweg 7a, 91560 Musterbach" in text
    assert confirm(client, url).status_code == 303
    assert Submission.objects.count() == 1
    assert WantedAccount.objects.count() == MandateProof.objects.count() == 2


def test_others_find_nothing(client: Client, owner: Household) -> None:
    url = check_url(client, owner)
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    with nothing_is_stored():
        assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_draft_of_one_premise_or_topic_is_not_for_another(client: Client, owner: Household) -> None:
    other = make_premise(owner.customer)
    query = check_url(client, owner).split("?")[1]
    with nothing_is_stored():
        assert client.post(f"/vs/{other.public_id}/bankverbindung/pruefen/?{query}").status_code == 404
        answer = client.get(f"{url_of(owner, 'beenden', 'pruefen')}?{query}", follow=True)
        assert "Ihre Eingaben sind abgelaufen." in text_of(answer)
