"""Every address of the back office × every role: what the table in ``roles.py`` says, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice import urls
from kundenportal.backoffice.navigation import NAVIGATION
from kundenportal.backoffice.roles import ROLES, Permission, Role
from kundenportal.identity.models import SignedInDevice, StaffMember
from tests.make import make_customer, make_user
from tests.personas import sign_in
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

pytestmark = pytest.mark.any_database

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
ADDRESSES = {each.name: each for each in urls.urlpatterns if isinstance(each, URLPattern) and each.name}
GUARDED = sorted(name for name, each in ADDRESSES.items() if hasattr(each.callback, "permission"))
PAGE = Path(__file__).parents[2] / "docs" / "backoffice.md"

ARGUMENTS: dict[str, str] = {
    "form_id": "7KQ2M4P",
    "token": "x" * 27,
    "reference": "V-2026-999999",
    "file_id": "7KQ2M4P7KQ2M",
    "member_id": "999999",
    "campaign_id": "999999",
    "card_file_id": "999999",
    "chart": "zugaenge",
    "slug": "0999999-1",
    "page": "vs/7KQ2M4P/",
    "passkey_id": "7KQ2M4P",
    "batch_id": "999999",
    "mail_id": "999999",
    "waiting_id": "999999",
    "document_id": "7KQ2M4P7KQ2M",
    "section": "stammdaten",
    "delivery_id": "999999",
    "language": "de",
    "text": "impressum",
    "kind": "password_changed",
    "number": "999999",
}
"""Something for every argument that an address may have; it need not exist."""


def path_of(name: str) -> str:
    arguments = ADDRESSES[name].pattern.converters
    return reverse(f"backoffice:{name}", kwargs={key: ARGUMENTS[key] for key in arguments})


def permission_of(name: str) -> Permission:
    permission: Permission = ADDRESSES[name].callback.permission  # type: ignore[attr-defined]
    return permission


def test_every_view_names_its_permission_or_is_for_visitors() -> None:
    namespace = get_resolver().namespace_dict["backoffice"][1]
    assert len(namespace.url_patterns) == len(ADDRESSES)
    for name, each in ADDRESSES.items():
        is_open = getattr(each.callback, "is_for_visitors", False)
        has_permission = isinstance(getattr(each.callback, "permission", None), Permission)
        assert is_open != has_permission, name


def test_the_doors_are_few() -> None:
    doors = {name for name, each in ADDRESSES.items() if hasattr(each.callback, "is_for_visitors")}
    assert {name.split("_")[0] for name in doors} == {"sign", "confirm", "access"}


def test_the_table_has_every_permission_and_every_role() -> None:
    assert set(ROLES) == set(Permission)
    assert all(roles <= set(Role) for roles in ROLES.values())
    assert set().union(*ROLES.values()) == set(Role)


def test_the_documentation_shows_the_table() -> None:
    with translation.override("de"):
        head = f"| | {' | '.join(str(role.label) for role in Role)} |"
        rows = [
            f"| {permission.value} | {' | '.join('ja' if role in ROLES[permission] else '–' for role in Role)} |"
            for permission in Permission
        ]
    assert "\n".join([head, "|---|" + "---|" * len(Role), *rows]) in PAGE.read_text(encoding="utf-8")


def statuses(member: StaffMember, name: str) -> Iterator[tuple[str, int]]:
    """Open an address as a member with every method, and yield each method with what was answered."""
    for method in METHODS:
        client = Client(raise_request_exception=False)
        sign_in_member(client, member)
        response = getattr(client, method)(path_of(name))
        if response.streaming:
            list(response)
        yield method, response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_what_the_table_does_not_give(role: Role) -> None:
    member = make_member(role)
    before = snapshot(but=[Session, SignedInDevice])
    for name in GUARDED:
        if role not in ROLES[permission_of(name)]:
            for method, status in statuses(member, name):
                assert status in {403, 405}, f"{method} {name}: {status}"
    assert snapshot(but=[Session, SignedInDevice]) == before


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_the_table_gives(role: Role) -> None:
    member = make_member(role)
    for name in GUARDED:
        if role in ROLES[permission_of(name)]:
            for method, status in statuses(member, name):
                assert status not in {403, 500}, f"{method} {name}: {status}"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["visitor", "customer", "closed access"])
def test_nobody_else_opens_anything(who: str) -> None:
    client = Client()
    if who == "customer":
        sign_in(client, make_user(make_customer()))
    if who == "closed access":
        member = make_member()
        sign_in_member(client, member)
        member.user.is_active = False
        member.user.save()
    before = snapshot(but=[Session])
    for name in GUARDED:
        for method in METHODS:
            response = getattr(client, method)(path_of(name))
            if response.status_code != 405:
                assert response.status_code == 303, f"{method} {name}"
                assert response["Location"].startswith("/verwaltung/anmelden/?weiter="), f"{method} {name}"
    assert snapshot(but=[Session]) == before
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_navigation_shows_what_a_role_may_open(client: Client, role: Role) -> None:
    member = make_member(role)
    sign_in_member(client, member)
    page = client.get("/verwaltung/mein-zugang/").text
    for item in NAVIGATION:
        path = reverse(f"backoffice:{item.key}")
        is_there = role in ROLES[item.permission] and not (item.unless and role in ROLES[item.unless])
        assert (f'href="{path}"' in page) == is_there
    assert client.get("/verwaltung/", follow=True).status_code == 200


@pytest.mark.django_db
def test_pages_are_kept_nowhere(client: Client) -> None:
    sign_in_member(client, make_member())
    for name in ADDRESSES:
        response = client.get(path_of(name))
        if response.status_code not in {404, 405}:
            assert "no-store" in response["Cache-Control"], name
