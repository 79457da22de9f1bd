"""``/verwaltung/ansicht/``: staff see the customer site as a customer sees it, and write nothing (ADR 14)."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice import viewing as mechanism
from kundenportal.backoffice.viewing import SHOWN, WriteRefused, nothing_written
from kundenportal.config.jobs import JOBS
from kundenportal.contact.models import ContactMessage, ContactThread
from kundenportal.core.modules import Modules
from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.identity.models import StaffMember
from kundenportal.linking.models import AccountLink, Viewing
from tests.contact import answer, send_message
from tests.make import NOW, Household, make_customer, make_document, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.conftest import household  # noqa: F401
from tests.selfservice.document_pages import content_of
from tests.selfservice.test_access_matrix import MATRIX, Victim, victim  # noqa: F401
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

SITE = "/verwaltung/ansicht"
END = "/verwaltung/ansicht-beenden/"
REASON = {"reason": "call", "remark": "Frage zur Jahresrechnung 2026"}

pytestmark = pytest.mark.django_db


def start_path(customer: Customer) -> str:
    return f"/verwaltung/kunden/{customer.slug}/ansehen/"


@pytest.fixture
def household_seen(desk: Client, household: Household) -> Household:  # noqa: F811
    """The household whose pages Frau Huber sees."""
    assert desk.post(start_path(household.customer), REASON)["Location"] == f"{SITE}/"
    return household


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=f"customer.{action}").order_by("pk"))


@pytest.mark.django_db(transaction=True)
def test_looking_at_everything_changes_nothing(desk: Client, victim: Victim) -> None:  # noqa: F811
    desk.post(start_path(victim.household.customer), REASON)
    written = [Session, AuditEntry]
    before = snapshot(but=written)
    customers_sessions = Session.objects.filter(device__user=victim.household.user)
    sessions = list(customers_sessions.values())
    shown, paths = set(), set()
    for name in MATRIX:
        path = SITE + victim.path(name)
        response = desk.get(path)
        content = content_of(response)
        if name.removeprefix("selfservice:") not in SHOWN:
            assert response.status_code == 404, name
            continue
        shown.add(name)
        paths.add(victim.path(name).partition("?")[0])
        assert response.status_code in {200, 302, 303}, name
        is_page = response["Content-Type"].startswith("text/html") and content
        assert not is_page or b"Sie sehen das Portal als Michael Bauer, 0014026/1" in content, name
        for method in ("options", "post", "put", "patch", "delete"):
            assert getattr(desk, method)(path).status_code == 405, f"{method} {name}"
    assert len(shown) == len(SHOWN)
    assert snapshot(but=written) == before
    assert list(customers_sessions.values()) == sessions
    assert {each.details["path"] for each in entries("viewed_as")} == paths


@pytest.mark.django_db(transaction=True)
def test_links_stay_in_the_viewing(desk: Client, victim: Victim) -> None:  # noqa: F811
    desk.post(start_path(victim.household.customer), REASON)
    for name in ("home", "documents", "readings", "account", "selection", "help"):
        page = desk.get(SITE + victim.path(f"selfservice:{name}")).text
        assert f'href="{SITE}/' in page
        assert 'href="/vs/' not in page
        assert 'href="/konto/' not in page


def test_other_customers_are_not_there(desk: Client, household_seen: Household) -> None:
    neighbour = make_customer(last_name="Wagner")
    premise = make_premise(neighbour, street="Gasse")
    make_user(neighbour, email="wagner@beispiel.de")
    document = make_document(neighbour)
    for path in ("", "dokumente/", f"dokumente/{document.public_id}/datei/", "zaehlerstaende/"):
        response = desk.get(f"{SITE}/vs/{premise.public_id}/{path}")
        assert response.status_code == 404
        assert "Gasse" not in response.text
    own = f"{SITE}/vs/{household_seen.premise.public_id}/dokumente/{document.public_id}/"
    assert desk.get(own).status_code == 404


def test_start_pages_and_end_are_written_down(
    desk: Client, clerk: StaffMember, household_seen: Household
) -> None:
    premise = household_seen.premise.public_id
    desk.get(f"{SITE}/vs/{premise}/dokumente/?suche=krank")
    assert desk.post(END)["Location"] == "/verwaltung/kunden/0014026-1/"
    (viewing,) = Viewing.objects.all()
    assert (viewing.user, viewing.viewed_by, viewing.ended_at) == (household_seen.user, clerk, NOW)
    told = AuditEntry.objects.filter(subject=f"viewing:{viewing.pk}").order_by("pk")
    assert [(each.action, each.details.get("path")) for each in told] == [
        ("customer.viewing_started", None),
        ("customer.viewed_as", f"/vs/{premise}/dokumente/"),
        ("customer.viewing_ended", None),
    ]
    assert {each.actor for each in told} == {clerk.user.actor}
    assert {each.customer_id for each in told} == {household_seen.customer.pk}
    assert told[0].details == REASON
    assert desk.get(f"{SITE}/vs/{premise}/").status_code == 410


def test_it_ends_after_15_minutes_even_for_somebody_busy(desk: Client, household_seen: Household) -> None:
    path = f"{SITE}/vs/{household_seen.premise.public_id}/"
    with time_machine.travel(NOW + dt.timedelta(minutes=14, seconds=30), tick=False):
        assert "Noch 1 Minute, bis 12:15 Uhr." in desk.get(path).text
    with time_machine.travel(NOW + dt.timedelta(minutes=15), tick=False):
        assert desk.get(path).status_code == 410
        assert len(entries("viewed_as")) == 1


def test_the_end_of_an_overdue_viewing_is_written_once(desk: Client, household_seen: Household) -> None:
    (job,) = [each for each in JOBS if each.name == "viewings"]
    assert job.run(NOW) == 0
    later = NOW + dt.timedelta(minutes=16)
    assert (job.run(later), job.run(later)) == (1, 0)
    assert [each.actor for each in entries("viewing_ended")] == ["system"]
    assert Viewing.objects.get().ended_at == NOW + dt.timedelta(minutes=15)


def test_it_ends_with_the_staff_session(desk: Client, clerk: StaffMember, household_seen: Household) -> None:
    desk.post("/verwaltung/abmelden/")
    assert len(entries("viewing_ended")) == 1
    sign_in_member(desk, clerk)
    assert desk.get(f"{SITE}/").status_code == 410


def test_neither_a_colleague_nor_another_browser_has_it(
    clerk: StaffMember, household_seen: Household
) -> None:
    for member in (clerk, make_member(email="kern@stadtwerke.example", name="Frau Kern")):
        browser = Client()
        sign_in_member(browser, member)
        assert browser.get(f"{SITE}/").status_code == 410
    assert Viewing.objects.get().ended_at is None
    assert not entries("viewed_as")


def test_the_id_of_a_colleagues_viewing_opens_nothing(desk: Client, household_seen: Household) -> None:
    viewing = Viewing.objects.get()
    viewing.viewed_by = make_member(email="kern@stadtwerke.example", name="Frau Kern")
    viewing.save()
    assert desk.get(f"{SITE}/").status_code == 410


def test_one_viewing_at_a_time(desk: Client, household_seen: Household) -> None:
    other = make_customer(last_name="Wagner")
    premise = make_premise(other, street="Gasse")
    make_user(other, email="wagner@beispiel.de")
    desk.post(start_path(other), REASON)
    assert len(entries("viewing_ended")) == 1
    assert desk.get(f"{SITE}/vs/{premise.public_id}/").status_code == 200
    assert desk.get(f"{SITE}/vs/{household_seen.premise.public_id}/").status_code == 404


def test_a_page_stands_in_the_trail_of_the_customer_it_shows(desk: Client, household_seen: Household) -> None:
    second = make_customer(customer_number="0010224/1", last_name="Weber")
    premise = make_premise(second, street="Gasse")
    AccountLink.objects.create(
        user=household_seen.user, customer=second, proof=AccountLink.Proof.MAILBOX, created_at=NOW
    )
    assert desk.get(f"{SITE}/vs/{premise.public_id}/").status_code == 200
    assert [each.customer_id for each in entries("viewed_as")] == [second.pk]
    desk.get(f"{SITE}/auswahl/")
    assert {each.customer_id for each in entries("viewed_as")[1:]} == {second.pk, household_seen.customer.pk}


def test_mandates_stay_closed(desk: Client, household_seen: Household) -> None:
    mandate = make_document(household_seen.customer)
    Document.objects.update(kind=Document.Kind.MANDATE)
    path = f"{SITE}/vs/{household_seen.premise.public_id}/dokumente/{mandate.public_id}/"
    for page in ("", "datei/", "seite/1/"):
        assert desk.get(path + page).status_code == 404


def test_what_the_utility_does_without_is_not_there_either(
    desk: Client, household_seen: Household, settings: Settings
) -> None:
    path = f"{SITE}/vs/{household_seen.premise.public_id}/verbrauch/"
    assert desk.get(path).status_code == 200
    settings.UTILITY = replace(settings.UTILITY, modules=Modules(consumption=False))
    assert desk.get(path).status_code == 404


def test_the_browsers_own_customer_session_is_left_alone(desk: Client, household_seen: Household) -> None:
    neighbour = make_customer(last_name="Wagner")
    premise = make_premise(neighbour, street="Gasse")
    key = sign_in(desk, make_user(neighbour, email="wagner@beispiel.de"))
    before = Session.objects.filter(pk=key).values().get()
    assert desk.get(f"{SITE}/vs/{premise.public_id}/").status_code == 404
    assert desk.get(f"{SITE}/vs/{household_seen.premise.public_id}/").status_code == 200
    assert Session.objects.filter(pk=key).values().get() == before


def test_a_customers_session_opens_no_viewing(client: Client, household: Household) -> None:  # noqa: F811
    sign_in(client, household.user)
    response = client.get(f"{SITE}/vs/{household.premise.public_id}/")
    assert response["Location"].startswith("/verwaltung/anmelden/")


def test_documents_and_answers_stay_unread(desk: Client, household_seen: Household) -> None:
    document = make_document(household_seen.customer)
    message = send_message(household_seen)
    answer(ContactThread.objects.get())
    path = f"{SITE}/vs/{household_seen.premise.public_id}"
    assert desk.get(f"{path}/dokumente/{document.public_id}/").status_code == 200
    content_of(desk.get(f"{path}/dokumente/{document.public_id}/datei/"))
    assert "Gute Reise!" in desk.get(f"{path}/nachrichten/{message.reference}/").text
    assert not DocumentAccess.objects.exists()
    assert ContactMessage.objects.get(author="staff").is_unread


def test_works_on_the_host_of_the_back_office(
    desk: Client, household_seen: Household, settings: Settings
) -> None:
    settings.STAFF_HOST = "verwaltung.example"
    settings.ALLOWED_HOSTS = ["verwaltung.example"]
    path = f"{SITE}/vs/{household_seen.premise.public_id}/"
    page = desk.get(path, headers={"host": "verwaltung.example"})
    assert "Sie sehen das Portal als Michael Bauer, 0014026/1" in page.text


@pytest.mark.django_db(transaction=True)
def test_a_page_that_writes_breaks_and_writes_nothing(
    desk: Client, household_seen: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(request: HttpRequest, **_: object) -> HttpResponse:
        make_customer(last_name="Heimlich")
        return HttpResponse("da")

    found = mechanism.page_at(f"{SITE}/hilfe/")
    found.func = forgetful
    monkeypatch.setattr("kundenportal.backoffice.views.viewing.page_at", lambda path: found)
    before = snapshot(but=[Session, AuditEntry])
    assert desk.get(f"{SITE}/hilfe/").status_code == 404
    assert snapshot(but=[Session, AuditEntry]) == before


@pytest.mark.django_db(transaction=True)
def test_the_database_takes_no_writes_meanwhile() -> None:
    customer = make_customer()
    writes = (make_customer, customer.save, customer.delete, lambda: Customer.objects.update(phone="1"))
    with nothing_written():
        for write in writes:
            with pytest.raises(WriteRefused):
                write()
        assert list(Customer.objects.iterator()) == [customer]
    customer.save()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Bitte wählen Sie einen Grund."),
        ({"reason": "other"}, "Bitte schreiben Sie, worum es geht: Der Kunde liest den Grund."),
        ({"reason": "call", "remark": "x" * 201}, "Das ist zu lang. Bitte fassen Sie es in 200 Zeichen."),
    ],
)
def test_without_a_reason_nothing_opens(
    desk: Client,
    household: Household,  # noqa: F811
    typed: dict[str, str],
    says: str,
) -> None:
    desk.get(start_path(household.customer))
    before = snapshot(but=[Session])
    response = desk.post(start_path(household.customer), typed)
    assert response.status_code == 422
    assert says in response.text
    assert snapshot(but=[Session]) == before
    assert desk.get(f"{SITE}/").status_code == 410


def test_a_number_that_nobody_registered_shows_nothing(desk: Client) -> None:
    customer = make_customer()
    assert "noch niemand registriert" in desk.get(start_path(customer)).text
    assert desk.post(start_path(customer), REASON).status_code == 409
    assert not Viewing.objects.exists()


def test_the_customer_reads_when_and_why_but_not_who(
    client: Client, household_seen: Household, settings: Settings
) -> None:
    own = Client()
    sign_in(own, household_seen.user)
    page = own.get("/konto/datenschutz/").text
    told = "Am 22.11.2026 um 12:00 Uhr hat die Kundenbetreuung Ihr Konto angesehen."
    assert told in page
    assert "Grund: Anruf oder Besuch, Frage zur Jahresrechnung 2026." in page
    assert "Huber" not in page
    settings.SHOW_STAFF_VIEWS = False
    assert told not in own.get("/konto/datenschutz/").text


def test_looking_costs_no_more_than_being_the_customer_but_for_the_record(
    desk: Client, household_seen: Household
) -> None:
    def queries(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    own, path = Client(), f"/vs/{household_seen.premise.public_id}/zaehlerstaende/"
    sign_in(own, household_seen.user)
    queries(own, path)
    # The viewing is looked up and the page written down, in a transaction of their own.
    assert queries(desk, f"{SITE}{path}") <= queries(own, path) + 6
