"""Searching the help: every word must be there, in any spelling of umlauts; headings count most."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kundenportal.ui.texts.store import Text

MAX_LENGTH = 100
"""How much of what was typed is looked for."""

_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Answer:
    """A question of the help: where it stands and what is said there."""

    topic: Text
    anchor: str
    question: str
    plain: str


def answers_of(topics: Iterable[Text]) -> list[Answer]:
    """Return every question of the topics, in their order."""
    return [
        Answer(topic, section.anchor, section.heading, section.plain)
        for topic in topics
        for section in topic.headings
    ]


def search(answers: Iterable[Answer], typed: str) -> list[Answer]:
    """Return the answers that hold every word typed: first those whose question or topic does."""
    words = _fold(typed[:MAX_LENGTH]).split()
    found = [
        (not all(word in _fold(f"{answer.question} {answer.topic.title}") for word in words), place, answer)
        for place, answer in enumerate(answers)
        if all(word in _fold(f"{answer.topic.title} {answer.question} {answer.plain}") for word in words)
    ]
    return [answer for _, _, answer in sorted(found, key=lambda each: each[:2])]


def _fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold().translate(_FOLDED))
