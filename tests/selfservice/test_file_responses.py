"""What a browser is told about a file that is handed out."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponseBase
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kundenportal.files.models import StoredFile
from kundenportal.files.services import store_file
from kundenportal.files.storage import private_storage
from kundenportal.ui.file_responses import file_name, file_response
from tests.make import NOW, PDF


@pytest.fixture
def responses() -> Iterator[list[HttpResponseBase]]:
    """Responses to close in the end, as a web server does."""
    made: list[HttpResponseBase] = []
    yield made
    for each in made:
        each.close()


@pytest.fixture
def respond(db: None, responses: list[HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def respond_with(**values: Any) -> HttpResponseBase:
        stored = store_file(PDF, media_type=values.pop("media_type", "application/pdf"), now=NOW)
        response = file_response(stored, **{"name": "Rechnung.pdf", "is_attachment": True} | values)
        responses.append(response)
        return response

    return respond_with


def content_of(response: HttpResponseBase) -> bytes:
    return b"".join(response)  # type: ignore[arg-type]


def test_a_download_carries_the_content_and_can_do_nothing(respond: Callable[..., HttpResponseBase]) -> None:
    response = respond()

    assert content_of(response) == PDF
    assert dict(response.items()) == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": 'attachment; filename="Rechnung.pdf"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def test_a_pdf_that_is_viewed_may_stand_in_our_own_pages_alone(
    respond: Callable[..., HttpResponseBase],
) -> None:
    response = respond(is_attachment=False)

    assert response["Content-Disposition"] == 'inline; filename="Rechnung.pdf"'
    policy = response["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_anything_else_that_is_viewed_is_sandboxed(respond: Callable[..., HttpResponseBase]) -> None:
    response = respond(is_attachment=False, media_type="image/jpeg", name="foto.jpg")

    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Frame-Options"] == "DENY"


def test_a_name_with_umlauts_and_quotes_stays_one_name(respond: Callable[..., HttpResponseBase]) -> None:
    disposition = respond(name='Änderung "2026"; filename=x.exe.pdf')["Content-Disposition"]

    assert disposition == "attachment; filename*=utf-8''%C3%84nderung%20-2026-%3B%20filename%3Dx.exe.pdf"


def test_the_web_server_in_front_is_told_where_the_file_is(
    respond: Callable[..., HttpResponseBase], settings: Settings
) -> None:
    settings.FILES_ACCEL = "/private-files/"

    response = respond()

    assert response["X-Accel-Redirect"] == f"/private-files/{StoredFile.objects.get().name}"
    assert content_of(response) == b""
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.django_db
def test_a_content_that_is_lost_is_an_error_of_the_storage() -> None:
    stored = store_file(PDF, media_type="application/pdf", now=NOW)
    Path(private_storage().path(stored.name)).unlink()

    with pytest.raises(OSError, match="No such file"):
        file_response(stored, name="Rechnung.pdf", is_attachment=True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jahresabrechnung 2025.pdf", "Jahresabrechnung 2025.pdf"),
        ("../../etc/passwd.pdf", "etc-passwd.pdf"),
        ("a/b\\c:d*e?f.pdf", "a-b-c-d-e-f.pdf"),
        ("Strom & Gas: 1. Halbjahr.pdf", "Strom & Gas- 1. Halbjahr.pdf"),
        ("fdp\u202eexe.pdf", "fdp-exe.pdf"),
        ("Zeile\r\nSet-Cookie: x=1.pdf", "Zeile-Set-Cookie- x=1.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("?.pdf", "datei.pdf"),
        ("...", "datei."),
        ("daten", "daten"),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(name: str, expected: str) -> None:
    assert file_name(name) == expected


@given(st.text())
def test_no_title_leads_out_of_a_folder_or_breaks_a_header(title: str) -> None:
    name = file_name(f"{title}.pdf")

    assert name.endswith(".pdf")
    assert not name.startswith(".")
    assert not set('\r\n\x00/\\:"') & set(name)


def test_a_sealed_file_is_opened_here_whatever_stands_in_front(
    db: None, settings: Settings, responses: list[HttpResponseBase]
) -> None:
    settings.FILES_ACCEL = "/files/"
    stored = store_file(PDF, media_type="application/pdf", is_sealed=True, now=NOW)
    response = file_response(stored, name="Mandat.pdf", is_attachment=True)
    responses.append(response)
    assert content_of(response) == PDF
    assert "X-Accel-Redirect" not in response
