"""``/vs/<id>/rechnungsadresse/gesendet/<reference>/``: what was sent, and where it stands."""

import pytest
from django.test import Client

from kundenportal.submissions.models import Submission
from tests.addresses import give_address, send_address
from tests.make import Household, make_customer, make_premise, make_reading_submission, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of
from tests.selfservice.test_address import url_of


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_address(household)
    sign_in(client, household.user)
    return household


def sent_url(household: Household, submission: Submission) -> str:
    return f"{url_of(household)}gesendet/{submission.reference}/"


def test_the_owner_is_thanked_and_sees_what_was_sent(client: Client, owner: Household) -> None:
    submission = send_address(owner)
    answer = client.get(sent_url(owner, submission))
    text = text_of(answer)
    for expected in (
        "Wir haben Ihre neue Rechnungsadresse erhalten.",
        f"Vorgangsnummer {submission.reference}",
        "Eingegangen",
        "Gartenweg 7a",
        "86150 Augsburg",
        "n•••••u@beispiel.de",
        "Wir haben Ihnen eine Bestätigung an m•••••r@beispiel.de gesendet",
        "Bis wir sie übernehmen, gilt die alte.",
        "Bis dahin können Sie die Änderung zurückziehen.",
    ):
        assert expected in text
    assert "neu@beispiel.de" not in text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("status", ["exported", "completed", "rejected", "withdrawn"])
def test_later_the_page_tells_where_it_stands(client: Client, owner: Household, status: str) -> None:
    submission = send_address(owner)
    Submission.objects.update(status=status, reason="Diese Straße kennen wir nicht.")
    text = text_of(client.get(sent_url(owner, submission)))
    assert str(Submission.Status(status).label) in text
    assert "Diese Straße kennen wir nicht." in text
    assert "Wie geht es weiter?" not in text


def test_the_list_of_what_was_sent_shows_it_too(client: Client, owner: Household) -> None:
    submission = send_address(owner)
    base = f"/vs/{owner.premise.public_id}/vorgaenge/"
    assert "Rechnungsadresse" in text_of(client.get(base))
    assert "Gartenweg 7a" in text_of(client.get(f"{base}{submission.reference}/"))
    assert client.post(f"{base}{submission.reference}/zurueckziehen/").status_code == 303
    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_other_kinds_and_other_people_find_nothing(client: Client, owner: Household) -> None:
    submission = send_address(owner)
    assert client.get(sent_url(owner, make_reading_submission(owner.strom))).status_code == 404
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    assert client.get(sent_url(owner, submission)).status_code == 404
