"""Filling facts into a text: ``{name}``, and lines that stand only where a fact is known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

GAP = "[…]"
"""What stands where a fact is missing: a reader sees the hole, and ``check_installation`` names it."""

_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z_]+)\}")
_CONDITION = re.compile(r"\{(?P<word>if|unless) (?P<name>[a-z_]+)\}")
_END = "{end}"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True)
class Filled:
    """A text with its facts, and the names of those it lacks, in their order."""

    text: str
    missing: tuple[str, ...]


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
