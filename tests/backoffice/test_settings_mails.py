"""``/verwaltung/einstellungen/mailvorlagen/``: every mail can be looked at, and one sent to oneself."""

import re

import pytest
from django.template import engines
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.mail_samples import sample_mail
from kundenportal.backoffice.mail_words import KINDS
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.kinds import all_kinds
from kundenportal.mailing.messages import TEXT_ENGINE
from kundenportal.mailing.models import OutgoingMail
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

MAILS = "/verwaltung/einstellungen/mailvorlagen/"

Role = StaffMember.Role


@pytest.fixture
def technician(noon: None, db: None) -> StaffMember:
    return make_member(Role.TECHNICIAN, email="technik@stadtwerke.example", name="Herr Voss")


@pytest.fixture
def office(client: Client, technician: StaffMember) -> Client:
    """A browser in which Herr Voss is signed in, who runs the portal."""
    sign_in_member(client, technician)
    return client


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_has_a_preview_that_lacks_nothing(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("django", TEXT_ENGINE):
        monkeypatch.setattr(engines[name].engine, "string_if_invalid", "¡%s!")
    for kind in all_kinds():
        mail = sample_mail(kind.name, language)
        assert not re.findall(r"¡[^!]*!", mail.subject + mail.text + mail.html), kind.name
        assert mail.subject, kind.name


def test_the_list_shows_every_mail(office: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    office.get(MAILS)
    with django_assert_num_queries(2):
        page = office.get(MAILS).text
    for kind in all_kinds():
        assert f'href="{MAILS}{kind.name}/"' in page
        assert f"<small>{KINDS[kind.name]}</small>" in page


def test_a_mail_is_shown_in_both_languages(office: Client) -> None:
    page = office.get(f"{MAILS}reading_received/").text
    assert "Ihr Zählerstand ist angekommen (V-2026-004711)" in page
    assert "24.318" in page
    assert "<html" not in page[20:]
    assert 'lang="en"' in office.get(f"{MAILS}reading_received/?sprache=en").text
    assert 'lang="de"' in office.get(f"{MAILS}reading_received/?sprache=fr").text
    assert office.get(f"{MAILS}nothing/").status_code == 404


def test_a_mail_is_shown_as_it_looks_and_nothing_in_it_runs(office: Client) -> None:
    answer = office.get(f"{MAILS}reading_received/html/")
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert "24.318" in answer.text
    assert office.get(f"{MAILS}nothing/html/").status_code == 404


def test_a_test_mail_goes_to_the_own_address_and_nowhere_else(
    office: Client, technician: StaffMember
) -> None:
    page = office.post(f"{MAILS}test/", {"to": "fremd@beispiel.de"}, follow=True)
    assert "Die Test-E-Mail ist unterwegs an technik@stadtwerke.example." in page.text
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("test_mail", "technik@stadtwerke.example")
    assert AuditEntry.objects.get(action="settings.test_mail_sent").actor == technician.user.actor


def test_after_five_test_mails_there_is_a_pause(office: Client) -> None:
    for _ in range(5):
        office.post(f"{MAILS}test/")
    page = office.post(f"{MAILS}test/", follow=True)
    assert "Sie haben in dieser Stunde schon fünf Test-E-Mails gesendet." in page.text
    assert OutgoingMail.objects.count() == 5


def test_whoever_only_reads_sends_nothing(client: Client, noon: None, db: None) -> None:
    sign_in_member(client, make_member(Role.READER))
    assert "Test-E-Mail senden" not in client.get(MAILS).text
    before = snapshot()
    assert client.post(f"{MAILS}test/").status_code == 403
    assert snapshot() == before
