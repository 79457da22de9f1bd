"""Typed text becomes text that shows what it says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.plain_text import plain_line, plain_text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Hallo", "Hallo"),
        ("  Hallo  \r\n\r\nWelt \r\n", "Hallo\n\nWelt"),
        ("eins\rzwei\u2028drei\x85vier", "eins\nzwei\ndrei\nvier"),
        ("a\tb", "a b"),
        ("Nu\0ll \x1b[31mrot\x7f", "Null [31mrot"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("\ufeffAnfang", "Anfang"),
        ("Mu\u0308ller", "Müller"),
        ("👩\u200d👧 bleibt", "👩\u200d👧 bleibt"),
        ("halb \ud83d Zeichen", "halb  Zeichen"),
        ("", ""),
    ],
)
def test_a_text_keeps_its_words_and_lines(typed: str, plain: str) -> None:
    assert plain_text(typed) == plain


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Umzug", "Umzug"),
        ("Umzug\r\nBcc: alle@beispiel.example", "Umzug Bcc: alle@beispiel.example"),
        ("  Umzug \t im   März ", "Umzug im März"),
        ("\n", ""),
    ],
)
def test_a_line_is_one_line(typed: str, plain: str) -> None:
    assert plain_line(typed) == plain


@given(st.text())
def test_nothing_unseen_is_left_and_twice_changes_nothing(typed: str) -> None:
    once = plain_text(typed)
    assert plain_text(once) == once
    assert not any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in once if sign != "\n")
    assert "\n" not in plain_line(typed)
