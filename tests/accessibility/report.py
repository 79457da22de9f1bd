"""The table in docs/accessibility.md: measures every page of the demo, writes it, tells what misses a target."""

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

from tests.accessibility.demo_site import demo_site
from tests.accessibility.lighthouse import CATEGORIES, LighthouseFailed, LighthouseMissing, install, scores
from tests.accessibility.measures import Measured, measure, readability_of, violations_everywhere
from tests.accessibility.pages import Persona, as_customer, as_supervisor, linked_pages, stay_outside
from tests.accessibility.scenes import sending, shows_errors

PAGE = Path("docs/accessibility.md")
PAGES, LIGHTHOUSE = "pages", "lighthouse"
PERSONAS = (
    Persona("Besucher", "/anmelden/", stay_outside),
    Persona("Kunde", "/anmelden/", as_customer),
    Persona("Leitung", "/verwaltung/", as_supervisor),
)
Scores = dict[str, int]
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
FIRST_BYTES, REPEAT_BYTES, READABILITY = 80_000, 15_000, 60


def run() -> int:
    """Measure, write, and tell what misses a target; return the exit code, 1 when something does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--no-lighthouse", action="store_true", help="leave Lighthouse out, and its table as it is"
    )
    parser.add_argument("--only-lighthouse", action="store_true", help="measure nothing else")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or sys.exit("no Chromium on this machine")
    misses: list[str] = []
    with demo_site() as base, sync_playwright() as playwright:
        if not options.only_lighthouse:
            measured = list(_measured(playwright, base, chromium))
            _write(PAGES, _page_table(measured))
            misses += _misses(measured)
        if not options.no_lighthouse:
            scored = list(_scored(playwright, base, chromium))
            _write(LIGHTHOUSE, _lighthouse_table(scored))
            misses += _lighthouse_misses(scored)
    print("\n".join(misses) or "Every page meets every target.")
    return 1 if misses else 0


def _measured(playwright: Playwright, base: str, chromium: str) -> Iterator[Measured]:
    for persona, page in _signed_in(playwright, base, chromium):
        for found in _pages(page, base, persona):
            print(_row(found), flush=True)
            yield found


def _scored(playwright: Playwright, base: str, chromium: str) -> Iterator[tuple[str, Scores]]:
    """Yield what Lighthouse says of each kind of page, as the first persona sees it."""
    try:
        command = install()
    except LighthouseMissing as error:
        print(f"Lighthouse is left out: {error}")
        return
    known: set[str] = set()
    for _persona, page in _signed_in(playwright, base, chromium):
        cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
        for path in [path for path in linked_pages(page, base) if _shown(path) not in known]:
            known.add(_shown(path))
            try:
                found = scores(command, base + path, chromium, cookie)
            except LighthouseFailed as error:
                print(f"{_shown(path)}: {error}")
                found = {}
            print(_shown(path), found, flush=True)
            yield _shown(path), found


def _signed_in(playwright: Playwright, base: str, chromium: str) -> Iterator[tuple[Persona, Page]]:
    """Yield each persona with a window of a browser of its own, signed in."""
    browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    for persona in PERSONAS:
        page = browser.new_context(locale="de-DE", reduced_motion="reduce").new_page()
        page.goto(base + persona.start)
        persona.sign_in(page)
        yield persona, page
        page.context.close()
    browser.close()


def _pages(page: Page, base: str, persona: Persona) -> Iterator[Measured]:
    """Measure every page of a persona: those that links lead to, with their errors, and those behind forms."""
    sign_in_url = page.url
    for path in linked_pages(page, base):
        yield measure(page, f"{persona.name}: {_shown(path)}")
        page.goto(base + path)
        if shows_errors(page):
            yield _as_it_stands(page, f"{persona.name}: {_shown(path)} mit Fehlern")
    home = re.search(r"/vs/[^/]+/", sign_in_url)
    if home:
        for name in sending(page, base, home.group()):
            yield _as_it_stands(page, f"{persona.name}: /vs/<id>/{name}")


def _as_it_stands(page: Page, name: str) -> Measured:
    """Measure a page that cannot be opened again without sending something again."""
    readability = readability_of(page)
    violations, too_wide = violations_everywhere(page)
    return Measured(name, violations, too_wide, 0, 0, 0, 0, readability)


def _shown(path: str) -> str:
    path = re.sub(r"/vs/[^/]+/", "/vs/<id>/", path)
    path = re.sub(r"V-\d{4}-\d+", "<nr>", path)
    return re.sub(r"/(?:[A-Z0-9]{7,}|(?=[^/]*\d)[A-Za-z0-9_-]{8,})(?=/|$)", "/<id>", path)


def _write(name: str, table: list[str]) -> None:
    """Put a table between its marks in the page."""
    begin, end = f"<!-- begin: {name}, made by make accessibility -->", f"<!-- end: {name} -->"
    before, rest = PAGE.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    PAGE.write_text("\n".join([before + begin, "", *table, "", end + after]), encoding="utf-8")


def _page_table(measured: list[Measured]) -> list[str]:
    return [
        "| page | axe | wider than 320 px | focus stops, missed | first visit KB | repeat KB | Flesch-DE |",
        "|---|---|---|---|---|---|---|",
        *(_row(each) for each in measured),
    ]


def _lighthouse_table(scored: list[tuple[str, Scores]]) -> list[str]:
    return [
        "| Lighthouse (mobile) | performance | accessibility | best practices |",
        "|---|---|---|---|",
        *(
            f"| {_quoted(path)} | {' | '.join(str(found.get(each, '–')) for each in CATEGORIES)} |"
            for path, found in scored
        ),
    ]


def _row(each: Measured) -> str:
    weight = (
        f"{each.first_bytes / 1000:.0f} | {each.repeat_bytes / 1000:.1f}" if each.first_bytes else "– | –"
    )
    stops = f"{each.stops}, {each.unreached}" if each.stops else "–"
    return (
        f"| {_quoted(each.name)} | {len(each.violations)} | {each.too_wide} | {stops} "
        f"| {weight} | {each.readability:.0f} |"
    )


def _quoted(name: str) -> str:
    """Return a name with its placeholders as Markdown shows them."""
    return name.replace("<", "‹").replace(">", "›")


def _misses(measured: list[Measured]) -> list[str]:
    misses = [f"{each.name}: {found}" for each in measured for found in each.violations]
    for each in measured:
        if each.too_wide:
            misses.append(f"{each.name}: {each.too_wide} px too wide")
        if each.unreached:
            misses.append(f"{each.name}: {each.unreached} of {each.stops} stops not reached")
        if each.first_bytes > FIRST_BYTES or each.repeat_bytes > REPEAT_BYTES:
            misses.append(f"{each.name}: {each.first_bytes} bytes first, {each.repeat_bytes} again")
        if each.readability < READABILITY:
            misses.append(f"{each.name}: Flesch-DE {each.readability:.0f}")
    return misses


def _lighthouse_misses(scored: list[tuple[str, Scores]]) -> list[str]:
    return [
        f"{path}: {found}"
        for path, found in scored
        if any(found.get(each, 0) < least for each, least in LEAST.items())
    ]
