"""``kundenportal remove_second_factors``: the way back for who lost every device and every code."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.models import User
from kundenportal.mailing.models import OutgoingMail
from tests.make import make_customer, make_passkey, make_user
from tests.personas import sign_in
from tests.second_factors import add_app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return make_user(make_customer(customer_number="0014026/1", contact_email="kontakt@beispiel.de"))


def test_every_factor_goes_with_the_sessions_and_everybody_is_told(user: User, capsys) -> None:
    add_app(user)
    make_passkey(user)
    thief = Client()
    sign_in(thief, user)
    OutgoingMail.objects.all().delete()
    call_command("remove_second_factors", "14026")
    assert (factors_of(user).count, factors_of(user).codes_left) == (0, 0)
    assert thief.get("/konto/").status_code == 303
    assert {mail.recipient for mail in OutgoingMail.objects.filter(kind="factor_removed")} == {
        "m.bauer@beispiel.de",
        "kontakt@beispiel.de",
    }
    assert AuditEntry.objects.get(action="factors.removed_by_utility").actor == "system"
    assert "Removed 2 of 0014026/1" in capsys.readouterr().out


def test_the_factors_of_another_login_stay(user: User) -> None:
    other = make_user(make_customer(customer_number="0055555/1"), email="andere@beispiel.de")
    make_passkey(other)
    add_app(user)
    call_command("remove_second_factors", "0014026/1")
    assert factors_of(other).count == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [("14026", "has no second factor"), ("99999", "no login has"), ("Bauer", "no login has")],
)
def test_what_cannot_be_removed_is_told(user: User, number: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("remove_second_factors", number)
    assert not OutgoingMail.objects.exists()
