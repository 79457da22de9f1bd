"""What strangers type, as text that shows what it says: no control characters, no turned direction."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Controls, marks that turn the direction of writing (Unicode TR 36, 2.4), and halves of characters."""


def plain_text(text: str) -> str:
    """Return a text of several lines in one normal form, without what cannot be seen.

    A line ends with one character, so that a browser's two do not count twice; a tab is a blank.
    """
    lines = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ").split("\n")
    return "\n".join(_UNSEEN.sub("", line).rstrip() for line in lines).strip()


def plain_line(text: str) -> str:
    """Return a text on one line, with single blanks."""
    return " ".join(plain_text(text).split())
