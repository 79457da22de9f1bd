"""The words a customer is found by: those of name and addresses, and those that a search means.

Both sides are folded alike (``core.names``), so that ``Müller-Lüdenscheid`` in ``Lindenstr. 12 a`` is found
by ``mueller``, by ``LÜDENSCHEID`` and by ``lindenstraße 12a``. A word of a search finds every word that it
begins; a short number is a house number and finds itself alone.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from kundenportal.core.names import folded_words, name_words

MOST_WORDS = 6
"""How many words of a search count; more would not narrow it down further."""

_STREET, _STREET_WORDS = "strasse", frozenset({"str", "strasse"})
_HOUSE_NUMBER = re.compile(r"\d{1,4}[a-z]?")
_HOUSE_NUMBER_APART = re.compile(r"(?<!\w)(\d{1,4})\s+([A-Za-z])(?!\w)", re.ASCII)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class SearchTerm:
    """A word of a search: what the words of a customer begin with, or are, when it ``is_whole``."""

    text: str
    is_whole: bool = False


@lru_cache(maxsize=16_384)
def words_of_name(text: str) -> tuple[str, ...]:
    """Return the words that first names, a surname or a company is found by."""
    return _with_run(name_words(text))


@lru_cache(maxsize=65_536)
def words_of_address(street: str, house_number: str, postal_code: str, city: str) -> str:
    """Return the words that an address is found by, each once, with blanks between them."""
    place = (*_folded(postal_code), *_folded(city))
    return " ".join(dict.fromkeys((*_words_of_street(street), *_words_of_number(house_number), *place)))


def words_of_customer(*, first_name: str, last_name: str, contact_email: str, address: str) -> str:
    """Return the words that a customer is found by, each once, with blanks between them.

    Args:
        first_name: as in the master data.
        last_name: or the company.
        contact_email: the canonical address, or empty.
        address: the words of the billing address (``words_of_address``). They come last and in one piece,
            so that a premise at the same address is told by its words being the end of these.

    """
    known = set(address.split(" "))
    names = dict.fromkeys((*words_of_name(first_name), *words_of_name(last_name), contact_email))
    return " ".join([*(word for word in names if word and word not in known), address])


def terms_of(search: str) -> list[SearchTerm]:
    """Return what every customer who is meant has: one term for each word that counts.

    Titles, a salutation and a lone ``Straße`` do not count beside other words.
    """
    parts = _HOUSE_NUMBER_APART.sub(r"\1\2", search).split()
    mailboxes = [SearchTerm(part.lower()) for part in parts if "@" in part]
    words = name_words(" ".join(part for part in parts if "@" not in part))
    telling = [word for word in words if word not in _STREET_WORDS] or words
    terms = [SearchTerm(word, bool(_HOUSE_NUMBER.fullmatch(word))) for word in telling]
    return list(dict.fromkeys([*mailboxes, *terms]))[:MOST_WORDS]


@lru_cache(maxsize=16_384)
def _words_of_street(street: str) -> tuple[str, ...]:
    words = [word[:-3] + _STREET if word.endswith("str") else word for word in folded_words(street)]
    return _with_run(words)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(folded_words(text))


@lru_cache(maxsize=4_096)
def _words_of_number(house_number: str) -> tuple[str, ...]:
    """Return a house number whole and its figures alone: ``12 a`` is found by ``12a`` and by ``12``."""
    parts = folded_words(house_number)
    return ("".join(parts), *_DIGITS.findall(" ".join(parts))) if parts else ()


def _with_run(words: list[str]) -> tuple[str, ...]:
    """Return words, and all of them as one: people write ``Müller-Lüdenscheid`` and ``Linden Straße`` so."""
    return (*words, "".join(words)) if len(words) > 1 else tuple(words)
