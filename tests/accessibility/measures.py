"""What is measured of a page that a browser shows."""

from dataclasses import dataclass
from typing import Literal

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

from tests.readability import flesch_de, running_text

WIDTHS = (1280, 390, 320)
HEIGHT = 844
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
EVERYWHERE = tuple((theme, width) for theme in THEMES for width in WIDTHS)
PAIRS: tuple[tuple[Theme, int], ...] = (("light", 1280), ("dark", 390), ("light", 320))
"""Every theme and every width once: what all tests have time for."""

AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}
"""All of axe's rules, best practices too. Without a copy of the style sheets: axe stumbles over imports."""
_AXE = Axe()

_TABBABLE = """() => {
  const seen = new Set();
  return [...document.querySelectorAll(
    'a[href],button,input:not([type=hidden]),select,textarea,summary,iframe,[tabindex]')]
    .filter((each) => {
      if (each.disabled || each.tabIndex < 0 || !each.checkVisibility({visibilityProperty: true})) return false;
      if (each.type !== 'radio') return true;
      const group = `${each.form?.id}:${each.name}`;
      return !seen.has(group) && seen.add(group);
    })
    .map((each) => { each.dataset.messStelle = '1'; return each; }).length;
}"""
_AT_FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const around = [at, ...[1, 2, 3].map((up) => { let each = at; while (up--) each = each?.parentElement; return each; })];
  const isMarked = at.tagName === 'IFRAME' || around.filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  });
  const isNew = !('messErreicht' in at.dataset);
  at.dataset.messErreicht = '1';
  return {
    isNew,
    counts: at.dataset.messStelle === '1' || at.type === 'radio',
    isMarked,
    isInView: box.bottom > 0 && box.top < innerHeight,
  };
}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_OPEN_EVERYTHING = """() => {
  for (const each of document.querySelectorAll('main details:not([open])')) each.open = true;
}"""
_DIALOGS = """() => [...document.querySelectorAll('dialog[id]')]
  .filter((each) => each.textContent.trim()).map((each) => each.id)"""
"""Those that a script fills when it opens them are looked at by their journeys."""
_OWN_TEXT = """() => {
  const main = document.querySelector('main') ?? document.body;
  const given = [...main.querySelectorAll('.mandat, .pflichthinweis')].map((each) => each.innerText);
  return given.reduce((text, each) => text.replace(each, ''), main.innerText);
}"""
"""What a page says in words of our own: not the SEPA mandate's, nor the guide's note on required fields."""


@dataclass(frozen=True)
class Measured:
    """What was found on one page.

    Attributes:
        name: what the page is called in the table.
        violations: what axe found, summed over all widths, themes, open details and dialogs.
        too_wide: by how many pixels the page is wider than a window of 320.
        stops: how many things can have the focus at 1280 px.
        unreached: how many of them Tab does not reach, or reaches without a visible mark.
        first_bytes: what travels at a first visit, with fonts.
        repeat_bytes: what travels when the page is opened again.
        readability: Flesch's measure for German of the page's own text.

    """

    name: str
    violations: tuple[str, ...]
    too_wide: int
    stops: int
    unreached: int
    first_bytes: int
    repeat_bytes: int
    readability: float


def measure(page: Page, name: str) -> Measured:
    """Measure the page that is shown; it is opened again on the way."""
    first, repeat = _weight(page)
    readability = readability_of(page)
    stops, unreached = _keyboard(page)
    violations, too_wide = _everywhere(page)
    return Measured(name, violations, too_wide, stops, unreached, first, repeat, readability)


def run_axe(page: Page) -> AxeResults:
    """Return what axe finds on a page as it stands, once it is loaded; each page gets axe's script only once."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.axe_script)
    return AxeResults(page.evaluate("(options) => axe.run(options)", AXE_OPTIONS))


def readability_of(page: Page) -> float:
    """Return Flesch's measure of the sentences that a page says in words of our own."""
    return flesch_de(running_text(page.evaluate(_OWN_TEXT)))


def violations_everywhere(page: Page) -> tuple[tuple[str, ...], int]:
    """Return what axe finds on a page as it stands, in all widths and themes, and how much too wide it is."""
    found: list[str] = []
    too_wide = 0
    for theme, width in EVERYWHERE:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += _axe(page, f"{theme} {width}")
        too_wide = max(too_wide, page.evaluate(TOO_WIDE))
    return tuple(found), too_wide


def _everywhere(page: Page) -> tuple[tuple[str, ...], int]:
    page.evaluate(_OPEN_EVERYTHING)
    found, too_wide = violations_everywhere(page)
    for dialog in page.evaluate(_DIALOGS):
        page.evaluate(
            "(id) => { const each = document.getElementById(id); if (!each.open) each.showModal(); }", dialog
        )
        more, wider = violations_everywhere(page)
        page.evaluate("(id) => document.getElementById(id).close()", dialog)
        found += tuple(f"dialog {dialog}: {each}" for each in more)
        too_wide = max(too_wide, wider)
    return found, too_wide


def _axe(page: Page, where: str) -> list[str]:
    return [
        f"{where}: {each['id']} ({len(each['nodes'])} ×) {each['nodes'][0]['html'][:120]}"
        for each in run_axe(page).response["violations"]
    ]


def _keyboard(page: Page) -> tuple[int, int]:
    """Walk through the page with Tab; return how many stops it has and how many are not reached as they should be."""
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    stops = int(page.evaluate(_TABBABLE))
    reached = 0
    for _press in range(stops + 10):
        page.keyboard.press("Tab")
        at = page.evaluate(_AT_FOCUS)
        if at and at["isNew"] and at["counts"] and at["isMarked"] and at["isInView"]:
            reached += 1
    return stops, max(0, stops - reached)


def _weight(page: Page) -> tuple[int, int]:
    """Return how many bytes travel at a first and at a second visit of the page shown."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    first = _bytes_of_a_visit(page, session)
    repeat = _bytes_of_a_visit(page, session)
    session.detach()
    return first, repeat


def _bytes_of_a_visit(page: Page, session: CDPSession) -> int:
    travelled = 0

    def count(event: dict[str, float]) -> None:
        nonlocal travelled
        travelled += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", count)
    page.goto(page.url, wait_until="networkidle")
    session.remove_listener("Network.loadingFinished", count)
    return travelled
