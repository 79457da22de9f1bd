"""How easy German text is to read: Flesch's measure as Toni Amstad fitted it to German (1978)."""

import re

import pyphen

_SYLLABLES = pyphen.Pyphen(lang="de_DE", left=1, right=1)
_SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n+")
_ENDS_A_SENTENCE = re.compile(r"[^\W\d_][.!?]+[”“\"')]*(?:\s|$)")
_TITLE = re.compile(r"\b(?:Dr|Prof)\.(?= )")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def sentences_of(text: str) -> list[list[str]]:
    """Return the words of each sentence; a line of its own, such as a label, is one. Numbers are no words."""
    sentences = (_WORD.findall(each) for each in _SENTENCE_END.split(text.replace("\xad", "")))
    return [words for words in sentences if words]


def running_text(text: str) -> str:
    """Return the lines of a page's text that are sentences; labels, names and tables are no text to read."""
    return "\n".join(line for line in text.splitlines() if _ENDS_A_SENTENCE.search(_TITLE.sub("", line)))


def flesch_de(text: str) -> float:
    """Return the reading ease of a German text: 100 is very easy, 60 plain, 30 hard.

    FRE = 180 − (words a sentence) − 58.5 × (syllables a word); Amstad, "Wie verständlich sind unsere
    Zeitungen?", Zürich 1978.
    """
    sentences = sentences_of(text)
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 180.0
    syllables = sum(_syllables(word) for word in words)
    return 180 - len(words) / len(sentences) - 58.5 * syllables / len(words)


def _syllables(word: str) -> int:
    return sum(len(_SYLLABLES.positions(part)) + 1 for part in word.lower().split("-") if part)
