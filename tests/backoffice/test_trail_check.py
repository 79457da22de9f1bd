"""``/verwaltung/protokoll/pruefen/``: checking the chain of the audit trail."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry, TrailCheck
from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.services import record
from kundenportal.audit.trail_checks import go_on_with_checks
from kundenportal.identity.models import StaffMember
from tests.make import NOW
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

CHECK = "/verwaltung/protokoll/pruefen/"
Role = StaffMember.Role


@pytest.fixture
def office(client: Client, noon: None, db: None, settings: Settings, tmp_path: Path) -> Client:
    """A browser in which Frau Kern, who runs the portal, is signed in; three entries are sealed."""
    settings.DATA_DIR = tmp_path
    sign_in_member(client, make_member(Role.TECHNICIAN, name="Frau Kern"))
    for number in range(3):
        record("language.chosen", actor=f"user:{number}", now=NOW)
    seal_entries(NOW)
    return client


def test_a_whole_chain_is_told_so_with_who_asked_and_when(office: Client) -> None:
    assert "Noch keine." in office.get(CHECK).text
    answer = office.post(CHECK)
    assert (answer.status_code, answer["Location"]) == (303, CHECK)
    page = office.get(CHECK).text
    assert "3 Einträge, alle unversehrt" in page
    assert "Frau Kern, 22.11.2026, 12:00 Uhr" in page
    assert "1 war noch nicht versiegelt" in page


def test_what_is_broken_is_named(office: Client) -> None:
    AuditEntry.objects.filter(number=2).update(actor="user:999")
    office.post(CHECK)
    page = office.get(CHECK).text
    assert "Eintrag 2 der Kette" in page
    assert "wurde verändert oder nicht vom Portal geschrieben" in page
    assert "unversehrt" not in page


def test_a_long_check_shows_how_far_it_is_and_goes_on_in_the_job_runner(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kundenportal.audit.verification.AT_A_TIME", 1)
    monkeypatch.setattr("kundenportal.backoffice.views.trail_check._SECONDS_AT_ONCE", 0)
    office.post(CHECK)
    go_on_with_checks(NOW, seconds=0)
    TrailCheck.objects.update(number=1, seal=AuditEntry.objects.get(number=1).seal)
    page = office.get(CHECK).text
    assert "Läuft: 1 von 3 Einträgen (33 %)" in page
    assert "data-live-on" in page
    assert "Stand neu laden" in page
    assert "Kette prüfen</button>" not in page
    before = TrailCheck.objects.count()
    office.post(CHECK)
    assert TrailCheck.objects.count() == before
    go_on_with_checks(NOW)
    page = office.get(CHECK).text
    assert "3 Einträge, alle unversehrt" in page
    assert "data-live-on" not in page


def test_the_page_takes_as_many_queries_for_one_check_as_for_ten(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office.post(CHECK)
    with django_assert_max_num_queries(8) as few:
        office.get(CHECK)
    for _ in range(9):
        office.post(CHECK)
    with django_assert_max_num_queries(8) as many:
        office.get(CHECK)
    assert len(few) == len(many)


@pytest.mark.parametrize("role", [Role.CLERK, Role.READER])
def test_others_check_nothing(client: Client, noon: None, db: None, role: Role) -> None:
    sign_in_member(client, make_member(role))
    before = snapshot()
    assert client.post(CHECK).status_code == client.get(CHECK).status_code == 403
    assert snapshot() == before
