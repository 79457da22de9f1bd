"""``/barrierefreiheit/melden/``: a report reaches the utility, and only the utility."""

import dataclasses
import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.core.legal_details import Accessibility
from kundenportal.feedback.models import BarrierReport
from kundenportal.feedback.services import delete_old_reports
from kundenportal.identity.models import AttemptCounter
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, Household
from tests.personas import sign_in
from tests.snapshot import snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("noon")]

URL = "/barrierefreiheit/melden/"
SENT = "/barrierefreiheit/melden/gesendet/"
TYPED = {
    "beschreibung": "Der Knopf hat keinen Namen.",
    "seite": "/hilfe/",
    "email": "Eva@Beispiel.de",
    "key": "k1",
}


def test_the_page_fills_in_where_somebody_comes_from(client: Client) -> None:
    page = client.get(URL, {"seite": "/vs/7KQ2M/abschlag/"}).text

    assert "<h1>Barriere melden</h1>" in page
    assert re.search(r'<input type="text" name="seite" value="/vs/7KQ2M/abschlag/"', page)
    assert "E-Mail (freiwillig)" in page


def test_no_login_is_needed_and_everything_is_stored_once(client: Client) -> None:
    response = client.post(URL, TYPED)

    assert (response.status_code, response.headers["Location"]) == (303, SENT)
    assert "Danke für den Hinweis. Wir antworten innerhalb von 2 Wochen." in client.get(SENT).text
    report = BarrierReport.objects.get()
    assert (report.description, report.page, report.email) == (
        TYPED["beschreibung"],
        "/hilfe/",
        "eva@beispiel.de",
    )
    assert report.received_at == NOW
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == (
        "barrier.reported",
        "visitor",
        f"barrier:{report.pk}",
    )


def test_the_description_alone_is_enough(client: Client) -> None:
    assert client.post(URL, {"beschreibung": "Zu klein."}).status_code == 303
    assert BarrierReport.objects.get().email == ""


def test_the_mail_goes_to_the_utility_and_to_nobody_typed(client: Client, settings: Settings) -> None:
    accessibility = Accessibility(email="barrierefrei@stadtwerke.example")
    settings.UTILITY = dataclasses.replace(settings.UTILITY, accessibility=accessibility)
    client.post(URL, TYPED)

    mail = OutgoingMail.objects.get()
    message = build_message(mail, now=NOW)

    assert mail.recipient == "barrierefrei@stadtwerke.example"
    assert message["To"] == "barrierefrei@stadtwerke.example"
    assert "eva@" not in str(message["Subject"]) + str(message.get("Reply-To", ""))
    for part in ("plain", "html"):
        body = " ".join(message.get_body((part,)).get_content().split())
        for said in (
            "Der Knopf hat keinen Namen.",
            "/hilfe/",
            "eva@beispiel.de",
            "6. Dezember 2026",
            "nicht geprüft",
        ):
            assert said in body


def test_without_an_address_of_its_own_the_utility_s_common_one_is_told(
    client: Client, settings: Settings
) -> None:
    client.post(URL, {"beschreibung": "<b>Zu klein.</b>"})

    message = build_message(OutgoingMail.objects.get(), now=NOW)

    assert message["To"] == settings.UTILITY.email
    assert "&lt;b&gt;Zu klein.&lt;/b&gt;" in message.get_body(("html",)).get_content()
    assert "keine Adresse" in message.get_body(("plain",)).get_content()


def test_the_same_form_twice_is_one_report(client: Client) -> None:
    for _ in range(2):
        assert client.post(URL, TYPED).status_code == 303

    assert BarrierReport.objects.count() == OutgoingMail.objects.count() == AuditEntry.objects.count() == 1


def test_a_customer_keeps_his_navigation_and_is_named_in_the_audit(
    client: Client, household: Household
) -> None:
    sign_in(client, household.user)

    page = client.get(URL)
    client.post(URL, TYPED)

    assert '<nav class="symbole' in page.text
    assert 'aria-current="page"' not in page.text
    assert page.headers["Cache-Control"] == "no-store, private"
    assert AuditEntry.objects.get(action="barrier.reported").actor == f"user:{household.user.pk}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"beschreibung": " "}, "Bitte beschreiben Sie, was nicht geht oder schwer zu verstehen ist."),
        (
            {"beschreibung": "x" * 4003},
            "Die Beschreibung ist 3 Zeichen zu lang. Bitte kürzen Sie sie auf 4000 Zeichen.",
        ),
        (
            {"email": "eva.beispiel.de"},
            "In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de.",
        ),
        ({"email": "eva@beispiel.de\r\nBcc: a@b.example"}, "können wir nicht schreiben."),
        ({"seite": "x" * 301}, "Die Angabe zur Seite ist zu lang. Bitte kürzen Sie sie auf 300 Zeichen."),
    ],
)
def test_a_slip_is_named_and_nothing_typed_is_lost(client: Client, typed: dict[str, str], said: str) -> None:
    before = snapshot()

    response = client.post(URL, TYPED | typed)

    assert response.status_code == 422
    assert said in response.text
    assert "<title>Fehler: Barriere melden – " in response.text
    for value in (TYPED | typed).values():
        assert value.split("\r")[0] in response.text
    assert snapshot() == before


def test_one_place_may_report_five_an_hour(client: Client) -> None:
    for number in range(5):
        assert client.post(URL, TYPED | {"key": str(number)}).status_code == 303
    before = snapshot(but=[AttemptCounter])

    refused = client.post(URL, TYPED | {"key": "6"})

    assert refused.status_code == 429
    assert "Gerade kamen sehr viele Hinweise an." in refused.text
    assert "09872 0000-332" in refused.text
    assert TYPED["beschreibung"] in refused.text
    assert snapshot(but=[AttemptCounter]) == before
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert client.post(URL, TYPED | {"key": "6"}).status_code == 303


def test_a_report_is_forgotten_after_a_year(client: Client) -> None:
    client.post(URL, TYPED)

    assert delete_old_reports(NOW + dt.timedelta(days=365)) == 0
    assert delete_old_reports(NOW + dt.timedelta(days=365, seconds=1)) == 1
    assert not BarrierReport.objects.exists()
