"""The page about sources tells what every key means that a docstring or a comment names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
SUFFIXES = {".py", ".html", ".css", ".js"}

_KEY = r"(?:[A-Z]\d+|\d\.\d+|\d+[a-z]?)"
_NAMED = re.compile(
    rf"\b(product|ux|security|performance|stack)\.md,? (?:rulings? |target |row )?({_KEY}(?:(?:, | and | to ){_KEY})*)"
)
_RANGE = re.compile(r"([A-Z]|\b)(\d+) to [A-Z]?(\d+)")


def named(text: str) -> Iterator[tuple[str, str]]:
    """Yield page and key of each source that a text names, such as ("ux", "C5")."""
    for page, keys in _NAMED.findall(" ".join(text.replace("#", " ").split())):
        for key in re.findall(_KEY, keys):
            yield page, key


def explained(page: str) -> set[str]:
    """Return the keys that the page about sources tells of one page: the first cells of its table, ranges in full."""
    section = PAGE.split(f"## `{page}.md`", 1)[-1].split("\n## ", 1)[0]
    keys: set[str] = set()
    for cell in re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE):
        keys.update(re.findall(_KEY, cell))
        for letter, first, last in _RANGE.findall(cell):
            keys.update(f"{letter}{number}" for number in range(int(first), int(last) + 1))
    return keys


NAMED = sorted(
    {
        source
        for folder in ("src", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and path != Path(__file__)
        for source in named(path.read_text(encoding="utf-8"))
    }
)


def test_sources_are_found() -> None:
    assert {("product", "8"), ("ux", "C5"), ("security", "A2")} <= set(NAMED)


@pytest.mark.parametrize("name", ["product", "ux", "security"])
def test_every_named_source_is_explained(name: str) -> None:
    assert {key for page, key in NAMED if page == name} <= explained(name)


def test_targets_and_libraries_that_are_named_are_explained() -> None:
    others = PAGE.split("## Other pages", 1)[1]
    told = {
        (page, key)
        for page, text in re.findall(r"^\| `(\w+)\.md` \| (.+) \|$", others, re.MULTILINE)
        for key in re.findall(r"\b(\d+[a-z]?):", text)
    }
    assert {each for each in NAMED if each[0] in {"performance", "stack"}} <= told
