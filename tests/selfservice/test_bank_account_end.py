"""``/vs/<id>/bankverbindung/beenden/``: "Lastschrift beenden", with the password, from entry to confirmation."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client

from kundenportal.banking.models import BankAccount, MandateProof, WantedAccount
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from tests.banking import THIRD_IBAN, give_account, send_bank_change
from tests.make import NOW, PASSWORD, Household, make_payment_plan, make_premise
from tests.personas import sign_in
from tests.selfservice.bank_pages import confirm, url_of
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of

TYPED = {"aenderungsdatum": "27.11.2026", "current_password": PASSWORD}


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_account(household.customer)
    sign_in(client, household.user)
    return household


@pytest.fixture
def shop(owner: Household) -> Any:
    premise = make_premise(owner.customer, street="Marktplatz", house_number="1")
    give_account(owner.customer, premise=premise, iban=THIRD_IBAN, mandate_reference="M14026-2")
    return premise


def send(client: Client, household: Household, **values: Any) -> Any:
    return client.post(url_of(household, "beenden"), TYPED | values)


def test_who_has_one_account_is_asked_for_day_and_password_alone(client: Client, owner: Household) -> None:
    answer = client.get(url_of(owner, "beenden"))
    text = text_of(answer)
    assert set(answer.context["form"].fields) == {"aenderungsdatum", "current_password"}
    assert "Wir buchen jetzt vom Konto DE•• •••• 2051 endet auf 2051 ab." in text
    assert "überweisen Sie Ihre Zahlungen selbst" in text
    assert "Frühestens 27. November 2026." in text


def test_the_direct_debit_is_ended_without_a_wait(client: Client, owner: Household) -> None:
    make_payment_plan(owner.premise)
    url = send(client, owner)["Location"]
    page = client.get(url)
    text = text_of(page)
    assert "Diese Lastschrift endet" in text
    assert "Konto DE•• •••• 2051" in text
    assert "Ab 27. November 2026 buchen wir von diesem Konto nicht mehr ab." in text
    answer = confirm(client, url)
    submission = Submission.objects.get()
    assert answer["Location"] == url_of(owner, "gesendet", submission.reference)
    assert (submission.status, submission.held_until) == ("received", None)
    line = WantedAccount.objects.get()
    assert (line.iban_sealed, line.premise) == (None, None)
    assert not MandateProof.objects.exists()
    assert OutgoingMail.objects.filter(kind="bank_requested").count() == 1


def test_with_several_accounts_one_is_chosen(client: Client, owner: Household, shop: Any) -> None:
    text = text_of(client.get(url_of(owner, "beenden")))
    assert "Welche Lastschrift möchten Sie beenden?" in text
    assert "DE•• •••• 2051, gemeinsames Konto" in text
    assert "DE•• •••• 9700, eigenes Konto für Marktplatz 1" in text
    assert errors_of(send(client, owner)) == {"konten": ["Bitte wählen Sie mindestens ein Konto."]}
    url = send(client, owner, konten=[shop.public_id])["Location"]
    confirm(client, url)
    assert [each.premise for each in WantedAccount.objects.all()] == [shop]


def test_all_accounts_can_end_together_and_the_choice_can_be_edited(
    client: Client, owner: Household, shop: Any
) -> None:
    url = send(client, owner, konten=["gemeinsam", shop.public_id])["Location"]
    back = client.get(url_of(owner, "beenden") + "?" + url.split("?")[1])
    assert back.context["form"]["konten"].value() == ["gemeinsam", shop.public_id]
    confirm(client, url)
    assert {each.premise for each in WantedAccount.objects.all()} == {None, shop}
    assert Submission.objects.count() == 1


def test_an_account_of_somebody_else_cannot_be_chosen(client: Client, owner: Household, shop: Any) -> None:
    other = make_premise()
    give_account(other.customer, premise=other)
    with nothing_is_stored():
        assert set(errors_of(send(client, owner, konten=[other.public_id]))) == {"konten"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"aenderungsdatum": "26.11.2026"}, "aenderungsdatum"),
        ({"aenderungsdatum": "gestern"}, "aenderungsdatum"),
        ({"current_password": "falsch"}, "current_password"),
        ({"current_password": ""}, "current_password"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    client: Client, owner: Household, values: dict[str, str], field: str
) -> None:
    with nothing_is_stored():
        assert set(errors_of(send(client, owner, **values))) == {field}


def test_who_transfers_himself_has_nothing_to_end(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    answer = client.get(url_of(household, "beenden"))
    assert "Sie überweisen schon selbst." in text_of(answer)
    assert "Lastschrift beenden" not in text_of(client.get(url_of(household))).replace(
        "Lastschrift beenden – ", ""
    )
    BankAccount.objects.all().delete()
    with nothing_is_stored():
        assert send(client, household).status_code == 422


def test_an_account_with_an_open_change_waits(client: Client, owner: Household) -> None:
    send_bank_change(owner)
    assert "Sie haben schon eine neue Bankverbindung gesendet." in text_of(
        client.get(url_of(owner, "beenden"))
    )


def test_a_restricted_access_ends_nothing(client: Client, owner: Household) -> None:
    AccountLink.objects.update(awaits_letter=True)
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_an_old_proof_is_asked_for_again(client: Client, owner: Household) -> None:
    url = send(client, owner)["Location"]
    with time_machine.travel(NOW + dt.timedelta(minutes=6), tick=False), nothing_is_stored():
        answer = client.post(url)
    assert answer["Location"].startswith("/konto/bestaetigen/?weiter=")


def test_others_find_nothing(client: Client, owner: Household) -> None:
    from tests.make import make_customer, make_user  # noqa: PLC0415

    sign_in(client, make_user(make_customer(), email="fremd@beispiel.de"))
    with nothing_is_stored():
        assert client.get(url_of(owner, "beenden")).status_code == 404
        assert client.post(url_of(owner, "beenden", "pruefen")).status_code == 404
