"""Pages that only a form leads to: with errors, to check what was typed, and the confirmation."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Page

from tests.accessibility.pages import PASSWORD

Scene = Callable[[Page], None]

_REQUIRED = (
    "main form[method=post] [required]:not([type=checkbox]):not([type=radio]):not(select):not([type=file])"
)
_SUBMIT = "main form[method=post] button:not([type=button]):not([name]):visible"


def shows_errors(page: Page) -> bool:
    """Empty what is required on the page shown and send it; tell whether the page came back with errors."""
    required = page.locator(_REQUIRED)
    if not required.count() or not page.locator(_SUBMIT).count():
        return False
    before = page.url
    for each in required.all():
        if each.is_visible():
            each.fill("")
    page.locator(_SUBMIT).first.click()
    page.wait_for_load_state("networkidle")
    return page.url.split("?")[0] == before.split("?")[0] and page.locator("[aria-invalid=true]").count() > 0


def sending(page: Page, base: str, home: str) -> Iterator[str]:
    """Send one thing of each kind, and yield the name of each page on the way."""
    for path, fill in _KINDS.items():
        page.goto(f"{base}{home}{path}")
        fill(page)
        page.locator(_SUBMIT).first.click()
        page.wait_for_load_state("networkidle")
        if "pruefen" not in page.url:
            yield f"{path}gesendet/<nr>/"
            continue
        yield f"{path}pruefen/"
        for box in page.locator("main form [type=checkbox]").all():
            box.check()
        page.locator(_SUBMIT).first.click()
        page.wait_for_load_state("networkidle")
        yield f"{path}gesendet/<nr>/"


def _readings(page: Page) -> None:
    for value, field in zip(
        ("24318", "9305", "641"), page.locator("main input[name^=stand]").all(), strict=False
    ):
        field.fill(value)


def _advance_payment(page: Page) -> None:
    page.locator("main input[inputmode=decimal]").first.fill("99,00")
    page.locator("main textarea").first.fill("Auszug eines Kindes")


def _address(page: Page) -> None:
    page.fill("[name=strasse]", "Gartenweg 7a")
    page.fill("[name=current_password]", PASSWORD)


def _bank_account(page: Page) -> None:
    page.fill("[name=iban]", "DE02 1203 0000 0000 2020 51")
    page.check("[name=einwilligung]")
    page.fill("[name=current_password]", PASSWORD)


def _contact(page: Page) -> None:
    page.fill("[name=betreff]", "Umzug")
    page.fill("[name=anfrage]", "Ich ziehe im März um.")


_KINDS: dict[str, Scene] = {
    "zaehlerstaende/": _readings,
    "abschlag/": _advance_payment,
    "rechnungsadresse/": _address,
    "bankverbindung/": _bank_account,
    "kontakt/": _contact,
}
