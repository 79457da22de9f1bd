"""The mail about a sign-in where there was none before, and the cookie by which a browser is known."""

import pytest
from django.test import Client

from kundenportal.identity.models import SecurityEvent, User
from kundenportal.linking.services import process_registrations
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, Household, make_customer, make_user
from tests.security_mails import link_in, recipients, text_of_mail

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(client: Client, identifier: str = "14026", password: str = PASSWORD):
    return client.post(
        "/anmelden/", {"identifier": identifier, "password": password}, HTTP_USER_AGENT=FIREFOX
    )


def sign_out(client: Client) -> None:
    client.post("/abmelden/")


def count_mails() -> int:
    return OutgoingMail.objects.filter(kind="new_device").count()


def test_the_first_sign_in_with_a_browser_is_told_and_no_other(household: Household) -> None:
    client = Client()
    for _ in range(3):
        sign_in(client)
        sign_out(client)
    assert recipients("new_device") == ["m.bauer@beispiel.de"]
    text = text_of_mail(OutgoingMail.objects.get())
    assert "Gerät: Firefox, Windows" in text
    assert "/konto/geraete/" in text
    assert "/das-war-ich-nicht/" in text
    assert SecurityEvent.objects.get().kind == "new_device"


def test_another_browser_is_news(household: Household) -> None:
    for _ in range(2):
        sign_in(Client())
    assert count_mails() == 2


def test_the_setting_switches_the_mail_off(household: Household, settings) -> None:
    settings.NEW_DEVICE_MAIL = False
    sign_in(Client())
    assert count_mails() == 0


def test_the_cookie_lasts_400_days_and_is_for_the_server_only(household: Household) -> None:
    cookie = sign_in(Client()).cookies["geraet"]
    assert cookie["max-age"] == 400 * 24 * 3600
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_cookie_is_bound_to_host_and_encryption(household: Household, settings) -> None:
    settings.IS_HTTPS, settings.DEVICE_COOKIE_NAME = True, "__Host-geraet"
    cookie = sign_in(Client()).cookies["__Host-geraet"]
    assert cookie["secure"]
    assert not cookie["domain"]


def test_a_refused_sign_in_makes_no_browser_known(household: Household) -> None:
    assert "geraet" not in sign_in(Client(), password="falsch").cookies


def test_a_browser_is_known_to_each_of_a_household_s_logins(household: Household) -> None:
    make_user(make_customer(customer_number="0014027/1"), email="petra@beispiel.de")
    client = Client()
    for _ in range(2):
        for number in ("14026", "14027"):
            sign_in(client, number)
            sign_out(client)
    assert recipients("new_device") == ["m.bauer@beispiel.de", "petra@beispiel.de"]


@pytest.mark.parametrize("case", ["of another login", "made up", "empty", "garbage"])
def test_a_cookie_the_login_did_not_get_is_not_believed(household: Household, case: str) -> None:
    make_user(make_customer(customer_number="0014027/1"), email="petra@beispiel.de")
    client = Client()
    value = sign_in(Client(), "14027").cookies["geraet"].value
    client.cookies["geraet"] = {
        "of another login": value,
        "made up": value[:-1] + ("0" if value[-1] != "0" else "1"),
        "empty": "",
        "garbage": "..%00;" * 40,
    }[case]
    assert sign_in(client).status_code == 303
    assert "m.bauer@beispiel.de" in recipients("new_device")


def test_disavowing_forgets_the_devices(household: Household) -> None:
    client = Client()
    sign_in(client)
    Client().post(link_in(OutgoingMail.objects.get(), "/das-war-ich-nicht/"))
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()
    sign_in(client)
    assert count_mails() == 2


def test_who_just_registered_gets_no_mail_about_his_device(household: Household, client: Client) -> None:
    make_customer(
        customer_number="0055555/1",
        first_name="Petra",
        last_name="Weber",
        contact_email="petra@beispiel.de",
    )
    client.post(
        "/registrieren/", {"customer_number": "55555", "name": "Petra Weber", "email": "petra@beispiel.de"}
    )
    process_registrations(NOW)
    link = link_in(OutgoingMail.objects.get(kind="registration_link"), "/passwort-festlegen/")
    new = "Regal Mond Kutsche Quark"
    response = client.post(link, {"password": new, "password_repeat": new})
    assert "geraet" in response.cookies
    assert count_mails() == 0
