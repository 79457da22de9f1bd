"""How documents are searched."""

import unicodedata

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
