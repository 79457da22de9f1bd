"""``/verwaltung/einstellungen/funktionen/``: what the utility does without."""

import pytest
from django.test import Client
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import StaffMember
from kundenportal.utility_settings.models import SettingsVersion
from tests.make import PASSWORD
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member
from tests.utilities import live_utility

PAGE = "/verwaltung/einstellungen/funktionen/"
ALL = (
    "consumption",
    "documents",
    "advance_payments",
    "addresses",
    "bank_accounts",
    "contact",
    "public_readings",
)

Role = StaffMember.Role


@pytest.fixture(autouse=True)
def _utility(settings: Settings, noon: None, db: None) -> None:
    settings.UTILITY = live_utility({"modules": {"consumption": False}})


def signed_in(client: Client, role: Role = Role.SUPERVISOR) -> Client:
    sign_in_member(client, make_member(role, email="maier@stadtwerke.example", name="Herr Maier"))
    return client


def ticked(*names: str, seen: int = 0, password: str = PASSWORD) -> dict[str, object]:
    """Return what a browser sends: only the boxes that are ticked."""
    return {**{f"modules__{name}": "on" for name in names}, "seen": seen, "current_password": password}


def test_every_function_has_a_box_that_says_what_off_means(client: Client) -> None:
    form = signed_in(client).get(PAGE + "aendern/").context["form"]

    boxes = [field for group in form.groups() for field in group.fields]
    assert {box.name for box in boxes if box.value()} == {f"modules__{name}" for name in ALL[1:]}
    assert all(str(box.help_text).startswith("Aus: ") for box in boxes)
    assert len(boxes) == len(ALL)


def test_switching_off_counts_at_once_and_stands_in_history_and_audit_trail(client: Client) -> None:
    customer = Client()
    assert customer.get("/zaehlerstand-melden/").status_code == 200

    answer = signed_in(client).post(PAGE + "aendern/", ticked(*ALL[:-1]))

    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert customer.get("/zaehlerstand-melden/").status_code == 404
    assert "/zaehlerstand-melden/" not in customer.get("/anmelden/").text
    version = SettingsVersion.objects.get()
    assert version.changes == [["modules.consumption", False, True], ["modules.public_readings", True, False]]
    assert AuditEntry.objects.get(action="settings.changed").subject == "modules"
    page = client.get(PAGE).text
    assert "<del>angeboten</del>" in page
    assert "<ins>abgeschaltet</ins>" in page


def test_going_back_to_the_file_switches_on_again(client: Client) -> None:
    signed_in(client).post(PAGE + "aendern/", ticked())
    assert Client().get("/zaehlerstand-melden/").status_code == 404

    client.post(PAGE + "stand/0/", {"seen": 1, "current_password": PASSWORD})

    assert Client().get("/zaehlerstand-melden/").status_code == 200


def test_a_wrong_password_saves_nothing_and_keeps_the_ticks(client: Client) -> None:
    signed_in(client)
    before = snapshot()["utility_settings.SettingsVersion"]

    answer = client.post(PAGE + "aendern/", ticked("contact", password="falsch"))

    assert answer.status_code == 422
    boxes = [field for group in answer.context["form"].groups() for field in group.fields]
    assert [box.name for box in boxes if box.value()] == ["modules__contact"]
    assert snapshot()["utility_settings.SettingsVersion"] == before


@pytest.mark.parametrize("role", [Role.CLERK, Role.TECHNICIAN, Role.READER])
def test_only_the_supervisor_switches(client: Client, role: Role) -> None:
    signed_in(client, role)

    assert client.post(PAGE + "aendern/", ticked()).status_code == 403
    assert not SettingsVersion.objects.exists()
