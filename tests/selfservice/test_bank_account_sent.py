"""``/vs/<id>/bankverbindung/gesendet/<ref>/``, the change among "Ihre Vorgänge", and withdrawing it."""

import pytest
from django.test import Client

from kundenportal.submissions.models import Submission
from tests.addresses import send_address
from tests.banking import NEW_IBAN, OLD_IBAN, give_account, nothing, send_bank_change
from tests.make import Household, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.bank_pages import url_of
from tests.selfservice.reading_pages import text_of


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_account(household.customer)
    sign_in(client, household.user)
    return household


def test_the_page_confirms_and_says_how_it_goes_on(client: Client, owner: Household) -> None:
    submission = send_bank_change(owner)
    answer = client.get(url_of(owner, "gesendet", submission.reference))
    text = text_of(answer)
    for expected in (
        "Wir buchen ab 4. Dezember 2026 vom Konto DE•• •••• 3000 endet auf 3000 ab.",
        f"Vorgangsnummer {submission.reference}",
        "Wartet",
        "Bisher DE•• •••• 2051",
        "Neu DE•• •••• 3000",
        "Mandatsreferenz KP-0014026-1-1",
        "Zu Ihrer Sicherheit warten wir bis Sonntag, 29. November, 12:00 Uhr.",
        "Jede enthält einen Link, der die Änderung anhält.",
        "Bis dahin können Sie die Änderung zurückziehen.",
    ):
        assert expected in text
    page = answer.content.decode().replace(" ", "")
    assert NEW_IBAN not in page
    assert OLD_IBAN not in page


def test_an_end_is_confirmed_as_one(client: Client, owner: Household) -> None:
    submission = send_bank_change(owner, nothing())
    text = text_of(client.get(url_of(owner, "gesendet", submission.reference)))
    assert "Ihre Änderung gilt ab 27. November 2026." in text
    assert "Neu Sie überweisen selbst" in text


@pytest.mark.parametrize("status", ["exported", "completed", "rejected", "withdrawn"])
def test_later_the_page_tells_where_it_stands(client: Client, owner: Household, status: str) -> None:
    submission = send_bank_change(owner)
    Submission.objects.update(status=status, reason="Weil.")
    text = text_of(client.get(url_of(owner, "gesendet", submission.reference)))
    assert "Wir buchen ab" not in text
    assert "Weil." in text
    assert "warten wir" not in text


def test_the_change_stands_among_the_submissions_and_can_be_withdrawn(
    client: Client, owner: Household
) -> None:
    submission = send_bank_change(owner)
    base = f"/vs/{owner.premise.public_id}/vorgaenge/"
    assert "Bankverbindung" in text_of(client.get(base))
    page = client.get(f"{base}{submission.reference}/")
    assert "Zu Ihrer Sicherheit warten wir bis Sonntag, 29. November, 12:00 Uhr." in text_of(page)
    assert client.post(f"{base}{submission.reference}/zurueckziehen/").status_code == 303
    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_another_kind_or_another_s_change_is_not_found(client: Client, owner: Household) -> None:
    address = send_address(owner, key="address")
    assert client.get(url_of(owner, "gesendet", address.reference)).status_code == 404
    submission = send_bank_change(owner)
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    assert client.get(url_of(owner, "gesendet", submission.reference)).status_code == 404
