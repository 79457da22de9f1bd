"""Which pages there are: those that links lead to, and those behind a form."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page

_LINKS = "() => [...document.querySelectorAll('a[href]')].map((each) => each.getAttribute('href'))"
_NOT_PAGES = ("demo:",)
_MOST = 200


@dataclass(frozen=True)
class Persona:
    """Somebody who looks at the site: who signs in how, and where his walk begins."""

    name: str
    identifier: str
    password: str
    start: str


def sign_in(page: Page, base: str, persona: Persona) -> None:
    """Open the persona's first page, signed in if he is somebody."""
    if persona.identifier:
        page.goto(f"{base}/anmelden/")
        page.fill("[name=identifier]", persona.identifier)
        page.fill("[name=password]", persona.password)
        page.get_by_role("button", name="Login", exact=True).click()
        page.wait_for_url(lambda url: "/anmelden/" not in url)
    else:
        page.goto(base + persona.start)


def linked_pages(page: Page, base: str) -> Iterator[str]:
    """Walk along links from the page shown, and yield the address of each kind of page once.

    What an address names (a premise, a document) makes no other kind; the browser shows the page when it is
    yielded.
    """
    waiting = [urlsplit(page.url).path]
    known = {name} if (name := _name_of(waiting[0])) else set()
    while waiting and len(known) < _MOST:
        path = waiting.pop(0)
        answer = page.goto(base + path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
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


def _name_of(path: str) -> str:
    """Return the name of the address that a path belongs to, or nothing when it is no page."""
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return "" if name.startswith(_NOT_PAGES) else name
