"""Filling facts into a text: ``{name}``, and lines that stand only where a fact is known."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum

GAP = "[…]"
"""What stands where a fact is missing: a reader sees the hole, and ``check_installation`` names it."""

_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z_]+)\}")
_CONDITION = re.compile(r"\{(?P<word>if|unless) (?P<name>[a-z_]+)\}")
_END = "{end}"
_BRACES = re.compile(r"\{[^{}\n]*\}")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Filled:
    """A text with its facts, and the names of those it lacks, in their order."""

    text: str
    missing: tuple[str, ...]


class ProblemKind(StrEnum):
    """What can be wrong with braces in a text."""

    UNKNOWN = "unknown"
    NOT_ALONE = "not_alone"
    NOT_OPENED = "not_opened"
    NOT_ENDED = "not_ended"


@dataclass(frozen=True)
class Problem:
    """Why a text cannot be filled: what is wrong, the words in braces, and the line, counted from 1."""

    kind: ProblemKind
    words: str
    line: int


def problems(source: str, known: Container[str]) -> list[Problem]:
    """Return what would be wrong with a text, in the order of its lines.

    Args:
        source: the text as it is written.
        known: the names of the facts there are.

    """
    found: list[Problem] = []
    opened: list[Problem] = []
    for number, line in enumerate(source.splitlines(), start=1):
        for match in _BRACES.finditer(line):
            words = match[0]
            condition = _CONDITION.fullmatch(words)
            name = condition["name"] if condition else words[1:-1]
            if (condition or words == _END) and line.strip() != words:
                found.append(Problem(ProblemKind.NOT_ALONE, words, number))
            elif words == _END:
                if not opened:
                    found.append(Problem(ProblemKind.NOT_OPENED, words, number))
                opened = opened[:-1]
            elif name not in known:
                found.append(Problem(ProblemKind.UNKNOWN, words, number))
            if condition and line.strip() == words:
                opened.append(Problem(ProblemKind.NOT_ENDED, words, number))
    return sorted([*found, *opened], key=lambda each: each.line)


def fill(source: str, facts: Mapping[str, str]) -> Filled:
    """Return a Markdown text with facts in the place of its placeholders.

    A fact is never Markdown: every sign of it that could be is escaped (CommonMark, 2.4). Lines between
    ``{if name}`` and ``{end}``, each on a line of its own, stand only where the fact is known, lines between
    ``{unless name}`` and ``{end}`` only where it is not; both may be nested.

    Args:
        source: the text as it is written.
        facts: what is known, by name; empty where it is not.

    """
    missing: dict[str, None] = {}

    def fact(match: re.Match[str]) -> str:
        value = " ".join(facts.get(match["name"], "").split())
        if not value:
            missing[match["name"]] = None
        return _PUNCTUATION.sub(r"\\\1", value or GAP)

    lines = [_PLACEHOLDER.sub(fact, line) for line in _lines_that_stand(source, facts)]
    return Filled("\n".join(lines), tuple(missing))


def _lines_that_stand(source: str, facts: Mapping[str, str]) -> list[str]:
    conditions: list[bool] = []
    lines = []
    for line in source.splitlines():
        condition = _CONDITION.fullmatch(line.strip())
        if condition:
            conditions.append(bool(facts.get(condition["name"])) is (condition["word"] == "if"))
        elif line.strip() == _END:
            conditions = conditions[:-1]
        elif all(conditions):
            lines.append(line)
    return lines
