"""The demo's utility after it was built."""

import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from kundenportal.banking.models import BankAccount
from kundenportal.banking.proofs import verify_chain
from kundenportal.campaigns.figures import figures_of
from kundenportal.campaigns.models import Campaign
from kundenportal.casework.selectors import proposal_of
from kundenportal.contact.models import Attachment, ContactMessage
from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer
from kundenportal.demo.logins import PASSWORD, READY_LOGINS
from kundenportal.demo.mail_box import list_mails
from kundenportal.demo.staff import STAFF_LOGINS
from kundenportal.demo.without_login import card_path
from kundenportal.documents.models import Document, DocumentBatch, QuarantinedDocument
from kundenportal.erp.models import Delivery
from kundenportal.feedback.models import BarrierReport
from kundenportal.identity.passwords import password_problem
from kundenportal.linking.models import AccountLink
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, PublicReport, ReadingPhoto, SubmittedReading
from kundenportal.metering.rules import NewReading, Plausible
from kundenportal.metering.selectors import meters_to_read
from kundenportal.privacy.consents import given
from kundenportal.submissions.models import Submission, Upload
from tests.make import NOW, TODAY


def test_every_ready_login_can_sign_in(demo: Path) -> None:
    for login in READY_LOGINS:
        client = Client()
        page = client.post("/anmelden/", {"identifier": login.customer_number, "password": login.password})
        assert (page.status_code, page["Location"]) == (303, "/")
        assert client.get("/", follow=True).status_code == 200


def test_the_link_of_a_reading_card_is_shown_and_opens(demo: Path, settings: Settings) -> None:
    settings.DATA_DIR = demo
    path = card_path(demo)
    client = Client()
    assert f'href="{path}"' in client.get("/anmelden/").text
    page = client.get(path).text
    assert "Marktplatz 3" in page
    assert "Köhler" not in page
    assert len(list((demo / "ablesekarten").glob("qr-*.png"))) > 30


def test_documents_are_there_read_new_doubtful_and_recalled(demo: Path) -> None:
    bauer = Client()
    bauer.post("/anmelden/", {"identifier": "0014026/1", "password": PASSWORD})
    page = bauer.get("/", follow=True).text
    assert "Preisinformation zum 1. Januar 2027" in page
    assert "2 neu" in page
    assert Document.objects.filter(customer__customer_number="0014026/1").count() == 6
    recalled = Document.objects.exclude(recalled_at=None).get()
    assert recalled.accesses.get().user == holder_of(recalled.customer)
    mixed_up, scanned = QuarantinedDocument.objects.order_by("pk")
    assert mixed_up.found_numbers == "0013391/1"
    assert (scanned.title, scanned.customer) == ("Scan_0042.pdf", None)
    states = DocumentBatch.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "awaiting_release"]
    subjects = {mail.subject for mail in list_mails(demo / "mail")}
    assert {"Ein neues Dokument liegt für Sie bereit", "Wir haben ein Dokument zurückgezogen"} <= subjects
    assert not OutgoingMail.objects.filter(kind="new_documents", status="waiting").exists()


def test_readings_without_a_login_are_told_of(demo: Path) -> None:
    placements = PublicReport.objects.order_by("pk").values_list("placement", flat=True)
    assert list(placements) == ["unknown_meter", "matched", "unknown_meter"]
    assert SubmittedReading.objects.get(reading_submission__public_report__name="Daniela Roth").check_result
    kinds = {mail.subject.split(" (")[0] for mail in list_mails(demo / "mail")}
    assert "Zählerstand für Ihren Zähler gemeldet" in kinds


def test_who_works_there_signs_in_with_the_code_on_the_page(demo: Path, settings: Settings) -> None:
    settings.DATA_DIR = demo
    with time_machine.travel(NOW, tick=False):
        for login in STAFF_LOGINS:
            client = Client()
            page = client.get("/verwaltung/anmelden/").text
            assert login.email in page
            assert not re.search(r"<dt>\d{3} \d{3}</dt>", page)
            fields = {"email": login.email, "password": login.password}
            page = client.post("/verwaltung/anmelden/", fields, follow=True).text
            code = re.search(rf"<dt>(\d{{3}} \d{{3}})</dt>\s*<dd><b>{login.name}</b>", page)
            assert code
            response = client.post("/verwaltung/anmelden/bestaetigen/", {"code": code[1]})
            assert response["Location"] == "/verwaltung/"


def test_outside_the_demo_no_page_shows_a_code(demo: Path, settings: Settings) -> None:
    settings.DATA_DIR, settings.DEMO = demo, False
    login = STAFF_LOGINS[0]
    client = Client()
    assert login.email not in client.get("/verwaltung/anmelden/").text
    fields = {"email": login.email, "password": login.password}
    page = client.post("/verwaltung/anmelden/", fields, follow=True).text
    assert "Anmeldung bestätigen" in page
    assert not re.search(r"\d{3} \d{3}", page)


def test_submissions_stand_everywhere_they_can(demo: Path) -> None:
    others = Submission.objects.exclude(kind=Submission.Kind.BANK_CHANGE)
    statuses = dict(others.values_list("premise__erp_id", "status").order_by("-pk"))
    assert statuses == {
        "VS14026": "completed",
        "VS10224": "completed",
        "VS13518": "completed",
        "VS13391": "exported",
        "VS10225": "received",
        "VS10226": "received",
        "VS10227": "received",
        None: "received",
        "VS12730": "received",
        "VS12731": "received",
        "VS10156": "received",
    }
    assert Submission.objects.filter(premise__erp_id="VS14026", status="rejected").count() == 1
    assert ReadingPhoto.objects.get().meter.premise.erp_id == "VS10226"
    batches = [f"batch-{number:06d}" for number in range(1, 6)]
    assert sorted(path.name for path in (demo / "ausgang").iterdir()) == [*batches, "einwilligungen.csv"]


def test_an_answer_with_the_question_s_photo_waits_to_be_read(demo: Path) -> None:
    answer = ContactMessage.objects.get(author="staff")
    assert (answer.read_at, answer.thread.opened_by.premise.erp_id) == (None, "VS14026")
    (attachment,) = Attachment.objects.all()
    assert attachment.message.thread == answer.thread
    assert not Upload.objects.exists()


def test_one_customer_gets_no_paper_and_one_the_news(demo: Path) -> None:
    assert {(consent.kind, str(consent.customer)) for consent in given()} == {
        ("online_invoices", "0010224/1"),
        ("news", "None"),
    }
    assert len((demo / "ausgang" / "einwilligungen.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_the_utility_is_told_of_a_barrier(demo: Path, settings: Settings) -> None:
    (told,) = [
        mail for mail in list_mails(demo / "mail") if mail.subject.startswith("Barriere im Kundenportal")
    ]

    assert "liest die Abrechnung von 2019 nicht vor" in told.text
    assert BarrierReport.objects.get().email == "e.hofmann@beispiel.example"


def test_nothing_happens_after_the_moment_it_was_built(demo: Path) -> None:
    assert not Submission.objects.filter(received_at__gt=NOW).exists()
    assert not Submission.objects.filter(settled_at__gt=NOW).exists()
    assert not AccountLink.objects.filter(created_at__gt=NOW).exists()
    assert not OutgoingMail.objects.filter(created_at__gt=NOW).exists()
    assert not MeterReading.objects.filter(reading_date__gt=TODAY).exists()
    # It may be built just after midnight: what staff did lies on days that are over.
    assert not DocumentBatch.objects.filter(uploaded_at__date__gte=TODAY).exists()


def test_every_mail_was_delivered_and_used_links_are_thrown_away(demo: Path) -> None:
    assert set(OutgoingMail.objects.values_list("status", flat=True)) == {"sent", "bounced"}
    returned = OutgoingMail.objects.filter(status="bounced").order_by("pk")
    assert sorted(returned.values_list("bounce", flat=True)) == ["hard", "soft"]
    mails = list_mails(demo / "mail")
    assert len(mails) == OutgoingMail.objects.count() - len(READY_LOGINS) - 1
    used = ("/passwort-festlegen/", "/einwilligung-bestaetigen/")
    assert not [mail for mail in mails if any(path in mail.text for path in used)]


def test_its_delivery_a_second_time_changes_nothing(demo: Path) -> None:
    readings = list(MeterReading.objects.order_by("pk").values())
    report = io.StringIO()
    call_command("import_master_data", str(demo / "lieferung"), stdout=report)
    assert list(MeterReading.objects.order_by("pk").values()) == readings
    changes = [line.split()[1:4] for line in report.getvalue().splitlines() if line.startswith("ablesungen")]
    assert changes == [["0", "0", "0"]]


def test_the_readings_of_the_pictures_are_usual_or_not_as_there(demo: Path) -> None:
    premise = Customer.objects.get(customer_number="0014026/1").premises.get()
    today = local_date(NOW, settings.UTILITY_TIME_ZONE)
    usual = {}
    for meter in meters_to_read(premise, today=today):
        value = Decimal({"strom": 24318, "gas": 9305, "wasser": 641}[meter.division])
        verdict = meter.registers[0].assess(NewReading(today, value), today=today, max_age_days=42)
        usual[meter.division] = isinstance(verdict, Plausible)
    assert usual == {"strom": True, "gas": True, "wasser": False}


def test_the_password_is_one_a_customer_may_choose(demo: Path) -> None:
    customers = Customer.objects.values_list("first_name", "last_name", "customer_number", "contact_email")
    own_data = [text for customer in customers for text in customer]
    assert password_problem(PASSWORD, min_length=12, own_data=own_data) is None


@pytest.mark.django_db
def test_sign_in_page_shows_the_ready_logins_in_the_demo_only(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    page = client.get("/anmelden/").content.decode()
    assert PASSWORD in page
    assert all(login.customer_number in page for login in READY_LOGINS)
    settings.DEMO = False
    page = client.get("/anmelden/").content.decode()
    assert PASSWORD not in page
    assert READY_LOGINS[0].customer_number not in page


def test_one_bank_account_is_settled_and_one_waits(demo: Path) -> None:
    settled, waiting = Submission.objects.filter(kind="bank_change").order_by("pk")
    assert (settled.status, settled.premise.erp_id) == ("completed", "VS10156")
    assert BankAccount.objects.get(customer=settled.customer, premise=None).iban_end == "1577"
    assert (waiting.status, waiting.premise.erp_id) == ("on_hold", "VS10225")
    assert waiting.held_until > NOW
    assert proposal_of(waiting).proposed_by.name == "Frau Huber"
    assert verify_chain(NOW).broken is None
    subjects = [mail.subject for mail in list_mails(demo / "mail")]
    assert subjects.count("Ihre Bankverbindung wird geändert") == 2


def test_one_campaign_has_ended_and_one_runs(demo: Path) -> None:
    running, ended = Campaign.objects.order_by("-pk")
    assert (running.status, ended.status) == ("running", "ended")
    for campaign in (running, ended):
        figures = figures_of(campaign)
        assert 0 < figures.reported < figures.invited
        assert figures.by_mail == figures.sent > 0
        assert len(figures.days) >= 4
    assert figures_of(running).cards == figures_of(running).by_card > 10
    subjects = {mail.subject for mail in list_mails(demo / "mail")}
    assert any(subject.startswith("Bitte lesen Sie Ihre Zähler ab (bis ") for subject in subjects)


def test_one_delivery_waits_for_a_release_and_one_was_refused(demo: Path) -> None:
    refused, waiting = Delivery.objects.order_by("pk")
    assert (refused.status, refused.fault_count) == ("refused", 3)
    assert (waiting.status, waiting.report["losses"]) == ("checked", [])
    assert waiting.report["files"]["kunden.csv"]["changed"] == 3
