"""Signing in by an e-mail address that several logins hold (guide line 82; product.md ruling 5)."""

import pytest
from django.test import Client

from kundenportal.identity.models import User
from tests.linking import NUMBER, make_bauer, make_other, make_weber, numbers_of
from tests.make import NOW, PASSWORD
from tests.second_factors import add_app
from tests.security_mails import recipients

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

MAILBOX = "m.bauer@beispiel.de"
BOTH = [NUMBER, "0014026/1"]
ASKED = "Mit Ihrer E-Mail-Adresse sind weitere Kundenkonten registriert."
WISH = "/konto/verknuepfen/gleiche-email/"


@pytest.fixture
def twins() -> tuple[User, User]:
    return make_bauer(), make_other(make_weber(), email=MAILBOX)


def sign_in(client: Client, identifier: str, way: str = ""):
    return client.post(f"/anmelden/{way}", {"identifier": identifier, "password": PASSWORD})


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_pre_selection_tells_of_the_accounts_that_were_linked(client: Client, twins) -> None:
    assert sign_in(client, "M.Bauer@beispiel.de")["Location"] == "/auswahl/"
    page = text_of(client.get("/auswahl/"))
    assert "Wir haben 2 Konten mit Ihrer E-Mail-Adresse verknüpft." in page
    assert "Sie können das in der Kontoverwaltung ändern." in page
    assert [numbers_of(each) for each in twins] == [BOTH, []]
    assert recipients("accounts_linked") == [MAILBOX, "p.weber@beispiel.de"]


def test_the_page_somebody_wanted_comes_first(client: Client, twins) -> None:
    assert sign_in(client, MAILBOX, "?weiter=/konto/")["Location"] == "/konto/"
    assert numbers_of(twins[0]) == BOTH


@pytest.mark.parametrize(("identifier", "setting"), [("14026", "verified"), (MAILBOX, "off")])
def test_nothing_is_linked_by_number_or_against_the_setting(
    client: Client, twins, settings, identifier: str, setting: str
) -> None:
    settings.AUTO_LINK = setting
    assert sign_in(client, identifier)["Location"] == "/"
    assert ASKED not in text_of(client.get("/auswahl/"))
    assert [numbers_of(each) for each in twins] == [["0014026/1"], [NUMBER]]


def test_where_it_is_asked_first_a_click_links(client: Client, twins, settings) -> None:
    settings.AUTO_LINK = "confirm"
    assert sign_in(client, MAILBOX)["Location"] == "/auswahl/"
    assert ASKED in text_of(client.get("/auswahl/"))
    assert [numbers_of(each) for each in twins] == [["0014026/1"], [NUMBER]]
    assert client.get(WISH).status_code == 405
    response = client.post(WISH, follow=True)
    assert "Die Kundenkonten mit Ihrer E-Mail-Adresse sind jetzt verknüpft." in text_of(response)
    assert [numbers_of(each) for each in twins] == [BOTH, []]
    assert ASKED not in text_of(client.get("/auswahl/"))


def test_a_second_click_and_a_visitor_link_nothing(client: Client, twins) -> None:
    assert Client().post(WISH)["Location"].startswith("/anmelden/")
    assert [numbers_of(each) for each in twins] == [["0014026/1"], [NUMBER]]
    sign_in(client, MAILBOX)
    assert client.post(WISH)["Location"] == "/konto/verknuepfen/"
    assert len(recipients("accounts_linked")) == 2


def test_nothing_is_linked_before_the_second_step(client: Client, twins) -> None:
    app, _ = add_app(twins[0])
    assert sign_in(client, MAILBOX)["Location"] == "/anmelden/bestaetigen/"
    assert [numbers_of(each) for each in twins] == [["0014026/1"], [NUMBER]]
    response = client.post("/anmelden/bestaetigen/", {"code": app.at(NOW)})
    assert response["Location"] == "/auswahl/"
    assert [numbers_of(each) for each in twins] == [BOTH, []]
