"""How the values of a delivery are read."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from kundenportal.erp.inbound.known_rows import KnownRows, hash_rows, row_hash_key
from kundenportal.erp.inbound.report import shown
from kundenportal.erp.inbound.values import (
    BadValue,
    choice,
    counted,
    date,
    decimal,
    end_date,
    iban,
    market_location,
    text,
    whole_number,
)
from tests.benchmarks.make_delivery import iban_of, market_location_of

dates = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(dates)
def test_a_date_is_read_in_both_spellings(day):
    german = f"{day.day}.{day.month}.{day.year}"
    assert date(day.isoformat()) == date(f"{day:%d.%m.%Y}") == date(german) == day.isoformat()


@given(st.text(max_size=12))
def test_any_other_text_is_no_date(value):
    try:
        read = dt.date.fromisoformat(date(value))
    except BadValue:
        return
    assert 1900 <= read.year <= 2199


@pytest.mark.parametrize("value", ["9999-12-31", "31.12.9999"])
def test_the_end_of_time_is_no_end(value):
    assert end_date(value) is None


@given(
    st.decimals(min_value=0, max_value=Decimal("99999999999.9999"), places=4, allow_nan=False),
    st.sampled_from([",", "."]),
    st.sampled_from(["", "+", "0", "000"]),
)
def test_a_decimal_is_read_with_comma_and_dot(value, mark, before):
    read, whole, fraction = counted(decimal(digits=11, decimals=4))(before + f"{value:f}".replace(".", mark))

    assert Decimal(str(read)) == value
    assert whole == len(str(int(value)))
    assert fraction == (max(0, -value.normalize().as_tuple().exponent) if value else 0)


@given(st.text("0123456789.,-+eE ١²", max_size=8))
def test_what_is_read_as_a_decimal_is_one(value):
    try:
        read = decimal(digits=11, decimals=4)(value)
    except BadValue:
        return
    assert Decimal(str(read)) == abs(Decimal(value.replace(",", ".")))


@given(st.integers(0, 9_999_999_999), st.integers(4, 21), st.integers(1, 9))
def test_one_wrong_digit_of_an_iban_is_found(account, place, off):
    good = iban_of(account)
    wrong = good[:place] + str((int(good[place]) + off) % 10) + good[place + 1 :]

    assert iban(good) == str(IBAN(good))
    with pytest.raises(BadValue, match="Prüfziffern"):
        iban(wrong)


@given(st.integers(0, 4_999_999_999), st.integers(1, 9))
def test_a_wrong_check_digit_of_a_market_location_is_found(number, off):
    good = market_location_of(number)

    assert market_location(good) == good
    with pytest.raises(BadValue, match="Prüfziffer"):
        market_location(good[:10] + str((int(good[10]) + off) % 10))


@pytest.mark.parametrize("real", ["26146100330", "77916011083", "39941924251", "66365572704"])
def test_market_locations_of_others_are_right(real):
    assert market_location(real) == real


def test_text_is_composed_and_on_one_line():
    assert text(20)("Mu\u0308ller\u00a0& Co\nKG") == "Müller & Co KG"


def test_words_are_read_in_any_case():
    assert choice({"ja": True, "nein": False})("JA") is True


@pytest.mark.parametrize("value", ["٣", "1.0", "-1", "", "32", "1" * 5000])
def test_whole_numbers_have_bounds(value):
    with pytest.raises(BadValue):
        whole_number(1, 31)(value)


@given(st.text(max_size=200))
def test_a_shown_value_is_short_and_printable(value):
    assert len(shown(value)) <= 80
    assert shown(value).isprintable()


@pytest.mark.parametrize(
    "value",
    ["DE89370400440532013000", "de89 3704 0044 0532 0130 00", "IBAN: DE89370400440532013001.", "DE8937040044053201300", "AT611904300234573201"],
)  # fmt: skip
def test_no_whole_iban_is_shown(value):
    assert "3704" not in shown(value)
    assert "19043" not in shown(value)
    assert "•• ••••" in shown(value)


def test_a_bad_iban_is_masked_and_a_metering_location_is_not():
    assert shown("XX893704004405320130", "iban") == "XX•• •••• 0130"
    assert shown("DE89 3704 0044 05ä2 0130 00", "iban") == "DE•• •••• 3000"
    assert shown("DE0001234567890123456789", "messlokation") == "DE0001234567890123456789"


@given(st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=60), st.data())
def test_known_rows_are_confirmed_once_and_the_others_looked_at(hashes, data):
    from array import array  # noqa: PLC0415

    known_ones = data.draw(st.lists(st.sampled_from(hashes), unique=True)) if hashes else []
    doubtful = data.draw(st.lists(st.sampled_from(known_ones), unique=True)) if known_ones else []
    known = KnownRows(sorted(known_ones))
    known.doubt(doubtful)
    delivered = array("q", hashes + known_ones)

    looked_at = [delivered[place] for place in known.unconfirmed(delivered)]

    clean = set(known_ones) - set(doubtful)
    assert sorted(looked_at) == sorted([each for each in hashes if each not in clean] + known_ones)
    assert set(known.missing()) == set(doubtful)
    assert known.confirmed_count() == len(clean)


def test_row_hashes_depend_on_the_key(settings):
    first = hash_rows([b"a;b", b"a;c"], row_hash_key())
    settings.FIELD_KEY = bytes(32)

    assert len(set(first)) == 2
    assert hash_rows([b"a;b", b"a;c"], row_hash_key()) != first
