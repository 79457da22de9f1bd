"""A copy of one's data: complete, nobody else's, sealed, and gone after seven days."""

import csv
import datetime as dt
import io
import json
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings

from kundenportal.addresses.models import BillingAddress
from kundenportal.audit.models import AuditEntry
from kundenportal.core.encryption import encrypt_field
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.files.storage import private_storage
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.linking.selectors import links_of
from kundenportal.linking.services import delete_login
from kundenportal.mailing.categories import Category
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from kundenportal.privacy.archive import build_archive
from kundenportal.privacy.exports import export_state
from kundenportal.privacy.models import DataExport, MailOptOut
from kundenportal.privacy.services import (
    DataExportGone,
    DataExportRefused,
    choose_mails,
    data_exports,
    delete_old_data_exports,
    hand_out,
    make_data_exports,
    request_data_export,
)
from kundenportal.privacy.services.data_exports import LEASE
from kundenportal.privacy.subjects import subject_of
from kundenportal.privacy.topics import TOPICS
from tests.at_once import at_once
from tests.make import (
    NOW,
    PASSWORD,
    Household,
    make_bank_account,
    make_customer,
    make_data_export,
    make_household,
    make_payment_plan,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

IBAN = "DE02120300000000202051"
DAY = dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    household = make_household()
    make_payment_plan(household.premise)
    number = household.customer.customer_number
    sealed = encrypt_field(IBAN, key=settings.FIELD_KEY, bound_to=number)
    make_bank_account(household.customer, iban_sealed=sealed, holder="Michael Bauer")
    make_reading_submission(household.strom, remark="Garten bewässert")
    return household


@pytest.fixture
def stranger() -> Household:
    """Somebody else, with one of everything."""
    customer = make_customer(
        customer_number="0099999/1", last_name="Fremd", contact_email="fremd@example.org"
    )
    premise = make_premise(customer, street="Geheimweg")
    register = make_register(premise, meter_number="9 XYZ00 9999 9999")
    BillingAddress.objects.create(customer=customer, street="Geheimweg", postal_code="1", city="Fremdstadt")
    make_bank_account(customer, holder="Erika Fremd")
    make_reading(register, dt.date(2025, 12, 31), 99_999)
    make_reading_submission(register, remark="fremde Bemerkung")
    user = make_user(customer, email="fremd@example.org")
    return Household(user, customer, premise, register, register, register)


STRANGE = ("0099999/1", "Fremd", "fremd", "Geheimweg", "9 XYZ00", "99999")


def open_archive(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(user: User) -> dict[str, bytes]:
    return open_archive(build_archive(subject_of(user, now=NOW), now=NOW))


def rows_in(files: dict[str, bytes], model: str) -> list[dict[str, Any]]:
    tables = [json.loads(content) for name, content in files.items() if name.endswith(".json")]
    (rows,) = [table[model] for table in tables if model in table]
    return list(rows)


def pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return " ".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


def request(user: User, now: dt.datetime = NOW) -> DataExport:
    return request_data_export(user=user, device="Firefox, Windows", now=now)


def made(user: User) -> DataExport:
    export = request(user)
    assert make_data_exports(NOW) == 1
    return DataExport.objects.select_related("user", "file").get(pk=export.pk)


def test_the_archive_holds_every_topic_and_what_is_to_be_read(household: Household) -> None:
    files = archive_of(household.user)

    assert set(files) == {f"{topic.name}.json" for topic in TOPICS} | {
        "uebersicht.pdf",
        "zaehlerstaende.csv",
        "LIESMICH.txt",
    }
    assert rows_in(files, "User")[0]["email"] == "m.bauer@beispiel.de"
    assert rows_in(files, "Customer")[0]["customer_number"] == "0014026/1"
    assert len(rows_in(files, "MeterReading")) == 12
    assert rows_in(files, "MeterReading")[0]["value"] == "21987.0000"
    assert [row["amount"] for row in rows_in(files, "AdvancePayment")] == ["92.00", "108.00", "24.00"]
    assert rows_in(files, "SubmittedReading")[0]["remark"] == "Garten bewässert"
    assert rows_in(files, "BankAccount")[0]["iban"] == IBAN
    assert "zaehlerstaende.csv" in files["LIESMICH.txt"].decode()


def test_the_overview_says_it_in_words(household: Household) -> None:
    text = pdf_text(archive_of(household.user)["uebersicht.pdf"])

    for words in (
        "Stadtwerke Musterbach",
        "Stand: 22. November 2026, 12:00 Uhr",
        "m.bauer@beispiel.de",
        "Kundennummer 0014026/1",
        "DE02 1203 0000 0000 2020 51, Michael Bauer",
        "SEPA-Mandat M12345-1 vom 01.03.2024",
        "Lindenstraße 12, 91560 Musterbach",
        "31.12.2025 21.987 kWh",
        "92,00 €",
        "Zählerstand Lindenstraße 12 Eingegangen",
    ):
        assert words in text


def test_readings_can_be_taken_along_as_a_table(household: Household) -> None:
    content = archive_of(household.user)["zaehlerstaende.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))

    assert len(rows) == 13
    assert rows[0] == {
        "kundennummer": "0014026/1",
        "verbrauchsstelle": household.premise.erp_id,
        "versorgungsart": "strom",
        "zaehlernummer": "1 EMH00 0451 2873",
        "zaehlwerk": "1",
        "datum": "2022-12-31",
        "stand": "14500",
        "einheit": "kWh",
        "herkunft": "abgelesen",
        "vorgang": "",
    }
    assert (rows[-1]["stand"], rows[-1]["herkunft"]) == ("24318", "im Portal gesendet")
    assert rows[-1]["vorgang"].startswith("V-2026-")


def test_nothing_of_anybody_else_is_in_it(household: Household, stranger: Household) -> None:
    files = archive_of(household.user)
    read = [
        pdf_text(content) if name.endswith(".pdf") else content.decode() for name, content in files.items()
    ]

    assert [word for text in read for word in STRANGE if word in text] == []
    assert "Geheimweg" in archive_of(stranger.user)["stammdaten.json"].decode()


def test_a_mailbox_that_is_shared_tells_nothing_of_the_other_contract(
    household: Household, stranger: Household
) -> None:
    for customer_id in (None, household.customer.pk, stranger.customer.pk):
        enqueue("link_undone", to=household.user.email, context={}, now=NOW, customer_id=customer_id)

    rows = rows_in(archive_of(household.user), "OutgoingMail")

    assert [row["customer_id"] for row in rows] == [None, household.customer.pk]


def test_a_restricted_customer_is_left_out_and_the_overview_says_so(
    household: Household, stranger: Household
) -> None:
    AccountLink.objects.filter(customer=stranger.customer).update(ended_at=NOW)
    AccountLink.objects.create(
        user=household.user, customer=stranger.customer, proof="meter", created_at=NOW, held_until=NOW + DAY
    )

    files = archive_of(household.user)

    assert [row["customer_number"] for row in rows_in(files, "Customer")] == ["0014026/1"]
    assert "Geheimweg" not in "".join(
        content.decode() for name, content in files.items() if name.endswith(".json")
    )
    assert "Noch nicht enthalten 0099999/1" in pdf_text(files["uebersicht.pdf"])
    assert {customer.pk for customer in subject_of(household.user, now=NOW + DAY).customers} == {
        household.customer.pk,
        stranger.customer.pk,
    }


def test_an_iban_that_cannot_be_opened_is_masked(household: Household, stranger: Household) -> None:
    assert rows_in(archive_of(stranger.user), "BankAccount")[0]["iban"] == "DE•• •••• 4711"


def test_the_archive_speaks_the_language_of_the_login(household: Household, monkeypatch) -> None:
    languages: list[str] = []
    monkeypatch.setattr(
        "kundenportal.privacy.archive.render_pdf",
        lambda _template, _context, *, language: languages.append(language) or b"",
    )
    household.user.language = "en"

    build_archive(subject_of(household.user, now=NOW), now=NOW)

    assert languages == ["en"]


def test_what_was_asked_for_is_made_told_and_handed_out(household: Household) -> None:
    export = made(household.user)

    assert (export.ready_at, export.expires_at) == (NOW, NOW + 7 * DAY)
    assert export.customer_ids == [household.customer.pk]
    assert "uebersicht.pdf" in open_archive(hand_out(export, now=NOW).content)
    assert hand_out(export, now=NOW).file_name == "meine-daten-2026-11-22.zip"
    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["data_export_ready"]
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "data_export.requested",
        "data_export.made",
        "data_export.handed_out",
        "data_export.handed_out",
    ]


def test_every_address_that_must_know_is_told(household: Household) -> None:
    household.customer.contact_email = "kontakt@beispiel.de"
    household.customer.save()

    made(household.user)

    recipients = OutgoingMail.objects.filter(kind="data_export_ready").values_list("recipient", flat=True)
    assert sorted(recipients) == ["kontakt@beispiel.de", "m.bauer@beispiel.de"]


def test_the_content_is_sealed_for_its_row(household: Household) -> None:
    export = made(household.user)
    other = make_data_export(make_user(email="andere@beispiel.de"))

    assert export.file is not None
    assert b"PK" not in read_file(export.file)[:100]
    export.file, other.file = other.file, export.file
    with pytest.raises(InvalidTag):
        hand_out(other, now=NOW)
    assert not AuditEntry.objects.filter(action="data_export.handed_out").exists()


@pytest.mark.parametrize("later", [dt.timedelta(0), 2 * DAY])
def test_while_one_is_being_made_no_other_is_taken(household: Household, later: dt.timedelta) -> None:
    request(household.user)
    before = snapshot()
    with pytest.raises(DataExportRefused):
        request(household.user, NOW + later)
    assert snapshot() == before


def test_one_a_day_is_taken(household: Household) -> None:
    made(household.user)
    before = snapshot()
    with pytest.raises(DataExportRefused):
        request(household.user, NOW + DAY - dt.timedelta(seconds=1))
    assert snapshot() == before
    assert request(household.user, NOW + DAY).pk


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_export() -> None:
    user = make_household().user
    results = at_once(*[lambda: request(user)] * 4, refusals=(DataExportRefused,))
    assert DataExport.objects.count() == 1
    assert sum(isinstance(result, DataExport) for result in results) == 1


def test_after_seven_days_it_is_erased_and_after_ninety_forgotten(
    household: Household, django_capture_on_commit_callbacks
) -> None:
    export = made(household.user)
    assert export.file is not None
    name = export.file.name
    before = snapshot()
    assert delete_old_data_exports(NOW + 7 * DAY - dt.timedelta(seconds=1)) == 0
    assert snapshot() == before

    with pytest.raises(DataExportGone):
        hand_out(export, now=NOW + 7 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_old_data_exports(NOW + 7 * DAY) == 1

    assert not private_storage().exists(name)
    assert not StoredFile.objects.exists()
    assert delete_old_data_exports(NOW + 90 * DAY) == 0
    assert DataExport.objects.count() == 1
    assert delete_old_data_exports(NOW + 91 * DAY) == 1
    assert not DataExport.objects.exists()


def test_who_lost_a_customer_opens_no_copy_of_its_data(household: Household) -> None:
    export = made(household.user)
    AccountLink.objects.update(ended_at=NOW)
    before = snapshot()

    with pytest.raises(DataExportGone):
        hand_out(export, now=NOW)

    assert export_state(household.user, links_of(household.user), now=NOW).ready is None
    assert snapshot() == before


def test_a_try_that_fails_is_repeated_after_its_lease(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    request(household.user)
    with monkeypatch.context() as broken:
        broken.setattr(data_exports, "build_archive", lambda *_arguments, **_words: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_data_exports(NOW)
    assert not StoredFile.objects.exists()
    assert make_data_exports(NOW + LEASE - dt.timedelta(seconds=1)) == 0
    assert make_data_exports(NOW + LEASE) == 1
    assert StoredFile.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_job_runner_that_overslept_its_lease_adds_nothing(household: Household) -> None:
    request(household.user)
    overslept = data_exports._claim(NOW)
    assert overslept is not None
    assert make_data_exports(NOW + LEASE) == 1
    before = snapshot()

    data_exports._make(overslept, NOW + 2 * LEASE)

    assert snapshot() == before


def test_a_login_that_is_deleted_takes_its_exports_and_choices_along(
    household: Household, django_capture_on_commit_callbacks
) -> None:
    choose_mails(user=household.user, wanted=set(Category) - {Category.SUBMISSIONS}, language="de", now=NOW)
    export = made(household.user)
    assert export.file is not None

    with django_capture_on_commit_callbacks(execute=True):
        delete_login(user=household.user, current_password=PASSWORD, now=NOW)

    assert not private_storage().exists(export.file.name)
    for model in (DataExport, MailOptOut, StoredFile):
        assert not model.objects.exists()


def test_for_a_login_deleted_meanwhile_nothing_is_made(household: Household) -> None:
    request(household.user)
    claimed = data_exports._claim(NOW)
    assert claimed is not None
    delete_login(user=household.user, current_password=PASSWORD, now=NOW)
    before = snapshot()

    data_exports._make(claimed, NOW)

    assert snapshot() == before
