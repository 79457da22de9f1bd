"""A real browser on a real server: Debian's Chromium, the pages as they are delivered."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from kundenportal.identity.models import StaffMember, User
from tests.accessibility.measures import EVERYWHERE, HEIGHT, PAIRS, TOO_WIDE, WIDTHS, run_axe
from tests.personas import sign_in
from tests.staff import sign_in_member

# Playwright runs an event loop in the thread that speaks to the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A busy machine takes its time; only what fails waits so long.
expect.set_options(timeout=30_000)

_EXAMINED: set[Page] = set()
"""Pages that axe looked at: it tries inline styles, which the content policy refuses."""

_NO_FAULTS = (
    "Failed to load resource",
    "was preloaded using link preload but not used",
    "[Intervention] Slow network",
)
"""What a browser says about answers such as 404 and 422, and about a machine that is busy."""

BecomeUser = Callable[[BrowserContext, User], None]
Check = Callable[[Page], None]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return browser_type_launch_args | {"executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Return where addresses without a host lead."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Return how a browser is: in Germany, and still, so that nothing is looked at while it changes colour."""
    size = {"width": WIDTHS[0], "height": HEIGHT}
    here = {"locale": "de-DE", "timezone_id": str(settings.UTILITY_TIME_ZONE)}
    return browser_context_args | here | {"viewport": size, "reduced_motion": "reduce"}


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """Return a window, and fail when something in it breaks a script or the content policy."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_axes = page in _EXAMINED and message.text.startswith("Applying inline style")
        is_no_fault = any(words in message.text for words in _NO_FAULTS)
        if message.type in {"error", "warning"} and not is_axes and not is_no_fault:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not complaints


@pytest.fixture
def become(live_server: LiveServer) -> BecomeUser:
    """Return a function that gives a browser the session of a login."""

    def become_user(context: BrowserContext, user: User) -> None:
        key = sign_in(Client(), user)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])

    return become_user


@pytest.fixture
def without_scripts(browser: Any, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """Return a browser that runs no scripts."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context
    context.close()


@pytest.fixture(params=["with scripts", "without scripts"])
def either_page(request: pytest.FixtureRequest) -> Page:
    """Return a window of a browser that runs scripts, and one of a browser that runs none."""
    if request.param == "with scripts":
        page: Page = request.getfixturevalue("page")
        return page
    context: BrowserContext = request.getfixturevalue("without_scripts")
    return context.new_page()


@pytest.fixture
def check_everywhere() -> Check:
    """Return a function that checks a page in both themes and on all widths: axe, and no sideways scrolling.

    Each theme and each width once; every pair of them with ``EVERYWHERE=1``, as ``make accessibility`` does.
    """
    pairs = EVERYWHERE if os.environ.get("EVERYWHERE") else PAIRS

    def check(page: Page) -> None:
        for theme, width in pairs:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert_accessible(page)
            assert_no_sideways_scrolling(page)

    return check


def sit_down(context: BrowserContext, member: StaffMember, server: LiveServer) -> None:
    """Give a browser the session of a member of staff."""
    key = sign_in_member(Client(), member)
    context.add_cookies([{"name": settings.STAFF_SESSION_COOKIE_NAME, "value": key, "url": server.url}])


def heading_is(page: Page, text: str) -> None:
    """Wait until a page is shown whose heading says this, and until its scripts run.

    After a click only the next page's first bytes are waited for: keys and checks would come too early.
    """
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)
    page.wait_for_load_state()


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Do what leads to another page, and wait for it where nothing tells it from the one before."""
    page.wait_for_load_state()
    with page.expect_event("load"):
        yield


def assert_accessible(page: Page) -> None:
    """Fail with the report when axe finds anything."""
    _EXAMINED.add(page)
    results = run_axe(page)
    assert results.violations_count == 0, results.generate_report()


def assert_no_sideways_scrolling(page: Page) -> None:
    """Fail when the page is wider than the window (WCAG 1.4.10)."""
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide == 0, f"{too_wide} px too wide at {page.viewport_size}"
