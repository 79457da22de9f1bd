"""How numbers are read and written."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.german_numbers import InvalidNumber, format_number, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24318", "24318"),
        ("024318", "24318"),
        ("0", "0"),
        ("000", "0"),
        ("24.318", "24318"),
        ("024.318", "24318"),
        ("24 318", "24318"),
        ("24\N{NO-BREAK SPACE}318", "24318"),
        ("24\N{NARROW NO-BREAK SPACE}318", "24318"),
        ("24\N{THIN SPACE}318", "24318"),
        ("  24318\t", "24318"),
        ("2 4 3 1 8", "24318"),
        ("24.318,5", "24318.5"),
        ("24 318,5", "24318.5"),
        ("24318,5", "24318.5"),
        ("24318, 5", "24318.5"),
        ("24318.5", "24318.5"),
        ("24318.52", "24318.52"),
        ("24318.5234", "24318.5234"),
        ("1.234.567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("9305,412", "9305.412"),
        ("0,5", "0.5"),
        (",5", "0.5"),
        (".5", "0.5"),
        ("24318,", "24318"),
        ("24318.", "24318"),
        ("92,00", "92.00"),
        ("1.5", "1.5"),
        ("1.50", "1.50"),
    ],
)
def test_a_number_is_read_in_every_usual_spelling(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "24318 kWh",
        "24318O",
        "1e5",
        "-1",
        "+1",
        ",",
        ".",
        "24,318,5",
        "24,318.5",
        "24.31.8",
        "1.23.456",
        "24318.500",
        "24318.500,5",
        "１２３",  # full-width digits
        "١٢٣",  # Arabic-Indic digits
        "12³",
        "½",
        "NaN",
        "Infinity",
        "1_000",
        "0x1F",
        "1" * 41,
        "24\N{ZERO WIDTH SPACE}318",
        "24318\x00",
    ],
)
def test_what_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidNumber):
        parse_number(text)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (24318, None, "24.318"),
        (Decimal("1234.5"), None, "1.234,5"),
        (Decimal("1234.5000"), None, "1.234,5"),
        (Decimal("1234.0000"), None, "1.234"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal(92), 2, "92,00"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("2.5"), 0, "3"),
        (0, None, "0"),
        (Decimal(-51), None, "−51"),
        (Decimal("-0.001"), 2, "0,00"),
        (999, None, "999"),
        (1234567, None, "1.234.567"),
    ],
)
def test_a_number_is_written_the_german_way(value: Decimal | int, decimals: int | None, text: str) -> None:
    assert format_number(value, decimals) == text


_NUMBERS = st.decimals(min_value=0, max_value=10**11, allow_nan=False, allow_infinity=False, places=4)


@given(_NUMBERS)
def test_what_is_written_is_read_back(value: Decimal) -> None:
    assert parse_number(format_number(value)) == value


@given(_NUMBERS, st.integers(0, 4))
def test_what_is_written_with_fixed_decimals_is_read_back_rounded(value: Decimal, decimals: int) -> None:
    assert abs(parse_number(format_number(value, decimals)) - value) <= Decimal("0.5").scaleb(-decimals)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidNumber):
        assert parse_number(text) >= 0
