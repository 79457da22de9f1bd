"""``/verwaltung/dokumente/``: handing documents in, finding them, clearing what waits, and taking one back."""

import datetime as dt
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.documents.batches import pack, receive_batch
from kundenportal.documents.models import Document, DocumentAccess, DocumentBatch, QuarantinedDocument
from kundenportal.documents.services import note_access
from kundenportal.erp.inbound.uploaded_documents import take_in_batches
from kundenportal.identity.models import StaffMember
from kundenportal.mailing.models import OutgoingMail
from tests.erp.document_deliveries import NUMBER, OTHER, bill
from tests.make import NOW, make_customer, make_document, make_premise, make_user
from tests.selfservice.document_pages import content_of
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

pytestmark = pytest.mark.django_db(transaction=True)

DOCUMENTS = "/verwaltung/dokumente/"
UPLOAD = f"{DOCUMENTS}hochladen/"
NAME = "0012345-1_rechnung_2026-01-20_Jahresabrechnung 2025.pdf"
State = DocumentBatch.State


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(customer_number=NUMBER)
    make_premise(customer)
    return customer


@pytest.fixture
def supervisor(noon: None) -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def office(supervisor: StaffMember) -> Client:
    """A browser in which Herr Maier is signed in."""
    client = Client()
    sign_in_member(client, supervisor)
    return client


def files(contents: Mapping[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for name, content in contents.items()]


def let_wait(member: StaffMember, name: str = NAME, content: bytes | None = None) -> QuarantinedDocument:
    """Let a document wait that names another customer than its file does."""
    packed = pack([(name, content or bill(OTHER))])
    receive_batch(member=member, name=name, content=packed, now=NOW)
    while take_in_batches(NOW):
        pass
    return QuarantinedDocument.objects.get()


def placed(**values: str) -> dict[str, str]:
    return {
        "customer_number": NUMBER,
        "kind": "rechnung",
        "title": "Rechnung",
        "document_date": "20.1.2026",
        "reason": "Name und Anschrift stimmen",
    } | values


class TestUpload:
    def test_pdfs_are_taken_in_and_told_of(self, desk: Client, customer: Customer) -> None:
        response = desk.post(UPLOAD, {"documents": files({NAME: bill(NUMBER), "Scan.pdf": bill(OTHER)})})
        batch = DocumentBatch.objects.get()
        assert (response.status_code, response["Location"]) == (303, f"{DOCUMENTS}lieferung/{batch.pk}/")
        assert "wartet auf die Prüfung" in desk.get(response["Location"]).text
        while take_in_batches(NOW):
            pass
        page = desk.get(response["Location"]).text
        assert "eingelesen" in page
        assert "ohne Kunden" in page
        assert Document.objects.get().customer == customer
        assert "2 PDF-Dateien" in desk.get(DOCUMENTS).text

    def test_a_zip_is_kept_as_it_is(self, desk: Client, customer: Customer) -> None:
        content = pack([(NAME, bill(NUMBER))])
        desk.post(UPLOAD, {"documents": files({"januar.zip": content})})
        batch = DocumentBatch.objects.get()
        assert batch.file is not None
        assert (batch.name, batch.file.size) == ("januar.zip", len(content))

    @pytest.mark.parametrize(
        ("contents", "said"),
        [
            ({}, "Bitte wählen Sie eine ZIP-Datei oder PDF-Dateien aus."),
            ({"brief.docx": b"x"}, "„brief.docx“ ist weder eine ZIP-Datei noch ein PDF."),
            ({"a.zip": b"x"}, "„a.zip“ ist keine ZIP-Datei, auch wenn sie so heißt."),
            ({"a.zip": pack([]), "b.pdf": b"x"}, "Bitte wählen Sie nur eine ZIP-Datei oder nur PDF-Dateien."),
        ],
    )
    def test_what_is_no_delivery_is_refused_in_words(
        self, desk: Client, contents: dict[str, bytes], said: str
    ) -> None:
        before = snapshot()
        page = desk.post(UPLOAD, {"documents": files(contents)})
        assert page.status_code == 422
        assert said in page.text
        assert snapshot() == before

    def test_a_stranger_s_form_is_refused(self, clerk: StaffMember) -> None:
        browser = Client(enforce_csrf_checks=True)
        sign_in_member(browser, clerk)
        assert browser.post(UPLOAD, {"documents": files({NAME: b"x"})}).status_code == 403
        assert not DocumentBatch.objects.exists()


class TestFourEyes:
    @pytest.fixture
    def batch(self, clerk: StaffMember, customer: Customer, settings: Settings) -> DocumentBatch:
        settings.DOCUMENTS_RELEASE_ABOVE = 0
        batch = receive_batch(member=clerk, name="Januar", content=pack([(NAME, bill(NUMBER))]), now=NOW)
        take_in_batches(NOW)
        return batch

    def path(self, batch: DocumentBatch, act: str = "") -> str:
        return f"{DOCUMENTS}lieferung/{batch.pk}/{act}"

    def test_a_delivery_that_waits_for_the_storage_says_when_it_goes_on(
        self, desk: Client, batch: DocumentBatch
    ) -> None:
        DocumentBatch.objects.update(
            state="filing", trouble="No space left on device", failures=2, next_try_at=NOW
        )
        page = " ".join(desk.get(self.path(batch)).text.split())
        assert "voll oder nicht erreichbar (No space left on device). Um 12:00 Uhr versucht" in page
        assert "data-live-on" not in page

    def test_a_delivery_on_its_way_renews_its_page(self, desk: Client, batch: DocumentBatch) -> None:
        assert "data-live-on" not in desk.get(self.path(batch)).text
        DocumentBatch.objects.update(state="filing")
        page = desk.get(self.path(batch)).text
        assert "data-live-on" in page
        assert "Stand neu laden" in page

    def test_somebody_else_releases(self, desk: Client, office: Client, batch: DocumentBatch) -> None:
        assert "Freigeben muss sie jemand anders" in desk.get(self.path(batch)).text
        assert desk.post(self.path(batch, "freigeben/")).status_code == 403
        page = office.get(self.path(batch)).text
        assert [
            each for each in ("Was Kunden bekommen", NUMBER, "Jahresabrechnung") if each not in page
        ] == []
        assert "Jetzt freigeben" in office.get(self.path(batch, "freigeben/")).text
        assert not Document.objects.exists()
        assert office.post(self.path(batch, "freigeben/")).status_code == 303
        take_in_batches(NOW)
        assert Document.objects.count() == 1

    def test_nobody_releases_his_own(
        self, office: Client, batch: DocumentBatch, supervisor: StaffMember
    ) -> None:
        DocumentBatch.objects.update(uploaded_by=supervisor)
        assert "Jetzt freigeben" not in office.get(self.path(batch)).text
        before = snapshot()
        page = office.post(self.path(batch, "freigeben/"), follow=True)
        assert "Sie haben die Lieferung selbst hochgeladen." in page.text
        assert DocumentBatch.objects.get().state == State.AWAITING_RELEASE
        assert snapshot() == before

    def test_it_is_stopped(self, desk: Client, office: Client, batch: DocumentBatch) -> None:
        assert "Jetzt anhalten" in desk.get(self.path(batch, "anhalten/")).text
        desk.post(self.path(batch, "anhalten/"))
        assert "angehalten" in desk.get(self.path(batch)).text
        page = office.post(self.path(batch, "freigeben/"), follow=True)
        assert "Die Lieferung steht inzwischen anders." in page.text
        assert not Document.objects.exists()


class TestClearing:
    @pytest.fixture
    def waiting(self, clerk: StaffMember, customer: Customer) -> QuarantinedDocument:
        return let_wait(clerk)

    def path(self, waiting: QuarantinedDocument, act: str = "") -> str:
        return f"{DOCUMENTS}zu-klaeren/{waiting.pk}/{act}"

    def test_it_is_listed_and_looked_at(self, desk: Client, waiting: QuarantinedDocument) -> None:
        page = desk.get(DOCUMENTS).text
        assert "Im Text steht eine andere Kundennummer." in page
        assert self.path(waiting) in page
        assert 'value="Jahresabrechnung 2025"' in desk.get(self.path(waiting)).text
        picture = desk.get(self.path(waiting, "seite/1/"))
        assert picture["Content-Type"] == "image/webp"
        assert "sandbox" in picture["Content-Security-Policy"]
        assert desk.get(self.path(waiting, "seite/9/")).status_code == 404
        viewed = AuditEntry.objects.get(action="document.viewed")
        assert viewed.customer_id == waiting.customer_id
        content = desk.get(self.path(waiting, "datei/")).getvalue()
        assert content == bill(OTHER)
        assert AuditEntry.objects.filter(action="document.downloaded").count() == 1

    def test_it_goes_nowhere_before_the_customer_is_confirmed(
        self, desk: Client, waiting: QuarantinedDocument
    ) -> None:
        other = make_customer(customer_number=OTHER, first_name="Sabine", last_name="Weber")
        make_user(other)
        before = snapshot()
        page = desk.post(self.path(waiting, "zuordnen/"), placed(customer_number="12346"))
        assert page.status_code == 200
        assert "Sabine Weber" in page.text
        assert snapshot() == before
        sent = placed(customer_number="12346", bestaetigt="1")
        assert desk.post(self.path(waiting, "zuordnen/"), sent).status_code == 303
        document = Document.objects.get()
        assert (document.customer, document.title, document.premise) == (other, "Rechnung", None)
        assert OutgoingMail.objects.get().customer_id == other.pk
        entry = AuditEntry.objects.get(action="document.placed")
        assert entry.details["meant_for"] == waiting.customer_id
        assert not QuarantinedDocument.objects.exists()

    def test_another_number_in_the_text_is_warned_of(
        self, desk: Client, waiting: QuarantinedDocument
    ) -> None:
        page = desk.post(self.path(waiting, "zuordnen/"), placed())
        assert f"Im Text steht eine andere Kundennummer: {OTHER}." in page.text

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"customer_number": ""}, "Bitte geben Sie die Kundennummer ein."),
            ({"customer_number": "1234567890"}, "Die Kundennummer hat 7 Ziffern"),
            ({"customer_number": "0099999/1"}, "Einen Kunden mit der Nummer 0099999/1 gibt es nicht."),
            ({"kind": "brief"}, "Bitte wählen Sie eine der Arten."),
            ({"title": ""}, "Bitte geben Sie einen Titel ein"),
            ({"document_date": "31.2.2026"}, "„31.2.2026“ ist kein Datum."),
            ({"reason": ""}, "Bitte nennen Sie den Grund."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_goes(
        self, desk: Client, waiting: QuarantinedDocument, fields: dict[str, str], said: str
    ) -> None:
        before = snapshot()
        page = desk.post(self.path(waiting, "zuordnen/"), placed(bestaetigt="1", **fields))
        assert page.status_code == 422
        assert said in page.text
        assert snapshot() == before

    def test_one_in_sight_of_another_customer_stays_there(
        self, desk: Client, clerk: StaffMember, waiting: QuarantinedDocument
    ) -> None:
        make_customer(customer_number=OTHER)
        document = make_document(Customer.objects.get(customer_number=NUMBER))
        Document.objects.filter(pk=document.pk).update(erp_id=waiting.erp_id)
        before = snapshot()
        page = desk.post(self.path(waiting, "zuordnen/"), placed(customer_number=OTHER, bestaetigt="1"))
        assert page.status_code == 409
        assert "Ziehen Sie es dort zuerst zurück." in page.text
        assert snapshot() == before

    def test_it_is_discarded_with_a_reason(self, desk: Client, waiting: QuarantinedDocument) -> None:
        assert desk.post(self.path(waiting, "verwerfen/")).status_code == 422
        assert QuarantinedDocument.objects.exists()
        response = desk.post(self.path(waiting, "verwerfen/"), {"reason": "doppelt"})
        assert response.status_code == 303
        assert not QuarantinedDocument.objects.exists()
        assert AuditEntry.objects.get(action="document.discarded").details["reason"] == "doppelt"

    def test_a_reader_looks_and_changes_nothing(self, waiting: QuarantinedDocument) -> None:
        reader = Client()
        member = make_member(StaffMember.Role.READER, email="lesen@stadtwerke.example", name="Frau Auer")
        sign_in_member(reader, member)
        page = reader.get(self.path(waiting)).text
        assert "Weiter zur Prüfung" not in page
        assert reader.post(self.path(waiting, "zuordnen/"), placed(bestaetigt="1")).status_code == 403
        assert QuarantinedDocument.objects.exists()


class TestFinding:
    @pytest.mark.parametrize("search", ["12345", NUMBER, "D-17", "jahresabrechnung 2025"])
    def test_a_document_is_found(self, desk: Client, customer: Customer, search: str) -> None:
        document = make_document(customer)
        Document.objects.filter(pk=document.pk).update(erp_id="D-17")
        other = make_customer(customer_number=OTHER)
        make_document(other, title="Preisinformation")
        page = desk.get(DOCUMENTS, {"suche": search}).text
        assert f"{DOCUMENTS}{document.public_id}/" in page
        assert "Preisinformation" not in page.partition("<main")[2].partition("<tbody")[2]

    def test_nothing_is_found_in_words(self, desk: Client) -> None:
        assert "Keine Treffer." in desk.get(DOCUMENTS, {"suche": "nichts"}).text

    def test_pages_follow_each_other(self, desk: Client, customer: Customer) -> None:
        for number in range(30):
            make_document(customer, title=f"Nr-{number}.")
        first = desk.get(DOCUMENTS, {"suche": NUMBER})
        second = desk.get(f"{DOCUMENTS}?{first.context['pager'].next_query}")
        assert [len(page.context["found"]) for page in (first, second)] == [25, 5]
        assert "Nr-0." in second.text
        assert desk.get(f"{DOCUMENTS}?nach=x").status_code == 200

    def test_lists_take_as_many_queries_for_one_as_for_twenty(
        self,
        desk: Client,
        clerk: StaffMember,
        customer: Customer,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        let_wait(clerk)
        make_document(customer)
        desk.get(DOCUMENTS)
        for number in range(2):
            with django_assert_num_queries(4):
                desk.get(DOCUMENTS)
            with django_assert_num_queries(3):
                desk.get(DOCUMENTS, {"suche": NUMBER})
            if number == 0:
                contents = [(f"Scan {each}.pdf", bill(OTHER)) for each in range(10)]
                for _ in range(3):
                    receive_batch(member=clerk, name="x", content=pack(contents), now=NOW)
                while take_in_batches(NOW):
                    pass
                for each in range(10):
                    make_document(customer, title=str(each))

    def test_what_waits_for_a_release_stands_above_any_number_of_newer_uploads(
        self, desk: Client, clerk: StaffMember
    ) -> None:
        for state in (State.AWAITING_RELEASE, *[State.RECEIVED] * 6):
            DocumentBatch.objects.create(
                name=f"Lieferung {state.value}", state=state, uploaded_by=clerk, uploaded_at=NOW
            )
        page = desk.get(DOCUMENTS).text
        waiting, newest = "Lieferung awaiting_release", "Lieferung received"
        assert -1 < page.find(waiting) < page.find(newest)
        assert page.count(newest) == 5


class TestRecall:
    def test_it_is_gone_at_once_and_who_opened_it_is_told(self, desk: Client, customer: Customer) -> None:
        document, reader = make_document(customer), make_user(customer)
        note_access(document=document, user=reader, way=DocumentAccess.Way.OPENED, now=NOW)
        path = f"{DOCUMENTS}{document.public_id}/"
        assert reader.email in desk.get(path).text
        assert reader.email in desk.get(f"{path}zurueckziehen/").text
        assert desk.post(f"{path}zurueckziehen/", {"reason": ""}).status_code == 422
        document.refresh_from_db()
        assert document.recalled_at is None
        response = desk.post(f"{path}zurueckziehen/", {"reason": "falscher Kunde"})
        assert (response.status_code, response["Location"]) == (303, path)
        document.refresh_from_db()
        assert document.recalled_at == NOW
        page = desk.get(path).text
        assert "Es wurde schon geöffnet" in page
        assert "zurückgezogen" in page
        assert desk.get(f"{path}datei/").getvalue().startswith(b"%PDF")
        recalled = AuditEntry.objects.get(action="document.recalled")
        assert recalled.details["reason"] == "falscher Kunde"

    def test_looking_at_one_is_one_entry_a_visit(self, desk: Client, customer: Customer) -> None:
        document = make_document(customer)
        path = f"{DOCUMENTS}{document.public_id}/"
        for _ in range(2):
            desk.get(path)
            desk.get(f"{path}seite/1/")
        entries = AuditEntry.objects.filter(action="document.viewed", subject=document.public_id)
        assert [entry.customer_id for entry in entries] == [customer.pk]
        AuditEntry.objects.filter(pk=entries[0].pk).update(at=NOW - dt.timedelta(hours=1))
        desk.get(path)
        assert entries.all().count() == 2

    def test_what_does_not_exist_is_not_found(self, desk: Client) -> None:
        for path in ("7KQ2M4P/", "lieferung/99/", "zu-klaeren/99/", f"lieferung/{'9' * 30}/"):
            assert desk.get(f"{DOCUMENTS}{path}").status_code == 404


def test_the_iban_of_a_mandate_is_for_the_leitung_alone(
    desk: Client, office: Client, customer: Customer
) -> None:
    mandate = make_document(customer)
    Document.objects.update(kind=Document.Kind.MANDATE)
    path = f"{DOCUMENTS}{mandate.public_id}/"
    assert "Nur die Leitung öffnet sie." in desk.get(path).text
    assert desk.get(f"{path}seite/1/").status_code == desk.get(f"{path}datei/").status_code == 404
    assert content_of(office.get(f"{path}datei/")).startswith(b"%PDF")
    before = snapshot(but=[AuditEntry])
    for browser in (desk, office):
        assert browser.post(f"{path}zurueckziehen/", {"reason": "Falsch"}).status_code == 404
    assert snapshot(but=[AuditEntry]) == before
