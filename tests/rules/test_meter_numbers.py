"""Meter numbers: which spellings are one meter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.meter_numbers import meter_number_key


@pytest.mark.parametrize(
    "typed",
    ["1EMH0004512873", "1 EMH 00 0451 2873", "1emh-0004512873", "001EMH0004512873", "\u00a01EMH00.04512873"],
)
def test_every_spelling_of_a_meter_number_has_one_key(typed: str) -> None:
    assert meter_number_key(typed) == "1EMH0004512873"


@pytest.mark.parametrize("typed", ["", " ", "---", "000", "ж", "１２３"])
def test_what_holds_no_letter_or_digit_has_an_empty_key(typed: str) -> None:
    assert meter_number_key(typed) == ""


@pytest.mark.parametrize("twin", ["1EMH\u212a", "1EM\u0406", "1emhß", "\u0131EMH"])
def test_a_look_alike_letter_folds_into_none(twin: str) -> None:
    assert meter_number_key(twin) == meter_number_key("".join(c for c in twin if c.isascii()))


@given(st.text(max_size=40))
def test_a_key_is_stable_and_ascii(text: str) -> None:
    key = meter_number_key(text)
    assert key.isascii()
    assert meter_number_key(key) == key
