"""What a PDF is refused for, and what is found in one that may be filed."""

import io
from collections.abc import Sequence

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.checks import MAX_PAGES, MAX_SIZE, Checked, DocumentRefused, check_document
from tests.pdfs import make_pdf

NUMBER, PATTERN = "0012345/1", CustomerNumberPattern()
GOOD = make_pdf(("Kundennummer 0012345/1",))


def reason_of(content: bytes) -> str:
    with pytest.raises(DocumentRefused) as refused:
        check_document(content, NUMBER, PATTERN)
    return refused.value.reason.value


def with_password(user: str) -> bytes:
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(GOOD)) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="geheim", user=user))
    return target.getvalue()


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([("Kundennummer 0012345/1",), ("Seite 2",)], Checked(2, True, True)),
        ([("Seite 1",), ("Kd.-Nr. 12345",)], Checked(2, True, True)),
        ([("Kundennummer 0012346/1",)], Checked(1, True, False, ("0012346/1",))),
        ([("Guten Tag",)], Checked(1, True, False)),
        ([()], Checked(1, False, False)),
    ],
)
def test_what_is_on_the_pages_is_found(pages: list[Sequence[str]], expected: Checked) -> None:
    assert check_document(make_pdf(*pages), NUMBER, PATTERN) == expected


def test_of_many_other_numbers_a_few_are_told() -> None:
    found = check_document(make_pdf([f"00123{number}/1" for number in range(50, 70)]), NUMBER, PATTERN)
    assert len(found.other_numbers) == 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<html>", "unknown_format"),
        (b"PK\x03\x04", "unknown_format"),
        (b"%PDF-1.7", "damaged"),
        (GOOD[:200], "damaged"),
        (GOOD + b" " * MAX_SIZE, "too_large"),
        (with_password("auch geheim"), "encrypted"),
        (with_password(""), "encrypted"),
        (make_pdf(*[()] * (MAX_PAGES + 1)), "too_many_pages"),
        (make_pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "javascript"),
        (make_pdf(catalog="/OpenAction << /S /#4aavaScript /J#53 (app.alert\\(1\\)) >>"), "javascript"),
        (make_pdf(catalog="/OpenAction 4 0 R", objects=["<< /S /JavaScript /JS (1) >>"]), "javascript"),
        (make_pdf(catalog="/OpenAction << /S /URI /URI (https://a.example) >>"), "opens_address"),
        (make_pdf(catalog="/AA << /WC << /S /URI /URI (https://a.example) >> >>"), "opens_address"),
        (make_pdf(page="/AA << /O << /S /Launch /F (calc.exe) >> >>"), "launch"),
        (make_pdf(page="/Annots [<< /Subtype /Link /A << /S /Launch /F (x) >> >>]"), "launch"),
        (make_pdf(catalog="/Names << /EmbeddedFiles << /Names [] >> >>"), "embedded_file"),
        (make_pdf(catalog="/AF [<< /Type /Filespec /EF << /F 2 0 R >> >>]"), "embedded_file"),
        (make_pdf(catalog="/AcroForm << /XFA [] >>"), "form_program"),
        (make_pdf(page="/Annots [<< /Subtype /RichMedia /RichMediaContent << >> >>]"), "media"),
        (make_pdf(page="/Annots [<< /A << /S /SubmitForm /F (https://a.example) >> >>]"), "sends_data"),
    ],
)
def test_what_is_no_plain_pdf_is_refused(content: bytes, reason: str) -> None:
    assert reason_of(content) == reason


@pytest.mark.parametrize(
    "harmless",
    [
        {"page": "/Annots [<< /Subtype /Link /A << /S /URI /URI (https://a.example) >> >>]"},
        {"catalog": "/OpenAction [2 0 R /Fit]"},
        {"catalog": "/OpenAction << /S /GoTo /D [2 0 R /Fit] >>"},
        {"catalog": "/Note (this /JavaScript is a text)"},
    ],
)
def test_a_link_and_a_place_to_open_at_are_no_harm(harmless: dict[str, str]) -> None:
    content = make_pdf(("Kundennummer 0012345/1",), **harmless)  # type: ignore[arg-type]
    assert check_document(content, NUMBER, PATTERN).names_customer


@settings(max_examples=150)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=20), st.integers(0, 20))
def test_no_damage_breaks_the_checks(place: int, noise: bytes, cut: int) -> None:
    broken = GOOD[:place] + noise + GOOD[place + cut :]
    try:
        check_document(broken, NUMBER, PATTERN)
    except DocumentRefused as refused:
        assert refused.reason.value  # noqa: PT017  (Either answer will do.)
