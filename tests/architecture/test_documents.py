"""What is written about the portal is true, and nothing in the tree belongs to one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands

from kundenportal.core.utility import read_utility
from kundenportal.utility_settings.rules import flat

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
_READ = re.compile(r'ENVIRONMENT\.[a-z]+\(\s*"([A-Z_]+)"')
_WRITTEN = re.compile(r"`KUNDENPORTAL_([A-Z_]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMANDS = get_commands()
STARTED_BY_OTHERS = {"demo", "run_exchange"}
"""By ``make demo`` and by the job runner."""

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


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def links_of(page: Path) -> list[str]:
    """Return where a page leads to in this tree; what stands in code is no link."""
    found = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    return [link for pair in found if not re.match(r"[a-z]+:", link := "".join(pair))]


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in anchors_of(target))


def test_every_link_of_a_page_leads_to_a_page_and_a_heading_that_exist() -> None:
    dead = [
        f"{page.name}: {link}" for page in PAGES for link in links_of(page) if not leads_somewhere(page, link)
    ]

    assert PAGES
    assert dead == []


def test_the_example_of_a_utility_can_be_used_and_shows_every_key() -> None:
    (example,) = _TOML.findall((ROOT / "docs" / "configuration.md").read_text(encoding="utf-8"))

    read_utility(tomllib.loads(example))
    keys = {key.partition(".")[2] or key for key in flat(read_utility({}))}
    shown = set(re.findall(r"^(?:# )?(\w+) *=", example, re.MULTILINE))
    assert {key.partition(".")[0] for key in keys} - shown == set()


def test_every_command_that_is_named_exists_and_every_command_of_ours_is_named() -> None:
    ours = {name for name, app in COMMANDS.items() if app.startswith("kundenportal.")}
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"kundenportal ([a-z_]{4,})", text))

    assert {name for name in named if "_" in name} - set(COMMANDS) == set()
    assert ours - STARTED_BY_OTHERS - named == set()


def test_every_target_of_make_that_is_named_exists() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert set(re.findall(r"^(?:make |.*`make )([a-z]+)", text, re.MULTILINE)) - set(targets) == set()


@pytest.mark.parametrize("word", [*REGISTRIES, *MACHINES])
def test_no_file_names_a_registry_or_a_place_on_one_machine(word: str) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows which files are its own")

    found = [str(path.relative_to(ROOT)) for path in tracked_files() if word.encode() in path.read_bytes()]

    assert found == []
