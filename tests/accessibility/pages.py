"""Which pages there are: those that links lead to, and those behind a form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page, Response

_LINKS = "() => [...document.querySelectorAll('a[href]')].map((each) => each.getAttribute('href'))"
_NOT_PAGES = ("demo:",)
_MOST = 200
PASSWORD = "Kirsche-Wolke-Tandem"


@dataclass(frozen=True)
class Persona:
    """Somebody who looks at the site: his name in the table, and what signs him in on the page he begins with."""

    name: str
    start: str
    sign_in: Callable[[Page], None]


def stay_outside(page: Page) -> None:
    """Sign in as nobody."""


def as_customer(page: Page) -> None:
    """Sign in as the demo's first customer."""
    page.fill("[name=identifier]", "14026")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Login", exact=True).click()
    page.wait_for_url(lambda url: "/anmelden/" not in url)


def as_supervisor(page: Page) -> None:
    """Sign in as the demo's supervisor, who may open most; the page shows the code that his app would show."""
    page.fill("[name=email]", "maier@stadtwerke.example")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Weiter", exact=True).click()
    code = page.locator("dl div", has_text="Maier").locator("dt").inner_text()
    page.fill("[name=code]", code.replace(" ", ""))
    page.locator("main form button:visible").first.click()
    page.wait_for_url(lambda url: "/anmelden/" not in url)


def linked_pages(page: Page, base: str) -> Iterator[str]:
    """Walk along links from the page shown, and yield the address of each kind of page once.

    What an address names (a premise, a document) makes no other kind; the browser shows the page when it is
    yielded.
    """
    waiting = [urlsplit(page.url).path]
    known = {name} if (name := _name_of(waiting[0])) else set()
    while waiting and len(known) < _MOST:
        path = waiting.pop(0)
        answer = _open(page, base + path)
        if answer is None or not _is_measurable(answer):
            continue
        shown = urlsplit(page.url).path
        if shown != path and _name_of(shown) in known:
            continue
        links = page.evaluate(_LINKS)
        yield path
        for link in links:
            target = urlsplit(urljoin(base + path, link))
            found = _name_of(target.path)
            if f"{target.scheme}://{target.netloc}" == base and found and found not in known:
                known.add(found)
                waiting.append(target.path)


def _open(page: Page, url: str) -> Response | None:
    """Open an address; return nothing when it is a file that is saved instead of shown."""
    try:
        return page.goto(url)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise


def _is_measurable(answer: Response) -> bool:
    """Tell whether an answer is a page of ours that scripts can look at.

    A mail shown in a frame is sandboxed: axe would wait in it for ever. Mails have a journey of their own.
    """
    policy = answer.headers.get("content-security-policy", "")
    return "text/html" in answer.headers.get("content-type", "") and "sandbox" not in policy


def _name_of(path: str) -> str:
    """Return the name of the address that a path belongs to, or nothing when it is no page."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return "" if name.startswith(_NOT_PAGES) else name
