"""Addresses with a NUL: 404, on both databases."""

import pytest
from django.test import Client

from tests.make import make_premise, make_user
from tests.personas import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/konto/fortsetzen/%00/",
        "/vs/%00/",
        "/vs/{premise}/zaehlerstaende/pruefen/?entwurf=%00",
        "/vs/{premise}/zaehlerstaende/gesendet/V-2026-%00/",
        "/passwort-neu/%00/",
    ],
)
def test_an_address_with_a_nul_is_not_found(client: Client, address: str) -> None:
    premise = make_premise()
    sign_in(client, make_user(premise.customer))
    response = client.get(address.format(premise=premise.public_id))
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht." in response.content.decode()
