"""Customer numbers: any spelling in, one canonical form out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.customer_numbers import (
    CustomerNumberPattern,
    canonical_customer_number,
    count_digits,
)

PATTERN = CustomerNumberPattern()


@pytest.mark.parametrize(
    "typed",
    [
        "12345",
        "0012345",
        "0012345/1",
        "12345/1",
        " 0012345/1 ",
        "001 23 45 / 1",
        "0012345\u00a0/1",
        "\t0012345/1\n",
        "000000012345",
    ],
)
def test_every_spelling_of_a_number_is_the_same_number(typed: str) -> None:
    assert canonical_customer_number(typed, PATTERN) == "0012345/1"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "/",
        "/1",
        "0",
        "0000000/1",
        "12345678",
        "0012345/2",
        "0012345/11",
        "0012345/",
        "0012345/1/1",
        "0012345-1",
        "12.345",
        "abc",
        "１２３４５",
        "١٢٣٤٥",
        "²3",
        "12345\x00",
        "12345' OR 1=1",
        "m.bauer@beispiel.de",
    ],
)
def test_what_is_no_customer_number_is_refused(typed: str) -> None:
    assert canonical_customer_number(typed, PATTERN) is None


def test_the_pattern_is_the_utilitys() -> None:
    pattern = CustomerNumberPattern(digits=9, suffix="02")
    assert canonical_customer_number("14026", pattern) == "000014026/02"
    assert canonical_customer_number("14026/1", pattern) is None
    assert pattern.example() == "000012345/02"


@given(st.integers(min_value=1, max_value=9_999_999))
def test_a_canonical_number_is_stable_and_keeps_its_value(value: int) -> None:
    canonical = canonical_customer_number(str(value), PATTERN)
    assert canonical is not None
    assert canonical_customer_number(canonical, PATTERN) == canonical
    assert int(canonical.split("/")[0]) == value


@given(st.text(max_size=30))
def test_any_text_gives_a_canonical_number_or_none(text: str) -> None:
    canonical = canonical_customer_number(text, PATTERN)
    assert canonical is None or (len(canonical) == 9 and canonical.endswith("/1"))


def test_digits_before_the_suffix_are_counted() -> None:
    assert count_digits("0012345/1") == 7
    assert count_digits("123 456") == 6
    assert count_digits("abc") == 0
