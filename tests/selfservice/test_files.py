"""``/vs/<id>/dateien/<id>/``: what customers handed in is for nobody but them (security.md A14)."""

import datetime as dt

import pytest
from django.test import Client

from kundenportal.linking.models import AccountLink
from tests.contact import make_upload, send_message
from tests.make import NOW, Household, make_customer, make_premise, make_user
from tests.personas import sign_in

pytestmark = pytest.mark.django_db


def url_of(household: Household, file_id: str) -> str:
    return f"/vs/{household.premise.public_id}/dateien/{file_id}/"


def test_a_file_has_one_address_before_and_after_it_is_sent(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    upload = make_upload(household.user, household.premise, content=b"%PDF-1.7", media_type="application/pdf")
    url = url_of(household, upload.public_id)
    before = client.get(url)
    send_message(household, uploads=[upload])
    for response in (before, client.get(url)):
        assert response.getvalue() == b"%PDF-1.7"
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("attachment; filename")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]


def test_a_waiting_file_is_its_login_s_alone_and_for_an_hour(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    foreign = make_upload(make_user(email="fremd@beispiel.de"), household.premise)
    old = make_upload(household.user, household.premise, now=NOW - dt.timedelta(minutes=60))
    for upload in (foreign, old):
        assert client.get(url_of(household, upload.public_id)).status_code == 404


def test_another_customer_s_file_is_not_found(client: Client, household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    send_message(household, uploads=[upload])
    customer = make_customer()
    own = make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    assert client.get(f"/vs/{own.public_id}/dateien/{upload.public_id}/").status_code == 404
    assert client.get(url_of(household, upload.public_id)).status_code == 404


def test_a_restricted_access_opens_nothing_that_was_written(client: Client, household: Household) -> None:
    sign_in(client, household.user)
    upload = make_upload(household.user, household.premise)
    send_message(household, uploads=[upload])
    AccountLink.objects.update(held_until=NOW + dt.timedelta(hours=1))
    assert client.get(url_of(household, upload.public_id)).status_code == 404


@pytest.mark.parametrize("file_id", ["X", "x" * 500, "..", "%00"])
def test_what_is_no_file_is_not_found(client: Client, household: Household, file_id: str) -> None:
    sign_in(client, household.user)
    assert client.get(f"/vs/{household.premise.public_id}/dateien/{file_id}/").status_code == 404
