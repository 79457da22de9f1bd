"""What is written about the portal is true, and nothing in the tree belongs to one machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
_READ = re.compile(r'ENVIRONMENT\.[a-z]+\(\s*"([A-Z_]+)"')
_WRITTEN = re.compile(r"`KUNDENPORTAL_([A-Z_]+)`")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]
MACHINES = ["/" + name for name in ("work/", "farm/", "tmp/bash_jobs")]


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_the_configuration_page_lists_exactly_the_variables_that_are_read() -> None:
    read = {name for path in SOURCES for name in _READ.findall(path.read_text(encoding="utf-8"))}
    written = set(_WRITTEN.findall((ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")))

    assert read
    assert written == read


def test_every_page_links_to_pages_that_exist() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert pages
    assert missing == []


@pytest.mark.parametrize("word", [*REGISTRIES, *MACHINES])
def test_no_file_names_a_registry_or_a_place_on_one_machine(word: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows which files are its own")

    found = [str(path.relative_to(ROOT)) for path in tracked_files() if word.encode() in path.read_bytes()]

    assert found == []
