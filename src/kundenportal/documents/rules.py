"""How documents are searched, and whether one names the customer it is for."""

import re
import unicodedata

from kundenportal.core.customer_numbers import CustomerNumberPattern, canonical_customer_number

SHARE_COUNTS_FROM, MOST_QUARANTINED_PERCENT = 50, 2
"""From so many documents on, a share in quarantine tells of a mix-up (security.md A14); of three documents,
one is nothing."""

_GERMAN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

_MOST_WORDS, _LONGEST_SEARCH = 8, 100
"""More than anybody types; each word costs a look through every title."""


def folded(text: str) -> str:
    """Return a text as it is searched: without case and accents, umlauts as two letters, single blanks.

    ``Ä``, ``ae`` and ``AE`` are equal then, as ``ß`` and ``ss`` are. Databases differ in what they fold.
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN_LETTERS)
    letters = unicodedata.normalize("NFKD", composed)
    plain = "".join(each for each in letters if not unicodedata.category(each).startswith("M"))
    return " ".join(plain.split())


def search_words(typed: str) -> list[str]:
    """Return the words of a search, folded."""
    return folded(typed[:_LONGEST_SEARCH]).split()[:_MOST_WORDS]


_UNMISTAKABLE = 6
"""So many digits are no postal code, no year and no amount: shorter numbers count only behind their label."""

_NUMBER = r"(?:nummern?|nrn?|no)"
_LABEL = (
    rf"(?:kunden?|kd|debitoren|vertrags|geschaeftspartner)[\s.\-]*"
    rf"(?:konto(?:[\s.\-]*{_NUMBER})?|{_NUMBER})\b[\s.:#\-]{{0,12}}"
)
"""How bills call a customer number, folded: "Kundennummer:", "Kd.-Nr.", "Kunden-Nr", "Kundenkonto"."""


def names_customer(text: str, customer_number: str) -> bool:
    """Tell whether a document names the customer it is for (security.md A14).

    All spellings that customers may type count (product.md ruling 3): ``0012345/1``, ``0012345``, ``12345``,
    with blanks. One without its leading zeros, and any of a few digits, counts only behind a word for it:
    "12345" alone may be a postal code.

    Args:
        text: what can be read on its pages.
        customer_number: in canonical form.

    """
    plain = folded(text)
    padded, _slash, suffix = customer_number.partition("/")
    behind = rf"(?:\s?/\s?{suffix})?(?!\d|\s?/\s?\d)"
    core = r"\s?".join(padded.lstrip("0"))
    if re.search(rf"{_LABEL}(?:0\s?)*{core}{behind}", plain):
        return True
    spaced = r"\s?".join(padded)
    alone = rf"(?<![\d/.,])(?:{padded}|(?<!\d\s){spaced}){behind}(?![.,]\d)"
    return len(padded) >= _UNMISTAKABLE and re.search(alone, plain) is not None


def numbers_named(text: str, pattern: CustomerNumberPattern) -> list[str]:
    """Return the customer numbers that stand in a text with all digits and suffix, in canonical form.

    Used to say what else a document names that does not name its customer.
    """
    found = re.findall(rf"(?<![\d/])\d{{{pattern.digits}}}/{pattern.suffix}(?![\d/])", folded(text))
    return sorted({canonical for each in found if (canonical := canonical_customer_number(each, pattern))})


def needs_second_person(*, documents: int, quarantined: int, release_above: int) -> bool:
    """Tell whether a delivery goes to the customers only after somebody else has released it (A14, A22).

    Args:
        documents: how many it would file, those in quarantine included.
        quarantined: how many of them do not name their customer.
        release_above: so many go without.

    """
    if documents > release_above:
        return True
    return documents >= SHARE_COUNTS_FROM and quarantined * 100 > documents * MOST_QUARANTINED_PERCENT
