"""``/konto/freischalten/<id>/`` and the notice on the home page that leads there."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from kundenportal.core.modules import Modules
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink, ActivationLetter
from kundenportal.linking.services import export_letters
from tests.linking import link, make_address, make_bauer, make_other, make_weber
from tests.make import NOW
from tests.personas import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def user(client: Client) -> User:
    user, weber = make_bauer(), make_weber(contact_email="")
    make_address(weber)
    link(user)
    sign_in(client, user)
    return user


def grant() -> AccountLink:
    return AccountLink.objects.get(customer__customer_number="0010224/1")


def url() -> str:
    return f"/konto/freischalten/{grant().public_id}/"


def home() -> str:
    return f"/vs/{grant().customer.premises.get().public_id}/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def printed_code(tmp_path) -> str:
    path = export_letters(tmp_path, now=NOW)
    assert path is not None
    return path.read_text(encoding="utf-8").splitlines()[1].split(";")[6]


def test_the_home_page_says_kindly_what_is_restricted_and_leads_to_the_code(client: Client, user) -> None:
    page = text_of(client.get(home()))
    assert "Ihr Zugang ist noch eingeschränkt" in page
    assert "Zählerstände können Sie schon melden." in page
    assert f'href="{url()}"' in page
    assert client.get(f"{home()}zaehlerstaende/").status_code == 200


def test_the_home_page_names_nothing_restricted_that_is_not_offered(
    client: Client, user: User, settings: Settings
) -> None:
    assert "Dokumente ansehen" in text_of(client.get(home()))
    settings.UTILITY = replace(settings.UTILITY, modules=Modules(documents=False))
    page = text_of(client.get(home()))
    assert "Dokumente ansehen" not in page
    assert "Manches andere ist zu Ihrem Schutz noch gesperrt." in page


def test_the_home_page_says_when_a_restriction_ends_by_itself(client: Client, user) -> None:
    AccountLink.objects.filter(pk=grant().pk).update(
        awaits_letter=False, held_until=NOW + dt.timedelta(days=3)
    )
    page = text_of(client.get(home()))
    assert "Ab Mittwoch, 25. November, 12:00 Uhr ist alles frei. Sie müssen nichts tun." in page
    AccountLink.objects.update(held_until=NOW)
    assert "Ihr Zugang ist noch eingeschränkt" not in text_of(client.get(home()))


def test_the_code_of_the_letter_frees_the_account(client: Client, user, tmp_path) -> None:
    assert "Wir schicken Ihnen einen Brief" in text_of(client.get(url()))
    response = client.post(url(), {"letter_code": printed_code(tmp_path).lower()}, follow=True)
    assert "Das Kundenkonto 0010224/1 ist freigeschaltet." in text_of(response)
    assert not grant().awaits_letter
    assert client.get(url()).status_code == 404
    assert "Ihr Zugang ist noch eingeschränkt" not in text_of(client.get(home()))


@pytest.mark.parametrize(
    ("code", "message"),
    [("1", "Der Freischaltcode stimmt nicht"), ("", "Bitte geben Sie den Freischaltcode")],
)
def test_a_wrong_code_is_told_beside_its_field(client: Client, user, code: str, message: str) -> None:
    response = client.post(url(), {"letter_code": code})
    assert response.status_code == 422
    assert message in text_of(response)
    assert grant().awaits_letter


def test_the_sixth_wrong_code_of_a_day_is_told_to_wait(client: Client, user) -> None:
    answers = [client.post(url(), {"letter_code": "1"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_new_letter_is_offered_when_the_code_ran_out(client: Client, user, tmp_path) -> None:
    assert "Neuen Brief anfordern" not in text_of(client.get(url()))
    printed_code(tmp_path)
    ActivationLetter.objects.get().secret.delete()
    ActivationLetter.objects.all().delete()
    assert "Neuen Brief anfordern" in text_of(client.get(url()))
    assert client.post(f"{url()}brief/")["Location"] == url()
    assert ActivationLetter.objects.count() == 1
    assert client.get(f"{url()}brief/").status_code == 405


def test_nobody_else_finds_the_page(client: Client, user) -> None:
    page = url()
    assert Client().get(page)["Location"].startswith("/anmelden/")
    sign_in(client, make_other())
    for response in (client.get(page), client.post(page, {"letter_code": "1"}), client.post(f"{page}brief/")):
        assert response.status_code == 404
    assert grant().awaits_letter
