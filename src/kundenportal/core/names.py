"""Names: do two spellings mean the same customer? (product.md ruling 3)."""

import re
import unicodedata

_TITLES = frozenset({"dr", "prof", "dipl", "ing", "med", "phil", "jur", "rer", "nat", "mag"})
_SALUTATIONS = frozenset({"herr", "frau", "firma"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_RUNS = re.compile(r"[^\W_]+")
_FOREIGN_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "œ": "oe", "ł": "l", "đ": "d", "ı": "i"})


def name_key(*words: str) -> str:
    """Return one run of letters that is equal for all spellings of a name written in this order.

    Ignores case, blanks, hyphens, punctuation, titles, accents, ``ß``/``ss`` and umlaut spellings. The
    comparison is of letters, not of words, so that ``Müller-Lüdenscheid``, ``Mueller Luedenscheid`` and
    ``MUELLERLUEDENSCHEID`` are one. A salutation counts as one only in front: there are people called Herr.
    """
    return "".join(name_words(" ".join(words)))


def name_words(text: str) -> list[str]:
    """Return the words of a name, folded, without titles and without a salutation in front."""
    parts = folded_words(text)
    names = [part for part in parts if part not in _TITLES] or parts
    return names[1:] if len(names) > 1 and names[0] in _SALUTATIONS else names


def folded_words(text: str) -> list[str]:
    """Return the runs of letters and digits of a text, in the one spelling of all that mean the same."""
    if text.isascii():
        return _RUNS.findall(text.lower())
    # Composed first, so that an umlaut is one letter and a bold or full-width letter a plain one.
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    letters = "".join(
        character
        for character in unicodedata.normalize("NFKD", folded)
        if not unicodedata.category(character).startswith("M")
    )
    return _RUNS.findall(letters.translate(_FOREIGN_LETTERS))


def names_match(typed: str, *, first_name: str, last_name: str) -> bool:
    """Tell whether a typed name means the customer with this first and last name (or company).

    Both names are asked for, in either order: ``Michael Bauer`` and ``Bauer, Michael``. A company has no
    first name.
    """
    key, first, last = name_key(typed), name_key(first_name), name_key(last_name)
    return bool(key and last) and key in {first + last, last + first}
