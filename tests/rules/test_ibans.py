"""IBANs as people type them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.ibans import SEPA, IbanFault, InvalidIban, grouped_iban, mask_iban, parse_iban

GERMAN = "DE89370400440532013000"


def fault_of(text: str) -> InvalidIban:
    with pytest.raises(InvalidIban) as refused:
        parse_iban(text)
    return refused.value


@pytest.mark.parametrize(
    "text",
    [
        GERMAN,
        "DE89 3704 0044 0532 0130 00",
        "de89 3704 0044 0532 0130 00",
        " IBAN: DE89-3704-0044-0532-0130-00 ",
        "IBAN DE89.3704.0044.0532.0130.00",
        "DE89\N{NO-BREAK SPACE}3704\N{EN DASH}0044\t0532\n0130 00",
        "\N{ZERO WIDTH SPACE}DE89 3704 0044 0532 0130 00\N{LEFT-TO-RIGHT MARK}",
        "ＤＥ８９ ３７０４ ００４４ ０５３２ ０１３０ ００",
        "DE89 37O4 OO44 O532 OI3O OO",
        "DE89 3704 0044 0532 0l30 00",
    ],
)
def test_any_spelling_of_an_iban_is_read(text: str) -> None:
    assert parse_iban(text) == GERMAN


@pytest.mark.parametrize(
    "iban",
    [
        "AT611904300234573201",
        "BE68539007547034",
        "CH9300762011623852957",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "MT84MALT011000012345MTLCAST001S",
        "NL91ABNA0417164300",
        "NO9386011117947",
        "RS35260005601001611379",
        "AL47212110090000000235698741",
    ],
)
def test_accounts_of_the_sepa_countries_are_taken(iban: str) -> None:
    assert parse_iban(grouped_iban(iban).lower()) == iban


@pytest.mark.parametrize(
    ("text", "fault", "facts"),
    [
        ("", IbanFault.MISSING, {}),
        (" - ", IbanFault.MISSING, {}),
        ("IBAN", IbanFault.MISSING, {}),
        ("1234567890", IbanFault.NO_COUNTRY, {"found": 10}),
        ("3704 0044 0532 0130 00", IbanFault.NO_COUNTRY, {"found": 18}),
        ("D", IbanFault.UNKNOWN_COUNTRY, {"country": "D"}),
        ("DF89 3704", IbanFault.UNKNOWN_COUNTRY, {"country": "DF"}),
        ("US33 1234", IbanFault.UNKNOWN_COUNTRY, {"country": "US"}),
        ("TR330006100519786457841326", IbanFault.NOT_SEPA, {"country": "TR"}),
        ("DE89 3704 0044 0532 0130 0", IbanFault.WRONG_LENGTH, {"expected": 22, "found": 21}),
        ("DE89 3704 0044 0532 0130 000", IbanFault.WRONG_LENGTH, {"expected": 22, "found": 23}),
        ("DE89 3704 0044 0532 0130 X0", IbanFault.WRONG_CHARACTERS, {"characters": "X"}),
        ("DE89 3704 §044 0532 0130 00", IbanFault.WRONG_CHARACTERS, {"characters": "§"}),
        ("DE89 3704 0044 0532 0130 ٠٠", IbanFault.WRONG_CHARACTERS, {"characters": "٠"}),
        ("DE89 3704 0044 0532 0130 01", IbanFault.WRONG_CHECK_DIGITS, {"groups": ()}),
        ("DE89 3704 0044 5032 0130 00", IbanFault.WRONG_CHECK_DIGITS, {"groups": ("5032",)}),
        ("DE98 3704 0044 0532 0130 00", IbanFault.WRONG_CHECK_DIGITS, {"groups": ("DE98",)}),
    ],
)
def test_what_is_wrong_is_told_with_its_counts(text: str, fault: IbanFault, facts: dict[str, object]) -> None:
    error = fault_of(text)
    assert error.fault is fault
    assert {name: getattr(error, name) for name in facts} == facts


def test_check_digits_below_02_and_above_98_are_none() -> None:
    # ISO 7064 never makes them, although 01 and 98, 00 and 97 come to the same remainder.
    right = next(f"DE02{number:018d}" for number in range(200) if _fits(f"DE02{number:018d}"))
    assert parse_iban(right) == right
    assert fault_of(right.replace("DE02", "DE99")).fault is IbanFault.WRONG_CHECK_DIGITS


def _fits(iban: str) -> bool:
    try:
        return parse_iban(iban) == iban
    except InvalidIban:
        return False


def test_the_refusal_never_holds_the_iban() -> None:
    assert "3704" not in str(fault_of("DE89 3704 0044 0532 0130 01"))
    assert "3704" not in repr(fault_of("DE89 3704 0044 0532 0130 01"))


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidIban):
        iban = parse_iban(text)
        assert iban.isascii()
        assert iban.isalnum()
        assert iban[:2] in SEPA


@given(st.integers(0, 20), st.data())
def test_two_neighbours_that_changed_places_are_always_found(place: int, data: st.DataObject) -> None:
    digits = data.draw(st.text("0123456789", min_size=18, max_size=18))
    number = int(f"{digits}131400")
    iban = f"DE{98 - number % 97:02d}{digits}"
    slip = iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :]
    if place < 2 or slip == iban:
        return
    error = fault_of(slip)
    assert error.fault is IbanFault.WRONG_CHECK_DIGITS
    if error.groups:
        assert grouped_iban(slip).split()[place // 4] in error.groups


def test_ibans_are_shown_in_groups_or_masked() -> None:
    assert grouped_iban(GERMAN) == "DE89 3704 0044 0532 0130 00"
    assert mask_iban("DE", "4711") == "DE•• •••• 4711"
