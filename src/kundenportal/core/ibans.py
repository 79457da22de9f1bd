"""IBANs as people type them: read with patience, shown in groups of four or masked (ISO 13616)."""

import re
import unicodedata
from enum import StrEnum
from functools import cache

_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_SEPA_OUTSIDE = "AD AL CH GB GI MC MD ME MK RS SM VA"

EEA = frozenset(_EEA.split())
"""The European Economic Area: direct debits from here need no BIC (Regulation (EU) 260/2012, Art. 5(7))."""

SEPA = EEA | frozenset(_SEPA_OUTSIDE.split())
"""The countries whose accounts can be debited (EPC409-09, "EPC List of SEPA Scheme Countries").

Territories share the code of their country: Guernsey, Jersey and Man have IBANs of ``GB``, the French
overseas departments and territories of ``FR``.
"""

_SEPARATORS = re.compile(r"[\s.,;:/_'’\-\u2010-\u2015\u2212]+")
_SEGMENT = re.compile(r"(\d+)!([nac])")
_READ_AS_DIGIT = str.maketrans("OIL", "011")
_READ_AS_LETTER = str.maketrans("01", "OI")
_MODULUS = 97


class IbanFault(StrEnum):
    """What is wrong with an IBAN."""

    MISSING = "missing"
    NO_COUNTRY = "no_country"
    UNKNOWN_COUNTRY = "unknown_country"
    NOT_SEPA = "not_sepa"
    WRONG_CHARACTERS = "wrong_characters"
    WRONG_LENGTH = "wrong_length"
    WRONG_CHECK_DIGITS = "wrong_check_digits"


class InvalidIban(ValueError):
    """What was typed is no IBAN that can be debited.

    Attributes:
        fault: what is wrong.
        country: the first two letters, where there are any.
        expected: how many characters an IBAN of this country has.
        found: how many were typed, blanks and the like apart.
        characters: those that cannot stand where they do, each once.
        groups: the groups of four in which two neighbours may have changed places.

    """

    def __init__(
        self,
        fault: IbanFault,
        *,
        country: str = "",
        expected: int = 0,
        found: int = 0,
        characters: str = "",
        groups: tuple[str, ...] = (),
    ) -> None:
        # The message never holds the IBAN: messages of exceptions may end in a log.
        super().__init__(fault.value)
        self.fault, self.country = fault, country
        self.expected, self.found = expected, found
        self.characters, self.groups = characters, groups


def parse_iban(text: str) -> str:
    """Return the IBAN a person typed or pasted, without blanks and in capitals.

    Groups, hyphens, dots, a leading ``IBAN``, small letters and letters that look like the digit in their
    place (O for 0, I and L for 1) do no harm; the check digits tell whether the reading is right.

    Raises:
        InvalidIban: when it is none, or its country cannot be debited.

    """
    typed = _without_separators(text)
    if not typed:
        raise InvalidIban(IbanFault.MISSING)
    country = typed[:2]
    if not (country.isascii() and country.isalpha()):
        raise InvalidIban(IbanFault.NO_COUNTRY, found=len(typed))
    if not (places := _places(country)):
        raise InvalidIban(IbanFault.UNKNOWN_COUNTRY, country=country, found=len(typed))
    if country not in SEPA:
        raise InvalidIban(IbanFault.NOT_SEPA, country=country)
    if wrong := "".join(dict.fromkeys(each for each in typed if not (each.isascii() and each.isalnum()))):
        raise InvalidIban(IbanFault.WRONG_CHARACTERS, country=country, characters=wrong)
    if len(typed) != len(places):
        raise InvalidIban(IbanFault.WRONG_LENGTH, country=country, expected=len(places), found=len(typed))
    iban = "".join(_as_its_place_wants(each, place) for each, place in zip(typed, places, strict=True))
    if wrong := _misplaced(iban, places):
        raise InvalidIban(IbanFault.WRONG_CHARACTERS, country=country, characters=wrong)
    if not _has_right_check_digits(iban):
        raise InvalidIban(IbanFault.WRONG_CHECK_DIGITS, country=country, groups=_maybe_swapped(iban))
    return iban


def grouped_iban(iban: str) -> str:
    """Return an IBAN in groups of four, as on bank cards: ``DE02 1203 0000 0000 2020 51``."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def mask_iban(country: str, end: str) -> str:
    """Return what a page may show of an IBAN: ``DE•• •••• 4711`` (product.md ruling 14)."""
    return f"{country}•• •••• {end}"


@cache
def _places(country: str) -> str:
    """Return what stands where in an IBAN: ``n`` digit, ``a`` letter, ``c`` either; nothing if unknown."""
    # Only who types an IBAN needs the registry.
    from schwifty import IBAN  # noqa: PLC0415
    from schwifty.exceptions import InvalidCountryCode  # noqa: PLC0415

    try:
        spec = IBAN(country, allow_invalid=True).spec
    except InvalidCountryCode:
        return ""
    return "aann" + "".join(int(length) * kind for length, kind in _SEGMENT.findall(spec.bban_spec))


def _without_separators(text: str) -> str:
    """Return what was typed in capitals, without blanks, punctuation, invisible marks and ``IBAN``."""
    visible = "".join(each for each in text if each.isspace() or unicodedata.category(each)[0] != "C")
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", visible)).upper().removeprefix("IBAN")


def _as_its_place_wants(character: str, place: str) -> str:
    if place == "n":
        return character.translate(_READ_AS_DIGIT)
    return character.translate(_READ_AS_LETTER) if place == "a" else character


def _misplaced(iban: str, places: str) -> str:
    """Return the characters that cannot stand where they do, each once."""
    wrong = [
        each
        for each, place in zip(iban, places, strict=True)
        if (place == "n" and not each.isdigit()) or (place == "a" and not each.isalpha())
    ]
    return "".join(dict.fromkeys(wrong))


def _has_right_check_digits(iban: str) -> bool:
    """Tell whether ISO 7064 MOD 97-10 holds; the check digits are 02 to 98."""
    number = "".join(str(int(each, 36)) for each in iban[4:] + iban[:4])
    return int(number) % _MODULUS == 1 and 2 <= int(iban[2:4]) <= 98


def _maybe_swapped(iban: str) -> tuple[str, ...]:
    """Return the groups in which swapping two neighbours makes the IBAN right; none when they are many."""
    groups = dict.fromkeys(
        place // 4
        for place in range(2, len(iban) - 1)
        if _has_right_check_digits(iban[:place] + iban[place + 1] + iban[place] + iban[place + 2 :])
    )
    shown = grouped_iban(iban).split()
    return tuple(shown[group] for group in groups) if len(groups) <= 2 else ()
