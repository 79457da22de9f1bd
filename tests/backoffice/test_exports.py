"""``/verwaltung/importe/exporte/``: batches listed, opened and taken, by who may see bank data."""

import io
import zipfile
from pathlib import Path

import pytest
from django.http import FileResponse
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.views import batches
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import ExportBatch, Submission
from tests.erp.deliveries import held_by_another_process
from tests.erp.exports import export, files_in
from tests.erp.uploads import technician
from tests.make import NOW, make_reading_submission
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

EXPORTS = "/verwaltung/importe/exporte/"
OPEN = f"{EXPORTS}erzeugen/"
FIRST = f"{EXPORTS}1/"


@pytest.fixture
def supervisor(noon: None, db: None) -> StaffMember:
    return make_member(StaffMember.Role.SUPERVISOR, email="maier@stadtwerke.example", name="Herr Maier")


@pytest.fixture
def office(client: Client, supervisor: StaffMember) -> Client:
    """A browser in which Herr Maier, who leads, is signed in."""
    sign_in_member(client, supervisor)
    return client


def content_of(response: object) -> bytes:
    assert isinstance(response, FileResponse)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_a_batch_is_opened_after_one_more_question(office: Client, supervisor: StaffMember) -> None:
    make_reading_submission()
    assert "<b>1 Vorgang</b> wartet auf die Übergabe." in office.get(EXPORTS).text
    assert "gelten damit als übergeben" in office.get(OPEN).text
    assert not ExportBatch.objects.exists()
    assert office.post(OPEN)["Location"] == EXPORTS
    assert Submission.objects.get().status == Submission.Status.EXPORTED
    page = office.get(EXPORTS).text
    assert "batch-000001 ist erzeugt." in page
    assert "noch nicht geschrieben" in page
    assert AuditEntry.objects.get(action="batch.opened").actor == supervisor.user.actor


def test_nothing_that_waits_is_no_batch(office: Client) -> None:
    before = snapshot()["submissions.ExportBatch"]
    office.post(OPEN)
    assert "Es ist kein Stapel entstanden." in office.get(EXPORTS).text
    assert snapshot()["submissions.ExportBatch"] == before


def test_another_export_is_waited_for(office: Client) -> None:
    make_reading_submission()
    with held_by_another_process("export"):
        office.post(OPEN)
    assert "Gerade läuft ein anderer Export." in office.get(EXPORTS).text
    assert not ExportBatch.objects.exists()


def test_a_batch_is_taken_and_it_stands_there_by_whom(
    office: Client, supervisor: StaffMember, tmp_path: Path
) -> None:
    make_reading_submission()
    export(tmp_path)
    assert "steht im Protokoll" in office.get(FIRST).text
    assert not AuditEntry.objects.filter(action="batch.downloaded").exists()
    response = office.post(FIRST)
    assert response["Content-Disposition"] == 'attachment; filename="batch-000001.zip"'
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(content_of(response))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files_in(tmp_path)
    entry = AuditEntry.objects.get(action="batch.downloaded")
    assert (entry.actor, entry.details["rows"]) == (supervisor.user.actor, 1)
    assert "Herr Maier" in office.get(EXPORTS).text.split("<tbody")[1]


def test_an_overview_is_taken_of_a_batch_and_of_all(office: Client, supervisor: StaffMember) -> None:
    make_reading_submission()
    office.post(OPEN)
    make_reading_submission()
    for path, rows in ((f"{FIRST}uebersicht/", 1), (f"{EXPORTS}uebersicht/", 2)):
        book = load_workbook(io.BytesIO(content_of(office.post(path))))
        assert book["Vorgänge"].max_row == rows + 1
    actors = set(AuditEntry.objects.filter(action="overview.written").values_list("actor", flat=True))
    assert actors == {supervisor.user.actor}


def test_more_than_a_browser_waits_for_is_left_to_the_command(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_IN_OVERVIEW", 0)
    make_reading_submission()
    office.post(OPEN)
    for path in (f"{EXPORTS}uebersicht/", f"{FIRST}uebersicht/"):
        assert office.post(path)["Location"] == EXPORTS
        assert "So viele schreibt der Befehl export_overview." in office.get(EXPORTS).text


def test_a_batch_that_would_be_another_one_is_not_handed_out(office: Client) -> None:
    make_reading_submission()
    office.post(OPEN)
    ExportBatch.objects.update(written_at=NOW, files={"zaehlerstaende.csv": {"sha256": "0", "rows": 1}})
    assert office.post(FIRST)["Location"] == EXPORTS
    assert "einen anderen Inhalt als damals" in office.get(EXPORTS).text
    assert not AuditEntry.objects.filter(action="batch.downloaded").exists()


def test_who_runs_the_portal_takes_no_bank_data(noon: None, db: None, client: Client) -> None:
    make_reading_submission()
    sign_in_member(client, technician())
    assert "Stapel jetzt erzeugen" not in client.get(EXPORTS).text
    before = snapshot()
    for path in (OPEN, FIRST, f"{FIRST}uebersicht/", f"{EXPORTS}uebersicht/"):
        assert client.post(path).status_code == 403
    assert snapshot() == before


def test_a_batch_that_is_none_is_404(office: Client) -> None:
    for path in (FIRST, f"{EXPORTS}{'9' * 30}/"):
        assert office.get(path).status_code == 404
        assert office.post(path).status_code == 404


def test_where_staff_enter_by_hand_it_stands_that_there_are_no_batches(
    office: Client, settings: Settings
) -> None:
    settings.STAFF_REVIEW = "manual"
    make_reading_submission()
    assert "Es entstehen keine Stapel" in office.get(EXPORTS).text


def test_the_list_takes_as_many_queries_for_one_as_for_twenty(
    office: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_reading_submission()
    office.post(OPEN)
    content_of(office.post(FIRST))
    office.get(EXPORTS)
    with django_assert_num_queries(7):
        office.get(EXPORTS)
    for number in range(2, 21):
        ExportBatch.objects.create(pk=number, created_at=NOW, format="csv")
    with django_assert_num_queries(7):
        office.get(EXPORTS)
