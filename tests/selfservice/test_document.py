"""``/vs/<id>/dokumente/<id>/``: opening a document, its file and its pages, and what is written down."""

import datetime as dt
import io
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.services import note_access
from kundenportal.files.storage import private_storage
from kundenportal.selfservice.views.documents import PICTURES_WINDOW
from tests.make import NOW, PDF, Household, make_customer, make_document, make_premise, make_user
from tests.pdfs import make_pdf
from tests.personas import sign_in
from tests.selfservice.document_pages import content_of, document_url, list_url
from tests.selfservice.reading_pages import text_of
from tests.snapshot import snapshot

PATHS = ("", "datei/", "datei/?ansicht", "seite/1/")


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


@pytest.fixture
def document(household: Household) -> Document:
    return make_document(household.customer)


def accesses() -> list[str]:
    return list(DocumentAccess.objects.order_by("pk").values_list("way", flat=True))


def test_the_page_tells_of_the_document_and_shows_its_pages(owner: Client, household: Household) -> None:
    document = make_document(household.customer, content=make_pdf(("eins",), ("zwei",)))
    url = document_url(household, document)

    page = owner.get(url)

    assert "<title>Jahresabrechnung 2025 – Kundenportal Stadtwerke Musterbach</title>" in page.text
    assert "Rechnung · 20. Januar 2026 · PDF, 1 KB, 2 Seiten" in text_of(page)
    assert f'href="{url}datei/" download>' in page.text
    assert f'href="{url}datei/?ansicht" target="_blank" rel="noopener">' in page.text
    assert f'src="{url}seite/1/"' in page.text
    assert 'alt="Seite 2 von 2"' in page.text
    assert 'aria-current="page"' in page.text.partition("Dokumentenverwaltung")[0].rpartition("<a ")[2]


def test_opening_it_is_written_down_and_it_is_new_no_more(
    owner: Client, household: Household, document: Document
) -> None:
    assert ">Neu</span>" in owner.get(list_url(household)).text

    owner.get(document_url(household, document))

    access = DocumentAccess.objects.get()
    assert (access.document, access.user, access.way) == (document, household.user, "opened")
    assert ">Neu</span>" not in owner.get(list_url(household)).text


def test_a_page_its_viewer_and_its_pictures_are_one_opening_and_a_download_is_another(
    owner: Client, household: Household, document: Document
) -> None:
    for path in ("", "datei/?ansicht", "seite/1/", "", "datei/"):
        content_of(owner.get(document_url(household, document) + path))
    assert accesses() == ["opened", "downloaded"]


def test_ten_minutes_later_it_is_opened_again(document: Document, household: Household) -> None:
    for minutes in (0, 9, 10, 19, 20):
        now = NOW + dt.timedelta(minutes=minutes)
        note_access(document=document, user=household.user, way=DocumentAccess.Way.OPENED, now=now)
    assert accesses() == ["opened", "opened", "opened"]


def test_a_new_version_is_opened_anew(document: Document, household: Household) -> None:
    later = NOW + dt.timedelta(minutes=2)
    opened = DocumentAccess.Way.OPENED
    note_access(document=document, user=household.user, way=opened, now=NOW)
    Document.objects.update(published_at=later)
    document.refresh_from_db()
    note_access(document=document, user=household.user, way=opened, now=later)
    assert accesses() == ["opened", "opened"]


def test_the_file_is_saved_under_its_title(owner: Client, household: Household) -> None:
    document = make_document(household.customer, "Änderung: Strom/Gas")

    response = owner.get(document_url(household, document) + "datei/")

    assert content_of(response) == PDF
    name = "%C3%84nderung-%20Strom-Gas.pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert accesses() == ["downloaded"]


def test_the_file_is_shown_in_our_pages_and_a_tab(
    owner: Client, household: Household, document: Document
) -> None:
    response = owner.get(document_url(household, document) + "datei/?ansicht")

    assert content_of(response) == PDF
    assert response["Content-Disposition"].startswith("inline;")
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store, private"
    assert accesses() == ["opened"]


def test_a_picture_shows_the_page(owner: Client, household: Household, document: Document) -> None:
    response = owner.get(document_url(household, document) + "seite/1/")

    picture = Image.open(io.BytesIO(response.content))
    assert (picture.format, picture.width) == ("WEBP", 1200)
    assert picture.convert("L").getextrema()[0] < 100
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999999", "-1", "x"])
def test_a_page_that_is_not_there_is_not_found(
    owner: Client, household: Household, document: Document, number: str
) -> None:
    assert owner.get(f"{document_url(household, document)}seite/{number}/").status_code == 404
    assert accesses() == []


def test_of_a_long_document_the_first_pages_are_shown(owner: Client, household: Household) -> None:
    document = make_document(household.customer, content=make_pdf(*[("x",)] * 31))

    page = owner.get(document_url(household, document))

    assert page.text.count("<img src") == 30
    assert "Die weiteren Seiten sehen Sie, wenn Sie das Dokument herunterladen." in text_of(page)


def test_asking_only_whether_it_is_there_opens_nothing(
    owner: Client, household: Household, document: Document
) -> None:
    for path in PATHS:
        response = owner.head(document_url(household, document) + path)
        assert content_of(response) == b""
        assert response.status_code == 200
    assert accesses() == []


@pytest.mark.parametrize("path", PATHS)
def test_a_recalled_document_is_gone_and_said_to_be(
    owner: Client, household: Household, document: Document, path: str
) -> None:
    Document.objects.update(recalled_at=NOW)
    before = snapshot(but=[Session])

    response = owner.get(document_url(household, document) + path)

    assert response.status_code == 404
    assert "Dieses Dokument ist nicht mehr verfügbar." in text_of(response)
    assert document.title not in response.text
    assert snapshot(but=[Session]) == before


@pytest.mark.parametrize("path", PATHS)
def test_nobody_else_learns_that_there_was_one(
    household: Household, document: Document, path: str, client: Client
) -> None:
    stranger = make_user(make_premise().customer, email="b@beispiel.de")
    sign_in(client, stranger)
    before = snapshot(but=[Session])

    for recalled_at in (None, NOW):
        Document.objects.update(recalled_at=recalled_at)
        response = client.get(document_url(household, document) + path)
        assert response.status_code == 404
        assert "Diese Seite gibt es nicht." in response.text
    Document.objects.update(recalled_at=None)
    assert snapshot(but=[Session]) == before


@pytest.mark.parametrize("path", PATHS)
def test_foreign_documents_are_not_found_under_the_own_premise(
    owner: Client, household: Household, path: str
) -> None:
    elsewhere = make_premise(household.customer)
    foreign = [
        make_document(make_customer()),
        make_document(make_customer(), premise=household.premise),
        make_document(household.customer, premise=elsewhere),
    ]
    for each in foreign:
        assert owner.get(document_url(household, each) + path).status_code == 404
    for unknown in ("0" * 12, "x", "ä", "a" * 300):
        assert owner.get(f"{list_url(household)}{unknown}/{path}").status_code == 404
    assert accesses() == []


@pytest.mark.parametrize("path", ["datei/", "datei/?ansicht", "seite/1/"])
def test_a_storage_out_of_reach_is_told_kindly_and_opens_nothing(
    owner: Client, household: Household, document: Document, path: str
) -> None:
    assert document.file is not None
    Path(private_storage().path(document.file.name)).unlink()

    response = owner.get(document_url(household, document) + path)

    assert response.status_code == 503
    assert response["Retry-After"] == "300"
    assert "Dieses Dokument lässt sich gerade nicht öffnen." in text_of(response)
    assert accesses() == []


def test_who_opens_very_many_pages_is_asked_to_wait_and_nobody_else(
    owner: Client, household: Household, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kundenportal.selfservice.views.documents.PICTURES", 2)
    page = document_url(household, document) + "seite/1/"
    neighbour = make_customer(customer_number="0014027/1")
    place, theirs, other = make_premise(neighbour), make_document(neighbour), Client()
    with time_machine.travel(NOW, tick=False):
        sign_in(owner, household.user)
        sign_in(other, make_user(neighbour, email="petra@beispiel.de"))

        assert [owner.get(page).status_code for _each in range(3)] == [200, 200, 429]

        response = owner.get(page)
        assert response["Retry-After"] == "60"
        assert "Sie haben in kurzer Zeit sehr viele Seiten geöffnet." in text_of(response)
        assert content_of(owner.get(document_url(household, document) + "datei/")) == PDF
        assert other.get(f"/vs/{place.public_id}/dokumente/{theirs.public_id}/seite/1/").status_code == 200
    with time_machine.travel(NOW + PICTURES_WINDOW, tick=False):
        assert owner.get(page).status_code == 200


def test_nothing_can_be_sent_to_a_document(owner: Client, household: Household, document: Document) -> None:
    assert {owner.post(document_url(household, document) + path).status_code for path in PATHS} == {405}


def test_what_a_login_opened_stays_written_down_when_it_is_deleted(
    household: Household, document: Document
) -> None:
    note_access(document=document, user=household.user, way=DocumentAccess.Way.OPENED, now=NOW)
    household.user.delete()
    assert DocumentAccess.objects.get().user is None


def test_the_page_takes_few_queries(owner: Client, household: Household, document: Document) -> None:
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        owner.get(document_url(household, document))
        with CaptureQueriesContext(connection) as queries:
            owner.get(document_url(household, document))
    assert len(queries) <= 5
