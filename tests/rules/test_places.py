"""Places in a list, as addresses carry them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.places import Place, parse_place

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@given(
    st.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(days=80 * 365)),
    st.integers(min_value=0, max_value=10**18 - 1),
)
def test_a_place_comes_back_as_it_went(age: dt.timedelta, number: int) -> None:
    place = Place(EPOCH + age, number)
    assert parse_place(str(place)) == place


@pytest.mark.parametrize(
    "text",
    ["", "-", "1", "1-", "-1", "x-1", "1-x", "1-1-1", "9" * 19 + "-1", "9" * 18 + "-1", "²-1", "1.5-1"],
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert parse_place(text) is None
