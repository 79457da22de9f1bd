"""``kundenportal create_staff``: from an empty installation to somebody who is signed in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import StaffMember, User
from tests.snapshot import snapshot
from tests.staff import ADDRESS, make_member

pytestmark = pytest.mark.django_db


def create_staff(*arguments: str) -> str:
    output = StringIO()
    call_command("create_staff", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("clerk", "clerk"),
        ("supervisor", "supervisor"),
        ("technician", "technician"),
        ("read-only", "read-only"),
        ("Sachbearbeitung", "clerk"),
        ("LESEN", "read-only"),
    ],
)
def test_it_prints_a_link_that_opens(client: Client, word: str, role: str) -> None:
    printed = create_staff(ADDRESS, "--role", word)
    link = printed.splitlines()[-1]
    assert link.startswith("http://localhost:8000/verwaltung/zugang/")
    assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    assert StaffMember.objects.get().role == role
    assert AuditEntry.objects.get().actor == "system"


def test_it_closes_an_access() -> None:
    make_member()
    assert "is closed" in create_staff(ADDRESS, "--disable")
    assert not User.objects.get().is_active


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((ADDRESS,), "required"),
        ((ADDRESS, "--role", "boss"), "boss"),
        ((ADDRESS, "--role", "clerk", "--disable"), "not allowed"),
        (("huber", "--role", "clerk"), "no e-mail address"),
        ((ADDRESS, "--disable"), "nobody who works here"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(arguments: tuple[str, ...], reason: str) -> None:
    before = snapshot()
    with pytest.raises(CommandError, match=reason):
        create_staff(*arguments)
    assert snapshot() == before
