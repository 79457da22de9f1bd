"""Forms that carry more fields than they show: nothing but what they show is changed (security.md A20)."""

import pytest
from django.apps import apps
from django.test import Client

from kundenportal.identity.models import User
from kundenportal.linking.models import Registration
from tests.make import PASSWORD, Household
from tests.personas import sign_in

EVERY_FIELD = {
    field.attname: "1"
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if model._meta.app_label in {"identity", "linking", "customers", "metering", "submissions"}
}


def test_a_registration_takes_its_three_fields_only(client: Client, db: None) -> None:
    shown = {"customer_number": "14026", "name": "Michael Bauer", "email": "m.bauer@beispiel.de"}
    assert client.post("/registrieren/", EVERY_FIELD | shown).status_code == 303
    registration = Registration.objects.get()
    assert (registration.status, registration.user, registration.secret) == ("received", None, None)
    assert (registration.start_password, registration.proof_failures) == ("", 0)


@pytest.mark.parametrize(
    ("path", "shown", "changed"),
    [
        (
            "/konto/email/",
            {"email": "neu@beispiel.de", "email_repeat": "neu@beispiel.de", "current_password": PASSWORD},
            set(),
        ),
        (
            "/konto/passwort/",
            {
                "current_password": PASSWORD,
                "password": "Regal Mond Kutsche Quark",
                "password_repeat": "Regal Mond Kutsche Quark",
            },
            {"password", "password_changed_at"},
        ),
    ],
)
def test_a_login_changes_in_what_the_page_is_about_only(
    client: Client, household: Household, path: str, shown: dict[str, str], changed: set[str]
) -> None:
    sign_in(client, household.user)
    before = User.objects.values().get()
    assert client.post(path, EVERY_FIELD | shown).status_code == 303
    after = User.objects.values().get()
    assert {name for name in after if after[name] != before[name]} == changed
