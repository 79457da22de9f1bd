"""Linking accounts and parting them again, in a browser with and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from tests.journeys.conftest import BecomeUser, Check
from tests.linking import (
    METER,
    OTHER_PASSWORD,
    UNDO,
    ask,
    link,
    make_address,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
    undo_token,
)
from tests.make import PASSWORD, make_premise

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

BOTH = ["0010224/1", "0014026/1"]


@pytest.fixture
def user() -> User:
    user = make_bauer()
    make_premise(user.account_links.get().customer)
    return user


@pytest.fixture
def either_page(either_page: Page, become: BecomeUser, user: User) -> Page:
    become(either_page.context, user)
    return either_page


def name_the_account(page: Page) -> None:
    page.goto("/konto/")
    page.get_by_role("link", name="Verknüpfte Konten").click()
    page.get_by_label("Kundennummer").fill("10224")
    page.get_by_label("Zählernummer").fill(METER)
    page.get_by_role("button", name="Kundenkonto verknüpfen").click()


def test_an_account_is_linked_and_unlinked_again(either_page: Page, user: User) -> None:
    page = either_page
    make_weber()
    name_the_account(page)
    expect(page.get_by_text("gilt für alle Konten die E-Mail-Adresse m•••••r@beispiel.de.")).to_be_visible()
    page.get_by_role("button", name="Jetzt verknüpfen").click()
    expect(page.get_by_text("0010224/1, Petra Weber ist jetzt verknüpft.")).to_be_visible()
    assert numbers_of(user) == BOTH
    page.get_by_role("button", name="Verknüpfung aufheben: 0010224/1, Petra Weber").click()
    expect(page.get_by_role("heading", name="Verknüpfung zu Petra Weber aufheben?")).to_be_visible()
    page.get_by_role("button", name="Verknüpfung aufheben", exact=True).click()
    expect(page.get_by_text("Die Verknüpfung zu 0010224/1, Petra Weber ist aufgehoben.")).to_be_visible()
    assert numbers_of(user) == ["0014026/1"]


def test_a_registered_account_is_linked_by_its_password_and_given_back(either_page: Page, user: User) -> None:
    page = either_page
    other = make_other(make_weber())
    name_the_account(page)
    page.get_by_label("Passwort dieses Kundenkontos").first.fill("falsch")
    page.get_by_role("button", name="Jetzt verknüpfen").click()
    expect(page.get_by_role("alert")).to_contain_text("Das Passwort dieses Kundenkontos stimmt nicht.")
    page.get_by_label("Passwort dieses Kundenkontos").first.fill(OTHER_PASSWORD)
    page.get_by_role("button", name="Jetzt verknüpfen").click()
    expect(page.get_by_text("0010224/1, Petra Weber ist jetzt verknüpft.")).to_be_visible()
    page.goto("/auswahl/")
    expect(page.get_by_text("0010224/1")).to_be_visible()
    page.goto(f"{UNDO}{undo_token('accounts_linked', 'petra@beispiel.de', now=timezone.now())}/")
    page.get_by_role("button", name="Rückgängig machen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Das ist zurückgenommen")
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], ["0010224/1"])


def test_a_dialog_is_closed_without_unlinking(page: Page, become: BecomeUser, user: User) -> None:
    make_weber()
    link(user, now=timezone.now())
    become(page.context, user)
    page.goto("/konto/verknuepfen/")
    button = page.get_by_role("button", name="Verknüpfung aufheben: 0010224/1, Petra Weber")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    assert numbers_of(user) == BOTH


def test_a_login_is_deleted(either_page: Page, user: User) -> None:
    page = either_page
    page.goto("/konto/")
    page.get_by_role("main").get_by_role("link", name="Datenschutz").click()
    page.get_by_label("Ja, ich möchte meinen Online-Zugang löschen.").check()
    page.get_by_label("Passwort", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Online-Zugang löschen").click()
    expect(page.get_by_text("Ihr Online-Zugang ist gelöscht. Ihr Vertrag bleibt bestehen.")).to_be_visible()
    assert numbers_of(user) == []


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, user: User, check_everywhere: Check
) -> None:
    now = timezone.now()
    weber = make_weber(contact_email="")
    make_address(weber)
    link(user, now=now)
    make_other(make_weber(meter="7 ELS 2", customer_number="0010300/1"))
    request = ask(user, "0010300/1", "7 ELS 2", now=now)
    grant = AccountLink.objects.get(customer=weber)
    become(page.context, user)
    for path in (
        "/konto/verknuepfen/",
        f"/konto/verknuepfen/{request.public_id}/",
        f"/konto/verknuepfung-aufheben/{grant.public_id}/",
        f"/konto/freischalten/{grant.public_id}/",
        "/konto/email/",
        "/konto/datenschutz/",
        f"/vs/{weber.premises.get().public_id}/",
        f"{UNDO}{undo_token('accounts_linked', 'm.bauer@beispiel.de', now=now)}/",
        "/verknuepfung-zurueckgenommen/",
        f"{UNDO}abgelaufen/",
    ):
        page.goto(path)
        check_everywhere(page)


def test_errors_and_the_dialog_are_accessible_everywhere(
    page: Page, become: BecomeUser, user: User, check_everywhere: Check
) -> None:
    make_weber()
    become(page.context, user)
    page.goto("/konto/verknuepfen/")
    page.get_by_label("Kundennummer").fill("10225")
    page.get_by_label("Zählernummer").fill("9")
    page.get_by_role("button", name="Kundenkonto verknüpfen").click()
    expect(page.get_by_role("alert")).to_contain_text("Diese beiden Nummern passen nicht zusammen.")
    check_everywhere(page)
    link(user, now=timezone.now())
    page.goto("/konto/verknuepfen/")
    page.get_by_role("button", name="Verknüpfung aufheben: 0010224/1, Petra Weber").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check_everywhere(page)
