"""The names of strangers' files, as they are shown and given back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.files.accepted import JPEG, PDF
from kundenportal.files.names import NAME_LENGTH, plain_name


@pytest.mark.parametrize(
    ("name", "media_type", "plain"),
    [
        ("Zähler.jpg", JPEG, "Zähler.jpg"),
        ("IMG_0815.HEIC", JPEG, "IMG_0815.jpg"),
        ("Bildschirmfoto.png", JPEG, "Bildschirmfoto.jpg"),
        ("Rechnung 2026.01", PDF, "Rechnung 2026.01.pdf"),
        ("brief.pdf.exe", PDF, "brief.pdf.exe.pdf"),
        ("../../etc/passwd", JPEG, "passwd.jpg"),
        ("C:\\Daten\\Brief.pdf", PDF, "Brief.pdf"),
        ("rechnung\u202efdp.exe", PDF, "rechnungfdp.exe.pdf"),
        ('a"b;c\r\nX: y.pdf', PDF, "a-b;c X- y.pdf"),
        ("...", JPEG, "Datei.jpg"),
        ("", PDF, "Datei.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("x" * 300 + ".jpg", JPEG, "x" * (NAME_LENGTH - 4) + ".jpg"),
    ],
)
def test_a_name_keeps_its_words_and_says_what_the_file_is(name: str, media_type: str, plain: str) -> None:
    assert plain_name(name, media_type) == plain


@given(st.text(), st.sampled_from([JPEG, PDF]))
def test_a_name_is_short_on_one_line_and_without_a_path(name: str, media_type: str) -> None:
    plain = plain_name(name, media_type)
    assert 5 <= len(plain) <= NAME_LENGTH
    assert not set(plain) & set('/\\\r\n\0"')
    assert plain.endswith({JPEG: ".jpg", PDF: ".pdf"}[media_type])
