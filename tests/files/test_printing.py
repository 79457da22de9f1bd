"""A PDF is tagged, in our font, and made of nothing but our own files."""

import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.exceptions import SuspiciousFileOperation
from pytest_django import Settings

from kundenportal.files.printing import _static_fetcher, render_pdf

PAGE = """
{% extends "files/print.html" %}
{% block title %}Übersicht{% endblock %}
{% block content %}<h1>{{ heading }}</h1><img src="{{ picture }}" alt=""><p>Ausführlich & gut</p>{% endblock %}
"""


@pytest.fixture
def page(settings: Settings, tmp_path: Path) -> str:
    """Return the name of a template that extends the frame."""
    (tmp_path / "page.html").write_text(PAGE.strip(), encoding="utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}, *settings.TEMPLATES[1:]]
    return "page.html"


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def test_a_pdf_is_tagged_and_tells_language_and_title(page: str) -> None:
    pdf = render_pdf(page, {"heading": "Zählerstände"}, language="de")

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.StructTreeRoot
        assert document.Root.Lang == "de"
        assert document.docinfo.Title == "Übersicht"
        fonts = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
    assert all("Atkinson" in font for font in fonts)
    assert "Zählerstände" in text_of(pdf)
    assert "Stadtwerke Musterbach" in text_of(pdf)


def test_what_somebody_typed_stays_text(page: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("h1::after { content: 'verraten' }", encoding="utf-8")
    typed = f'<link rel="stylesheet" href="{secret.as_uri()}"><b>fett</b>'

    text = text_of(render_pdf(page, {"heading": typed}, language="de"))

    assert "<b>fett</b>" in text
    assert "verraten" not in text


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "http://127.0.0.1:1/",
        "data:text/plain,Hallo",
        "asset:../../../etc/hostname",
        "asset:/etc/hostname",
        "asset:ui/missing.css",
    ],
)
def test_nothing_but_our_own_static_files_is_fetched(page: str, url: str) -> None:
    with pytest.raises((ValueError, SuspiciousFileOperation)):
        _static_fetcher().fetch(url)
    assert "Ausführlich & gut" in text_of(render_pdf(page, {"picture": url}, language="de"))


def test_our_own_static_files_are_fetched() -> None:
    response = _static_fetcher().fetch("asset:files/print.css")
    assert response.headers["Content-Type"] == "text/css"
    assert b"@page" in response.read()


def test_a_web_process_never_loads_the_library() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; "
        "django.setup(); import kundenportal.config.urls, kundenportal.config.jobs; "
        "sys.exit('weasyprint' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
