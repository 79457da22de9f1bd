"""The page about OWASP ASVS 5.0 leaves no requirement out, and names code and tests that exist."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.test_security_page import functions_in, names_on

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src" / "kundenportal", ROOT / "tests"
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")

REQUIREMENTS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4
    5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2
    8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4
    11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7
    16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""
"""How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; level 3 comes last in each."""

_ROW = re.compile(r"^\| v5\.0\.0-(?P<id>[\d.]+) \|(?P<cells>.*)\|$", re.MULTILINE)
_LINK = re.compile(r"\[[^]]+\]\((#[\w-]+)\)")
_SCOPE = re.compile(r'\b(?:Limit|allow)\(\s*"([a-z-]+)"')


class Row(NamedTuple):
    """A line of the page."""

    id: str
    level: str
    requirement: str
    state: str
    where: str
    proof: str


ROWS = [
    Row(found["id"], *(cell.strip() for cell in found["cells"].split("|"))) for found in _ROW.finditer(PAGE)
]


def exists(path: str) -> bool:
    """Tell whether a path, of the source or of the repository, is there."""
    return (SOURCE / path).is_file() or (ROOT / path).is_file()


def test_every_requirement_is_there_once() -> None:
    sections = dict(each.split(":") for each in REQUIREMENTS.split())
    every = [f"{name}.{number + 1}" for name, count in sections.items() for number in range(int(count))]
    assert [row.id for row in ROWS] == every
    assert len(every) == 253


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_row_says_where_or_why_not(row: Row) -> None:
    paths = re.findall(r"`([^`]+)`", row.where)
    assert [path for path in paths if not exists(path)] == []
    for file, function in names_on(row.proof):
        assert (TESTS / file).is_file()
        assert not function or function in functions_in(TESTS / file)
    if row.state in {"met", "by operation"}:
        assert paths or _LINK.search(row.where)
    else:
        assert row.state in {"n.a.", "not met"}
        assert row.proof


def test_the_page_counts_its_rows() -> None:
    states = [row.state for row in ROWS]
    kinds = ("met", "by operation", "n.a.", "not met")
    assert f": {', '.join(f'{states.count(kind)} {kind}' for kind in kinds)}." in PAGE


def test_its_links_lead_to_its_headings() -> None:
    headings = {f"#{each.lower().replace(' ', '-')}" for each in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert set(_LINK.findall(PAGE)) <= headings


def test_every_limit_is_in_the_table() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    table = PAGE.partition("## Limits\n")[2].partition("\n## ")[0]
    listed = re.findall(r"`([a-z-]+)`", table)
    assert sorted(listed) == sorted(set(_SCOPE.findall(source)))
