"""``/verwaltung/anmelden/passkey/``: a passkey of this site alone is both factors."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from kundenportal.identity.models import Passkey, StaffMember
from tests.make import PASSWORD, make_customer, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.snapshot import snapshot
from tests.staff import ADDRESS

OPTIONS, SEND = "/verwaltung/anmelden/passkey/abfrage/", "/verwaltung/anmelden/passkey/"


def is_signed_in(client: Client) -> bool:
    return client.get("/verwaltung/mein-zugang/").status_code == 200


def test_a_passkey_alone_signs_in(client: Client, clerk: StaffMember) -> None:
    soft = SoftPasskey()
    make_passkey(clerk.user, soft)
    asked = json.loads(client.get(OPTIONS).content)
    response = client.post(SEND, {"credential": soft.sign(asked)})
    assert (response.status_code, response["Location"]) == (303, "/verwaltung/")
    assert is_signed_in(client)


def test_a_passkey_is_the_second_step_after_the_password(client: Client, clerk: StaffMember) -> None:
    soft = SoftPasskey()
    make_passkey(clerk.user, soft)
    client.post("/verwaltung/anmelden/", {"email": ADDRESS, "password": PASSWORD})
    asked = json.loads(client.get("/verwaltung/anmelden/bestaetigen/passkey/abfrage/").content)
    path = "/verwaltung/anmelden/bestaetigen/passkey/"
    assert client.post(path, {"credential": "{}"})["Location"] == "/verwaltung/anmelden/bestaetigen/"
    assert not is_signed_in(client)
    assert client.post(path, {"credential": soft.sign(asked)})["Location"] == "/verwaltung/"
    assert is_signed_in(client)


@pytest.mark.parametrize("answer_to", [OPTIONS, "/anmelden/passkey/abfrage/"])
@pytest.mark.parametrize("sent_to", [SEND, "/anmelden/passkey/"])
@pytest.mark.parametrize("owner", ["member", "customer"])
def test_passkeys_and_their_answers_are_good_on_their_own_site_only(
    client: Client, clerk: StaffMember, owner: str, answer_to: str, sent_to: str
) -> None:
    soft = SoftPasskey()
    make_passkey(clerk.user if owner == "member" else make_user(make_customer()), soft)
    asked = json.loads(client.get(answer_to).content)
    before = snapshot(but=[])
    location = client.post(sent_to, {"credential": soft.sign(asked)})["Location"]
    own = {
        "member": ("/verwaltung/anmelden/passkey/", OPTIONS),
        "customer": ("/anmelden/passkey/", "/anmelden/passkey/abfrage/"),
    }
    if (sent_to, answer_to) == own[owner]:
        assert location in {"/", "/verwaltung/"}
    else:
        assert location in {"/anmelden/", "/verwaltung/anmelden/"}
        assert Passkey.objects.get().last_used_at is None
        assert {name for name, rows in snapshot().items() if rows != before[name]} <= {
            "identity.AttemptCounter",
            "sessions.Session",
        }


def test_passkeys_belong_to_the_host_of_the_back_office(
    client: Client, clerk: StaffMember, settings: Settings
) -> None:
    settings.STAFF_HOST, settings.STAFF_BASE_URL = "amt.localhost", "http://amt.localhost"
    settings.ALLOWED_HOSTS = ["amt.localhost"]
    soft = SoftPasskey()
    make_passkey(clerk.user, soft)
    headers = {"host": "amt.localhost"}
    asked = json.loads(client.get(OPTIONS, headers=headers).content)
    assert asked["publicKey"]["rpId"] == "amt.localhost"
    assert (
        client.post(SEND, {"credential": soft.sign(asked)}, headers=headers)["Location"]
        == "/verwaltung/anmelden/"
    )
    soft.host, soft.origin = "amt.localhost", "http://amt.localhost"
    asked = json.loads(client.get(OPTIONS, headers=headers).content)
    assert client.post(SEND, {"credential": soft.sign(asked)}, headers=headers)["Location"] == "/verwaltung/"
