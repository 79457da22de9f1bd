"""Readings typed in a cellar without reception, in a browser that was prepared for it (ux.md C5; ADR 19)."""

import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.identity.services import end_secrets_of
from kundenportal.metering.models import SubmittedReading
from kundenportal.submissions.models import Submission
from tests.journeys.conftest import HEIGHT, BecomeUser, Check
from tests.make import Household, make_household_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    return make_household_of(timezone.localdate())


@pytest.fixture
def prepared(household: Household, page: Page, become: BecomeUser) -> Page:
    """A browser that keeps the entry page for the cellar, and has no reception."""
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/zaehlerstaende/")
    page.get_by_role("button", name="Auf diesem Gerät für den Keller bereithalten").click()
    expect(page.get_by_text("Bereit. Öffnen Sie das Portal im Keller wie gewohnt.")).to_be_visible()
    page.context.set_offline(True)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sie sind offline.")
    return page


def type_and_keep(page: Page, values: dict[int, str]) -> None:
    for register, value in values.items():
        page.locator(f"[name=stand-{register}]").fill(value)
    page.get_by_role("button", name="Auf diesem Gerät speichern").click()


def go_upstairs(page: Page) -> None:
    page.context.set_offline(False)


def test_what_was_typed_without_reception_arrives_once(
    prepared: Page, household: Household, check_everywhere: Check
) -> None:
    check_everywhere(prepared)
    type_and_keep(prepared, {})
    expect(prepared.get_by_role("alert")).to_have_text("Bitte tragen Sie mindestens einen Zählerstand ein.")
    type_and_keep(prepared, {household.strom.pk: "24318", household.gas.pk: "9305"})
    expect(prepared.get_by_text("Gespeichert auf diesem Gerät.")).to_be_visible()
    assert not Submission.objects.exists()

    go_upstairs(prepared)
    expect(prepared.get_by_text("Danke, Ihre Zählerstände sind angekommen.")).to_be_visible()
    expect(prepared.get_by_text("Gespeichert auf diesem Gerät.")).to_be_hidden()
    expect(prepared.get_by_role("heading", level=1)).to_have_text("Sie haben wieder Empfang.")
    expect(prepared.get_by_text(Submission.objects.get().reference)).to_be_visible()
    prepared.reload()
    expect(prepared.get_by_role("heading", level=1)).to_contain_text("Guten Tag")
    assert [each.value for each in SubmittedReading.objects.order_by("value")] == [9305, 24318]


def test_an_unusual_value_waits_for_a_word_on_home(prepared: Page, household: Household) -> None:
    type_and_keep(prepared, {household.wasser.pk: "641"})
    go_upstairs(prepared)
    expect(prepared.get_by_text("Ein Stand wartet auf Ihre Prüfung.")).to_be_visible()
    prepared.goto(f"/vs/{household.premise.public_id}/")
    prepared.get_by_role("link", name="Jetzt prüfen").click()
    expect(prepared.get_by_role("heading", level=1)).to_have_text("Bitte prüfen Sie Ihre Angaben")
    prepared.get_by_label("Der Stand 641 m³ stimmt.").check()
    prepared.get_by_role("button", name="Daten senden").click()
    expect(prepared.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Zählerstände sind angekommen.")
    assert WaitingReadings.objects.count() == 1
    prepared.goto(f"/vs/{household.premise.public_id}/")
    expect(prepared.get_by_text("Ein Stand wartet auf Ihre Prüfung.")).to_be_hidden()


def test_a_browser_whose_permission_ended_keeps_the_values_until_the_next_sign_in(
    prepared: Page, household: Household
) -> None:
    type_and_keep(prepared, {household.strom.pk: "24318"})
    end_secrets_of(household.user, now=timezone.now())
    session = prepared.context.cookies()
    prepared.context.clear_cookies()
    go_upstairs(prepared)
    expect(prepared.get_by_text("Bitte melden Sie sich an, dann senden wir sie.")).to_be_visible()
    expect(prepared.get_by_text("Gespeichert auf diesem Gerät.")).to_be_hidden()
    assert not Submission.objects.exists()

    prepared.context.add_cookies(session)
    prepared.goto(f"/vs/{household.premise.public_id}/")
    expect(prepared.get_by_text("Danke, Ihre Zählerstände sind angekommen.")).to_be_visible()
    assert Submission.objects.count() == 1


def test_the_entry_page_itself_keeps_what_cannot_be_sent(
    household: Household, page: Page, become: BecomeUser
) -> None:
    become(page.context, household.user)
    page.goto(f"/vs/{household.premise.public_id}/zaehlerstaende/")
    page.get_by_role("button", name="Auf diesem Gerät für den Keller bereithalten").click()
    expect(page.get_by_text("Bereit. Öffnen Sie das Portal im Keller wie gewohnt.")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    field = page.locator(f"#id_stand-{household.strom.pk}")
    field.fill("24318")
    picture = page.locator(f"[name=foto-{household.strom.meter_id}]")
    picture.set_input_files({"name": "zaehler.jpg", "mimeType": "image/jpeg", "buffer": b"a picture"})
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    picture.set_input_files([])
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.get_by_text("Gespeichert auf diesem Gerät.")).to_be_visible()
    expect(field).to_have_value("")
    go_upstairs(page)
    expect(page.get_by_text("Danke, Ihre Zählerstände sind angekommen.")).to_be_visible()
    assert Submission.objects.count() == 1


def test_what_waits_on_a_device_that_was_ended_is_sent_from_a_page_of_its_login(
    prepared: Page, household: Household
) -> None:
    type_and_keep(prepared, {household.strom.pk: "24318"})
    PreparedDevice.objects.all().delete()
    # As the entry page leaves it when the browser can be renewed no more.
    prepared.evaluate("""() => {
        const kept = JSON.parse(localStorage.getItem("keller"));
        localStorage.setItem("keller", JSON.stringify({ ...kept, places: {} }));
    }""")
    go_upstairs(prepared)
    expect(prepared.get_by_text("Bitte melden Sie sich an, dann senden wir sie.")).to_be_visible()
    prepared.goto(f"/vs/{household.premise.public_id}/")
    expect(prepared.get_by_text("Danke, Ihre Zählerstände sind angekommen.")).to_be_visible()
    assert Submission.objects.count() == 1


def let_wait_on_the_device(page: Page, household: Household) -> None:
    """Put two values into the browser as the entry page leaves them; this page hands nothing in by itself."""
    place = household.premise.public_id
    page.goto(f"/vs/{place}/dokumente/")
    item = {
        "key": str(uuid.uuid4()),
        "place": place,
        "url": f"/vs/{place}/zaehlerstaende/keller/",
        "day": timezone.localdate().isoformat(),
        "typed": {
            "ablesedatum": "heute",
            f"stand-{household.strom.pk}": "24318",
            f"stand-{household.gas.pk}": "9305",
        },
    }
    page.evaluate("(item) => localStorage.setItem('ausgang', JSON.stringify([item]))", item)


def test_signing_out_asks_while_readings_wait_on_the_device(
    prepared: Page, household: Household, check_everywhere: Check
) -> None:
    page = prepared
    go_upstairs(page)
    let_wait_on_the_device(page, household)
    sign_out = page.get_by_role("navigation", name="Hauptnavigation").get_by_role("button", name="Abmelden")
    sign_out.click()
    dialog = page.get_by_role("dialog", name="Auf diesem Gerät warten noch 2 Zählerstände.")
    expect(dialog.get_by_role("button", name="Jetzt senden")).to_be_focused()
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    go_upstairs(page)
    page.keyboard.press("Escape")
    expect(sign_out).to_be_focused()
    page.keyboard.press("Enter")
    check_everywhere(page)
    dialog.get_by_role("button", name="Jetzt senden").click()
    sent = page.get_by_role("dialog", name="Ihre Zählerstände sind gesendet.")
    expect(sent).to_contain_text("Danke, Ihre Zählerstände sind angekommen.")
    expect(sent.get_by_role("button", name="Abmelden")).to_be_focused()
    check_everywhere(page)
    sent.get_by_role("button", name="Schließen").click()
    expect(sent).to_be_hidden()

    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    let_wait_on_the_device(page, household)
    sign_out.click()
    dialog.get_by_role("button", name="Trotzdem abmelden").click()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert Submission.objects.count() == 1


def test_signing_out_leaves_nothing_on_the_device(prepared: Page, household: Household) -> None:
    go_upstairs(prepared)
    prepared.goto(f"/vs/{household.premise.public_id}/")
    prepared.get_by_role("button", name="Abmelden").first.click()
    expect(prepared.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    # The browser empties what it keeps beside the page.
    prepared.wait_for_function("async () => !localStorage.length && !(await caches.keys()).length")
