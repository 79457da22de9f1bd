"""References, public ids and codes a person copies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.references import (
    CROCKFORD,
    canonical_code,
    format_reference,
    new_code,
    new_public_id,
    parse_reference,
)


@pytest.mark.parametrize("typed", ["7KQ2M-9XW4T", "7kq2m9xw4t", " 7KQ2M 9XW4T ", "7KQ2M\u00a09XW4T"])
def test_a_code_may_be_typed_in_any_case_with_blanks_and_hyphens(typed: str) -> None:
    assert canonical_code(typed) == "7KQ2M9XW4T"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert canonical_code("oOiIlL") == "001111"


@given(st.integers(min_value=1, max_value=40))
def test_a_new_code_is_its_own_canonical_form(length: int) -> None:
    code = new_code(length)
    assert len(code) == length
    assert set(code) <= set(CROCKFORD)
    assert canonical_code(code.lower()) == code


def test_codes_and_ids_do_not_repeat() -> None:
    assert len({new_code(10) for _ in range(1000)}) == 1000
    assert len(new_public_id()) == 7


@given(st.integers(min_value=2000, max_value=2999), st.integers(min_value=1, max_value=10**12))
def test_a_reference_is_read_as_it_was_written(year: int, number: int) -> None:
    assert parse_reference(format_reference(year, number).lower()) == (year, number)


@pytest.mark.parametrize("text", ["", "V-2026-47", "V-26-004711", "V-2026-0047x1", "X-2026-004711"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    assert parse_reference(text) is None
