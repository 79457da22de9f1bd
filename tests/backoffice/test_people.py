"""``/verwaltung/personen/``: giving accesses, changing and ending them, by nobody for himself."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import StaffMember, User
from kundenportal.identity.staff.members import take_access_away
from tests.make import NOW, PASSWORD, make_customer, make_user
from tests.snapshot import snapshot
from tests.staff import give_app, make_member, sign_in_member

PEOPLE = "/verwaltung/personen/"
NEW = f"{PEOPLE}neu/"
CORRECT = {"email": "kern@stadtwerke.example", "role": "clerk", "current_password": PASSWORD}
ACTS = ("rolle/", "neuer-link/", "schliessen/")

Role = StaffMember.Role


@pytest.fixture
def supervisor(noon: None, db: None) -> StaffMember:
    return make_member(Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def office(client: Client, supervisor: StaffMember) -> Client:
    """A browser in which Herr Maier is signed in."""
    sign_in_member(client, supervisor)
    return client


def path_of(member: StaffMember, act: str) -> str:
    return f"{PEOPLE}{member.pk}/{act}"


def link_in(page: str) -> str:
    found = re.search(r'id="zugangslink">http://localhost:8000(/verwaltung/zugang/[^<]+)<', page)
    assert found
    return found[1]


def rows_in(page: str) -> list[str]:
    """Return what the rows of the list say."""
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", page, re.DOTALL)[1:]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


def test_the_list_says_who_works_here_and_how_he_signs_in(office: Client, clerk: StaffMember) -> None:
    give_app(clerk)
    make_member(Role.READER, email="lesen@stadtwerke.example", name="Frau Auer")
    take_access_away(email="lesen@stadtwerke.example", actor="system", now=NOW)
    office.post(NEW, CORRECT)
    new, huber, maier, auer = rows_in(office.get(PEOPLE).text)
    assert new.startswith(
        "kern@stadtwerke.example Sachbearbeitung noch nicht eingerichtet Link offen bis 23.11."
    )
    assert huber.startswith("Frau Huber huber@stadtwerke.example Sachbearbeitung Authenticator-App Rolle")
    assert maier.endswith("Das sind Sie.")
    assert "geschlossen" in auer
    assert "Schließen" not in auer


def test_the_list_takes_as_many_queries_for_one_as_for_twenty(
    office: Client, clerk: StaffMember, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office.get(PEOPLE)
    with django_assert_num_queries(3):
        office.get(PEOPLE)
    for number in range(18):
        make_member(email=f"{number}@stadtwerke.example", name=f"Person {number}")
    with django_assert_num_queries(3):
        assert "Person 17" in office.get(PEOPLE).text


def test_an_access_is_given_and_its_link_shown_once(office: Client, supervisor: StaffMember) -> None:
    page = office.post(NEW, CORRECT)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    link = link_in(page.text)
    assert link.split("/")[-2] not in str(snapshot())
    member = StaffMember.objects.get(user__email="kern@stadtwerke.example")
    assert (member.role, member.user.is_staff, member.user.has_usable_password()) == ("clerk", True, False)
    entry = AuditEntry.objects.get(action="staff.access_given")
    assert (entry.actor, entry.subject) == (supervisor.user.actor, member.user.actor)
    assert Client().get(link).status_code == 200


def test_the_link_leads_to_the_back_office_s_own_host(office: Client, settings: Settings) -> None:
    settings.STAFF_BASE_URL = "https://verwaltung.stadtwerke.example"
    assert "https://verwaltung.stadtwerke.example/verwaltung/zugang/" in office.post(NEW, CORRECT).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": ""}, "Bitte geben Sie die E-Mail-Adresse der Person ein."),
        ({"email": "kern"}, "In der E-Mail-Adresse fehlt das @-Zeichen"),
        ({"email": "kern@@x"}, "An „kern@@x“ können wir nicht schreiben."),
        ({"email": "MAIER@stadtwerke.example"}, "Unter dieser Adresse gibt es schon einen Zugang."),
        ({"role": ""}, "Bitte wählen Sie eine Rolle."),
        ({"role": "king"}, "Bitte wählen Sie eine der Rollen."),
        ({"current_password": ""}, "Bitte geben Sie Ihr Passwort ein."),
        ({"current_password": "falsch"}, "Das Passwort stimmt nicht."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_gets_an_access(
    office: Client, fields: dict[str, str], said: str
) -> None:
    page = office.post(NEW, CORRECT | fields)
    assert page.status_code == 422
    assert said in page.text
    assert StaffMember.objects.count() == 1
    assert page.context["form"]["email"].value() == (CORRECT | fields)["email"]


def test_a_customer_of_the_same_address_stays_a_customer(office: Client) -> None:
    customer = make_user(make_customer(), email=CORRECT["email"])
    assert office.post(NEW, CORRECT).status_code == 200
    assert not User.objects.get(pk=customer.pk).is_staff


def test_a_role_is_changed_and_holds_at_once(
    office: Client, supervisor: StaffMember, clerk: StaffMember
) -> None:
    desk = Client()
    sign_in_member(desk, clerk)
    assert desk.get("/verwaltung/eingang/plausible/").status_code == 200
    response = office.post(path_of(clerk, "rolle/"), {"role": "read-only", "current_password": PASSWORD})
    assert (response.status_code, response["Location"]) == (303, PEOPLE)
    assert "Frau Huber hat jetzt die Rolle „Lesen“." in office.get(PEOPLE).text
    assert desk.get("/verwaltung/eingang/plausible/").status_code == 403
    entry = AuditEntry.objects.get(action="staff.role_changed")
    assert (entry.actor, entry.details) == (supervisor.user.actor, {"role": "read-only", "was": "clerk"})


def test_a_new_link_replaces_what_was_lost_and_leaves_the_role(office: Client, clerk: StaffMember) -> None:
    page = office.post(path_of(clerk, "neuer-link/"), {"current_password": PASSWORD})
    assert Client().get(link_in(page.text)).status_code == 200
    clerk.refresh_from_db()
    assert clerk.role == "clerk"


def test_an_access_is_closed_at_once_and_opened_by_a_new_link(office: Client, clerk: StaffMember) -> None:
    desk = Client()
    sign_in_member(desk, clerk)
    office.post(path_of(clerk, "schliessen/"), {"current_password": PASSWORD})
    assert "Der Zugang von Frau Huber ist geschlossen." in office.get(PEOPLE).text
    assert desk.get("/verwaltung/mein-zugang/").status_code == 303
    page = office.post(path_of(clerk, "neuer-link/"), {"current_password": PASSWORD})
    assert Client().get(link_in(page.text)).status_code == 200


@pytest.mark.parametrize("act", ACTS)
def test_without_the_own_password_nothing_happens(office: Client, clerk: StaffMember, act: str) -> None:
    assert office.get(path_of(clerk, act)).status_code == 200
    kept = list(StaffMember.objects.values_list("role", "user__is_active"))
    response = office.post(path_of(clerk, act), {"role": "supervisor", "current_password": "falsch"})
    assert response.status_code == 422
    assert "Das Passwort stimmt nicht." in response.text
    assert list(StaffMember.objects.values_list("role", "user__is_active")) == kept
    assert not AuditEntry.objects.filter(action__startswith="staff.").exists()


@pytest.mark.parametrize("act", ACTS)
def test_nobody_changes_his_own_access(office: Client, supervisor: StaffMember, act: str) -> None:
    before = snapshot()
    fields = {"role": "clerk", "current_password": PASSWORD}
    assert office.post(path_of(supervisor, act), fields).status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize("act", ACTS)
def test_a_clerk_changes_nobody_s_access(desk: Client, supervisor: StaffMember, act: str) -> None:
    before = snapshot()
    fields = {"role": "clerk", "current_password": PASSWORD}
    assert desk.post(path_of(supervisor, act), fields).status_code == 403
    assert snapshot() == before


def test_guessing_the_password_ends_the_session(office: Client, clerk: StaffMember) -> None:
    for _ in range(9):
        office.post(path_of(clerk, "schliessen/"), {"current_password": "falsch"})
    last = office.post(path_of(clerk, "schliessen/"), {"current_password": "falsch"})
    assert last["Location"] == "/verwaltung/anmelden/"
    assert office.get(PEOPLE).status_code == 303
    assert User.objects.get(pk=clerk.pk).is_active


def test_a_form_of_a_stranger_s_page_is_refused(supervisor: StaffMember, clerk: StaffMember) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in_member(browser, supervisor)
    before = snapshot()
    response = browser.post(path_of(clerk, "schliessen/"), {"current_password": PASSWORD})
    assert response.status_code == 403
    assert snapshot() == before
