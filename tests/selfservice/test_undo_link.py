"""``/verknuepfung-rueckgaengig/<token>/``: the undo link of mails about linking and new access."""

import pytest
from django.test import Client

from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.linking.models import AccountLink, LoginMerge
from tests.linking import (
    NUMBER,
    OTHER_PASSWORD,
    UNDO,
    link,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
    undo_token,
)
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

DONE = "/verknuepfung-zurueckgenommen/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def user() -> User:
    return make_bauer()


def merge_url(user: User) -> str:
    make_other(make_weber())
    link(user, password=OTHER_PASSWORD)
    return f"{UNDO}{undo_token('accounts_linked', 'petra@beispiel.de')}/"


def access_url(user: User) -> str:
    make_weber()
    link(user)
    return f"{UNDO}{undo_token('registration_completed', 'p.weber@beispiel.de')}/"


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(client: Client, user, method: str) -> None:
    url = merge_url(user)
    before = [list(model.objects.values()) for model in (AccountLink, LoginMerge, OneTimeSecret, User)]
    getattr(client, method)(url)
    assert before == [
        list(model.objects.values()) for model in (AccountLink, LoginMerge, OneTimeSecret, User)
    ]


def test_the_page_says_what_is_undone(client: Client, user) -> None:
    page = text_of(client.get(merge_url(user)))
    assert "Verknüpfung rückgängig machen?" in page
    assert "0010224/1" in page
    assert "Der aufgelöste Zugang gilt wieder, mit seiner E-Mail-Adresse und seinem Passwort." in page


def test_without_a_sign_in_a_click_undoes_and_works_once(client: Client, user) -> None:
    url = merge_url(user)
    sign_in(client, user)
    visitor = Client()
    response = visitor.post(url, follow=True)
    assert response.redirect_chain == [(DONE, 303)]
    assert "Es gilt wieder, was vorher galt." in text_of(response)
    assert numbers_of(user) == ["0014026/1"]
    assert client.get("/konto/")["Location"].startswith("/anmelden/")
    for again in (visitor.get(url), visitor.post(url), visitor.get(f"{UNDO}erfunden/")):
        assert again.status_code == 410
        assert "Dieser Link ist abgelaufen." in text_of(again)


def test_the_contact_address_is_asked_in_other_words(client: Client, user) -> None:
    url = access_url(user)
    page = text_of(client.get(url))
    assert "Zugang zurücknehmen?" in page
    assert client.post(url)["Location"] == DONE
    assert numbers_of(user) == ["0014026/1"]
    assert not AccountLink.objects.filter(customer__customer_number=NUMBER, ended_at=None).exists()


def test_a_forged_form_from_elsewhere_is_refused(user) -> None:
    url = merge_url(user)
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert numbers_of(user) == [NUMBER, "0014026/1"]
