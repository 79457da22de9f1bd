"""``/konto/geraete/``: the devices that are signed in."""

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import SignedInDevice
from tests.make import NOW, PASSWORD, Household, make_customer, make_user
from tests.personas import sign_in

URL = "/konto/geraete/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def browser(agent: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/anmelden/", {"identifier": "14026", "password": PASSWORD})
    return client


def device_of(client: Client) -> SignedInDevice:
    return SignedInDevice.objects.get(session_id=client.session.session_key)


def test_this_device_and_the_others_are_told_apart_and_no_key_is_shown(household: Household) -> None:
    here, there = browser(FIREFOX), browser(IPHONE)
    page = text_of(here.get(URL))
    this, _, others = page.partition('id="andere"')
    assert "<b>Firefox, Windows</b>" in this
    assert "<b>Safari, iPhone</b>" in others
    assert "Zuletzt aktiv: 22.11.2026, 12:00 Uhr" in others
    assert "Angemeldet seit: 22.11.2026, 12:00 Uhr" in others
    for client in (here, there):
        assert client.session.session_key not in page


def test_a_browser_without_a_name_is_called_unknown(household: Household) -> None:
    assert "<b>Unbekanntes Gerät</b>" in text_of(browser("").get(URL))


def test_who_is_alone_is_told_so(household: Household) -> None:
    page = text_of(browser(FIREFOX).get(URL))
    assert "Auf keinem anderen Gerät sind Sie angemeldet." in page
    assert "Überall sonst abmelden" not in page


def test_one_device_is_signed_out_and_the_rest_stays(household: Household) -> None:
    here, there, third = browser(FIREFOX), browser(IPHONE), browser(IPHONE)
    device = device_of(there)
    response = here.post(f"{URL}{device.public_id}/abmelden/", follow=True)
    assert response.redirect_chain == [(URL, 303)]
    assert "Abgemeldet: Safari, iPhone." in text_of(response)
    assert there.get(URL).status_code == 303
    assert third.get(URL).status_code == 200
    entry = AuditEntry.objects.get(action="device.ended")
    assert entry.subject == f"device:{device.public_id}"


def test_all_others_are_signed_out_at_once(household: Household) -> None:
    here, there, third = browser(FIREFOX), browser(IPHONE), browser(IPHONE)
    response = here.post(f"{URL}abmelden/", follow=True)
    assert "2 andere Geräte sind abgemeldet." in text_of(response)
    assert [client.get(URL).status_code for client in (here, there, third)] == [200, 303, 303]
    assert AuditEntry.objects.get(action="device.others_ended").details == {"count": 2}


@pytest.mark.parametrize("case", ["another login's", "unknown", "this one"])
def test_other_ids_are_not_found_and_end_nothing(household: Household, case: str) -> None:
    here, stranger = browser(FIREFOX), Client()
    sign_in(stranger, make_user(make_customer(), email="andere@beispiel.de"))
    device_id = {
        "another login's": device_of(stranger).public_id,
        "unknown": "GIBTESNICHT",
        "this one": device_of(here).public_id,
    }[case]
    assert here.post(f"{URL}{device_id}/abmelden/").status_code == 404
    assert Session.objects.count() == 2
    assert not AuditEntry.objects.filter(action="device.ended").exists()


@pytest.mark.parametrize("path", ["abmelden/", "X/abmelden/"])
def test_signing_out_takes_a_post(household: Household, path: str) -> None:
    assert browser(FIREFOX).get(URL + path).status_code == 405


def test_a_device_that_was_idle_for_too_long_is_not_listed(household: Household) -> None:
    browser(IPHONE)
    with time_machine.travel(NOW + dt.timedelta(minutes=30), tick=False):
        assert "iPhone" not in text_of(browser(FIREFOX).get(URL))


def test_being_seen_shows_in_the_list(household: Household) -> None:
    there = browser(IPHONE)
    with time_machine.travel(NOW + dt.timedelta(minutes=10), tick=False):
        there.get(URL)
        assert device_of(there).seen_at == NOW + dt.timedelta(minutes=10)


def test_signing_out_takes_the_device_off_the_list(household: Household) -> None:
    here = browser(FIREFOX)
    here.post("/abmelden/")
    assert not SignedInDevice.objects.exists()
