"""The PDF of a mandate: what it says, how it is built, and that it is filed once its change waits no more."""

import datetime as dt
import hashlib
import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from pytest_django import Settings

from kundenportal.banking import filing
from kundenportal.banking.filing import file_mandates, mandate_pdf
from kundenportal.banking.mandates import Mandate
from kundenportal.banking.models import MandateProof, WantedAccount
from kundenportal.banking.proofs import verify_chain
from kundenportal.banking.requests import creditor
from kundenportal.banking.sealing import seal_iban
from kundenportal.banking.stopping import stop_change
from kundenportal.documents.models import Document
from kundenportal.files.services import read_file
from kundenportal.files.storage import private_storage
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.banking import NEW_IBAN, SWISS_IBAN, give_account, nothing, send_bank_change, stop_token, wish
from tests.make import NOW, Household, make_household, make_premise
from tests.personas import sign_in
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HELD = NOW + 8 * DAY


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_account(household.customer)
    return household


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the tests of when something is filed the making of PDFs."""
    pdf = io.BytesIO()
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(pdf)
    monkeypatch.setattr(filing, "render_pdf", lambda *_, **__: pdf.getvalue())


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document)


def granted(language: str = "de", **values: object) -> MandateProof:
    """Return a record that is not stored."""
    mandate = Mandate(language, creditor(), "KP-0014026-1-1", "Ayşe Yıldız", "Michael Bauer", "0014026/1")
    proof = MandateProof(
        number=17,
        at=NOW,
        submission_reference="V-2026-004711",
        mandate_reference=mandate.reference,
        language=language,
        text=mandate.text,
        **{"proved_by": "password"} | values,
    )
    seal_iban(proof, NEW_IBAN)
    return proof


def test_the_pdf_says_all_of_the_mandate_and_how_it_was_given() -> None:
    text = " ".join(text_of(mandate_pdf(granted(is_authorised=True), valid_from=dt.date(2027, 1, 1))).split())
    for expected in (
        "SEPA-Lastschriftmandat",
        "Stadtwerke Musterbach, Kirchplatz 1, 91560 Musterbach",
        "DE98ZZZ09999999999",
        "KP-0014026-1-1",
        "Wiederkehrende Zahlung",
        "Ayşe Yıldız",
        "DE89 3704 0044 0532 0130 00",
        "ab 1. Januar 2027",
        "Ich ermächtige Stadtwerke Musterbach, Zahlungen von meinem Konto",
        "innerhalb von acht Wochen",
        "22.11.2026, 12:00:00 Uhr",
        "Passwort",
        "vom Kontoinhaber bevollmächtigt",
        "V-2026-004711",
        "Nr. 17",
    ):
        assert expected in text


def test_the_pdf_is_tagged_for_readers_and_made_to_last() -> None:
    pdf = mandate_pdf(granted(), valid_from=dt.date(2027, 1, 1))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot
        assert document.Root.Lang == "de"
        assert document.Root.OutputIntents
        assert document.docinfo.Title == "SEPA-Lastschriftmandat KP-0014026-1-1"
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in fonts]
        assert all("/FontFile2" in each or "/FontFile3" in each for each in descriptors)


def test_an_english_mandate_is_english() -> None:
    pdf = mandate_pdf(granted("en"), bic="UBSWCHZH80A", valid_from=dt.date(2027, 1, 1))
    assert "you authorise (A) Stadtwerke Musterbach" in " ".join(text_of(pdf).split())
    assert "UBSWCHZH80A" in text_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.Lang == "en"


def test_a_mandate_is_filed_once_its_change_waits_no_more(household: Household) -> None:
    submission = send_bank_change(household)
    assert submission.held_until is not None
    assert file_mandates(submission.held_until - DAY / 86400) == 0
    assert file_mandates(submission.held_until) == 1
    assert file_mandates(submission.held_until) == 0
    document = Document.objects.get()
    assert (document.customer, document.premise, document.kind) == (household.customer, None, "mandat")
    assert document.title == "SEPA-Lastschriftmandat KP-0014026-1-1"
    assert document.document_date == NOW.date()
    assert WantedAccount.objects.get().document == document
    proof = MandateProof.objects.get(kind="filed")
    assert document.file is not None
    content = read_file(document.file)
    assert proof.document_sha256 == document.file.sha256 == hashlib.sha256(content).hexdigest()
    assert NEW_IBAN[4:8] in text_of(content)
    assert verify_chain(HELD).broken is None


def test_it_lies_encrypted_on_the_disk_and_opens_for_its_owner_alone(
    household: Household, settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.FILES_ACCEL = "/dateien/"
    send_bank_change(household)
    file_mandates(HELD)
    document = Document.objects.select_related("file").get()
    assert document.file is not None
    with private_storage().open(document.file.name) as stream:
        on_disk = stream.read()
    assert b"%PDF" not in on_disk
    sign_in(client, household.user)
    base = f"/vs/{household.premise.public_id}/dokumente/"
    assert document.public_id in client.get(base).content.decode()
    answer = client.get(f"{base}{document.public_id}/datei/")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert content.startswith(b"%PDF")
    assert "X-Accel-Redirect" not in answer


@pytest.mark.usefixtures("_quick")
def test_each_account_has_its_own_mandate_and_those_given_up_have_none(household: Household) -> None:
    garden = make_premise(household.customer)
    send_bank_change(household, wish(), wish(garden, iban=SWISS_IBAN, bic="UBSWCHZH80A"))
    assert file_mandates(HELD) == 2
    assert {each.premise for each in Document.objects.all()} == {None, garden}
    Submission.objects.update(status="completed")
    WantedAccount.objects.update(is_open=False)
    send_bank_change(household, nothing(), key="key-2")
    assert file_mandates(HELD) == 0


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("status", ["exported", "completed"])
def test_a_mandate_is_filed_also_when_its_change_has_left_already(household: Household, status: str) -> None:
    send_bank_change(household)
    Submission.objects.update(status=status)
    assert file_mandates(HELD) == 1


@pytest.mark.usefixtures("_quick")
def test_what_was_stopped_is_not_filed(household: Household) -> None:
    send_bank_change(household)
    stop_change(token=stop_token(household.user.email), now=NOW)
    before = snapshot()
    assert file_mandates(HELD) == 0
    assert snapshot() == before


def test_what_is_stopped_while_its_pdf_is_made_is_not_filed(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_bank_change(household)
    token = stop_token(household.user.email)

    def slow(*_: object, **__: object) -> bytes:
        stop_change(token=token, now=HELD)
        return b"%PDF-1.7"

    monkeypatch.setattr(filing, "render_pdf", slow)
    assert file_mandates(HELD) == 0
    assert not Document.objects.exists()
    assert not MandateProof.objects.filter(kind="filed").exists()


def test_one_that_cannot_be_made_does_not_stop_the_others(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden = make_premise(household.customer)
    send_bank_change(household, wish(), wish(garden, iban=SWISS_IBAN, bic="UBSWCHZH80A"))
    MandateProof.objects.filter(premise="").update(iban_sealed=b"tampered with, and long enough for a nonce")
    assert file_mandates(HELD) == 1
    assert Document.objects.get().premise == garden


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_quick")
def test_two_job_runners_file_it_once(household: Household) -> None:
    send_bank_change(household)
    assert sorted(map(str, at_once(*[lambda: file_mandates(HELD)] * 4))) == ["0", "0", "0", "1"]
    assert Document.objects.count() == MandateProof.objects.filter(kind="filed").count() == 1


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize("status", ["withdrawn", "rejected"])
def test_a_mandate_that_came_to_nothing_is_taken_back(household: Household, status: str) -> None:
    send_bank_change(household)
    assert file_mandates(HELD) == 1
    Submission.objects.update(status=status)
    assert file_mandates(HELD + DAY) == 1
    assert Document.objects.get().recalled_at == HELD + DAY
    assert file_mandates(HELD + DAY) == 0
