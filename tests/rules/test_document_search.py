"""How a search reads what was typed and what documents are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.documents.rules import folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jahresabrechnung 2025", "jahresabrechnung 2025"),
        ("PREISÄNDERUNG", "preisaenderung"),
        ("Preisaenderung", "preisaenderung"),
        ("  Straße \t 7 ", "strasse 7"),
        ("STRASSE 7", "strasse 7"),
        ("Café", "cafe"),
        ("A\u0308nderung", "aenderung"),
        ("", ""),
    ],
)
def test_spellings_of_one_word_fold_to_one(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
