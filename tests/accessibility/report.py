"""The table in docs/accessibility.md: measures every page of the demo, writes it, tells what misses a target."""

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.accessibility.demo_site import demo_site
from tests.accessibility.lighthouse import LighthouseMissing, install, scores
from tests.accessibility.measures import Measured, measure, readability_of, violations_everywhere
from tests.accessibility.pages import Persona, as_clerk, as_customer, linked_pages, stay_outside
from tests.accessibility.scenes import sending, shows_errors

PAGE = Path("docs/accessibility.md")
BEGIN, END = "<!-- begin: made by make accessibility -->", "<!-- end -->"
PERSONAS = (
    Persona("Besucher", "/anmelden/", stay_outside),
    Persona("Kunde", "/anmelden/", as_customer),
    Persona("Sachbearbeitung", "/verwaltung/", as_clerk),
)
FIRST_BYTES, REPEAT_BYTES, READABILITY = 80_000, 15_000, 60


def run() -> int:
    """Measure, write, and tell what misses a target; return the exit code, 1 when something does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-lighthouse", action="store_true", help="leave Lighthouse out")
    chromium = shutil.which("chromium") or sys.exit("no Chromium on this machine")
    with_lighthouse = not parser.parse_args().no_lighthouse
    with demo_site() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        measured: list[Measured] = []
        lighthouse: list[tuple[str, dict[str, int]]] = []
        for persona in PERSONAS:
            context = browser.new_context(locale="de-DE", reduced_motion="reduce")
            page = context.new_page()
            page.goto(base + persona.start)
            persona.sign_in(page)
            addresses = []
            for found in _pages(page, base, persona, addresses):
                measured.append(found)
                print(_row(found), flush=True)
            if with_lighthouse:
                cookie = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
                lighthouse += _lighthouse(addresses, base, chromium, cookie)
            context.close()
        browser.close()
    _write(measured, lighthouse)
    return _tell_misses(measured, lighthouse)


def _pages(page: Page, base: str, persona: Persona, addresses: list[str]) -> Iterator[Measured]:
    """Measure every page of a persona: those that links lead to, with their errors, and those behind forms."""
    sign_in_url = page.url
    for path in linked_pages(page, base):
        addresses.append(path)
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
    return re.sub(r"/(?=[^/]*\d)[A-Za-z0-9_-]{8,}(?=/|$)", "/<id>", path)


def _lighthouse(
    addresses: list[str], base: str, chromium: str, cookie: str
) -> Iterator[tuple[str, dict[str, int]]]:
    try:
        command = install()
    except LighthouseMissing as error:
        print(f"Lighthouse is left out: {error}")
        return
    for path in addresses:
        found = scores(command, base + path, chromium, cookie)
        print(_shown(path), found, flush=True)
        yield _shown(path), found


def _write(measured: list[Measured], lighthouse: list[tuple[str, dict[str, int]]]) -> None:
    lines = [
        BEGIN,
        "",
        "| page | axe | wider than 320 px | focus stops, missed | first visit KB | repeat KB | Flesch-DE |",
        "|---|---|---|---|---|---|---|",
        *(_row(each) for each in measured),
        "",
    ]
    if lighthouse:
        lines += [
            "| Lighthouse (mobile) | performance | accessibility | best practices |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{path}` | {' | '.join(str(each) for each in found.values())} |" for path, found in lighthouse
        ]
        lines.append("")
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{chr(10).join(lines)}{END}{after}", encoding="utf-8")


def _row(each: Measured) -> str:
    weight = (
        f"{each.first_bytes / 1000:.0f} | {each.repeat_bytes / 1000:.1f}" if each.first_bytes else "– | –"
    )
    stops = f"{each.stops}, {each.unreached}" if each.stops else "–"
    return (
        f"| {each.name.replace('<', '‹').replace('>', '›')} | {len(each.violations)} | {each.too_wide} | {stops} "
        f"| {weight} | {each.readability:.0f} |"
    )


def _tell_misses(measured: list[Measured], lighthouse: list[tuple[str, dict[str, int]]]) -> int:
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
    for path, found in lighthouse:
        if found["accessibility"] < 100 or found["best-practices"] < 100 or found["performance"] < 95:
            misses.append(f"{path}: {found}")
    print("\n".join(misses) or "Every page meets every target.")
    return 1 if misses else 0
