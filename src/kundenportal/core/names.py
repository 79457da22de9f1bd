"""Names: do two spellings mean the same customer? (product.md ruling 3)."""

import re
import unicodedata

_TITLES = frozenset(
    {"dr", "prof", "dipl", "ing", "med", "phil", "jur", "rer", "nat", "mag", "herr", "frau", "firma"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})


def name_key(text: str) -> str:
    """Return a key that is equal for all spellings of a name that mean the same person.

    Ignores case, blanks, hyphens, punctuation, titles, accents, ``ß``/``ss``, umlaut spellings and the
    order of the words.
    """
    folded = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only)
    return "".join(sorted(word for word in words if word not in _TITLES))


def names_match(typed: str, *, first_name: str, last_name: str) -> bool:
    """Tell whether a typed name means the customer with this first and last name (or company).

    The comparison is of letters, not of words, so that ``Müller-Lüdenscheid``, ``Mueller Luedenscheid``
    and ``MUELLERLUEDENSCHEID`` are one.
    """
    typed_key = name_key(typed)
    if not typed_key:
        return False
    return typed_key in {
        name_key(f"{first_name} {last_name}"),
        name_key(f"{first_name} {last_name}".replace("-", "").replace(" - ", "")),
    } or _letters(typed) in {_letters(f"{first_name} {last_name}"), _letters(f"{last_name} {first_name}")}


def _letters(text: str) -> str:
    """Return the words of a name in the order written, without titles, as one run of letters."""
    folded = unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS)
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return "".join(word for word in re.findall(r"[a-z0-9]+", ascii_only) if word not in _TITLES)
