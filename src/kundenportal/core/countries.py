"""The countries of the world by their ISO 3166-1 codes, with their names in the reader's language."""

import gettext
from functools import lru_cache

import pycountry

NEAREST = ("DE", "AT", "CH")
"""The countries that most customers look for stand first."""

_WITHOUT_ISO_CODE = {"XK": "Kosovo"}
"""Codes in general use that ISO leaves to its users."""


@lru_cache(maxsize=4)
def country_names(language: str) -> dict[str, str]:
    """Return the name of every country by its code: the nearest first, the others by their names.

    Args:
        language: a language code such as ``de``; English where pycountry has no translation.

    """
    translated = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True)
    names = {
        country.alpha_2: translated.gettext(getattr(country, "common_name", country.name))
        for country in pycountry.countries
    } | _WITHOUT_ISO_CODE
    far = sorted(names.keys() - set(NEAREST), key=lambda code: _sort_key(names[code]))
    return {code: names[code] for code in (*NEAREST, *far)}


def _sort_key(name: str) -> str:
    """Return what German dictionaries sort by (DIN 5007-1): umlauts stand with their vowels."""
    return name.casefold().translate(str.maketrans("äöüåé", "aouae"))
