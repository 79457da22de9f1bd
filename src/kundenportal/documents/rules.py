"""How documents are searched."""

import unicodedata

_GERMAN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def folded(text: str) -> str:
    """Return a text as it is searched: without case and accents, umlauts as two letters, single blanks.

    ``Ä``, ``ae`` and ``AE`` are equal then, as ``ß`` and ``ss`` are. Databases differ in what they fold.
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN_LETTERS)
    letters = unicodedata.normalize("NFKD", composed)
    plain = "".join(each for each in letters if not unicodedata.category(each).startswith("M"))
    return " ".join(plain.split())
