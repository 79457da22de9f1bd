"""Looking at what was sent, and taking it back, in a browser: with scripts and without."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import ExportBatch, Submission
from tests.journeys.conftest import HEIGHT, BecomeUser, Check
from tests.make import Household, make_household, make_reading_submission

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def household() -> Household:
    """The household of the mock-ups, which has sent something of every status."""
    made = make_household()
    now = timezone.now()
    batch = ExportBatch.objects.create(created_at=now - dt.timedelta(days=6), format="csv")
    for days, status in (
        (40, "completed"),
        (9, "rejected"),
        (8, "withdrawn"),
        (7, "exported"),
        (0, "received"),
    ):
        sent = make_reading_submission(made.strom, made.gas, status=status, submitted_by=made.user)
        Submission.objects.filter(pk=sent.pk).update(
            received_at=now - dt.timedelta(days=days, hours=1),
            batch=None if status in {"received", "withdrawn"} else batch,
            settled_at=None if status in {"received", "exported"} else now - dt.timedelta(days=5),
            reason="Der Stand für Gas passt nicht zu Ihrem Zähler." if status == "rejected" else "",
        )
    return made


def take_back(page: Page, household: Household) -> None:
    """Go from the home page to the newest submission and take it back, after a second thought."""
    page.goto(f"/vs/{household.premise.public_id}/")
    page.get_by_role("link", name="Alle Vorgänge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Vorgänge")
    page.get_by_role("main").get_by_role("listitem").first.get_by_role("link").click()
    page.get_by_role("link", name="Änderung zurückziehen").click()
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.get_by_text("Eingegangen").first).to_be_visible()

    page.get_by_role("link", name="Änderung zurückziehen").click()
    page.get_by_role("button", name="Änderung zurückziehen").dblclick()
    expect(page.get_by_text("Ihre Angaben sind zurückgezogen.")).to_be_visible()
    expect(page.get_by_text("Diese Angaben gelten nicht.")).to_be_visible()
    expect(page.get_by_role("link", name="Änderung zurückziehen")).to_have_count(0)
    assert OutgoingMail.objects.get().kind == "submission_withdrawn"


def test_something_is_taken_back_with_scripts(page: Page, become: BecomeUser, household: Household) -> None:
    become(page.context, household.user)
    take_back(page, household)


def test_something_is_taken_back_without_scripts_on_a_telephone(
    without_scripts: BrowserContext, become: BecomeUser, household: Household
) -> None:
    become(without_scripts, household.user)
    page = without_scripts.new_page()
    page.set_viewport_size({"width": 390, "height": HEIGHT})
    take_back(page, household)


def test_the_pages_are_accessible_everywhere(
    page: Page, become: BecomeUser, household: Household, check_everywhere: Check
) -> None:
    become(page.context, household.user)
    root = f"/vs/{household.premise.public_id}/vorgaenge/"
    page.goto(root)
    check_everywhere(page)
    for submission in Submission.objects.filter(status__in=["received", "rejected"]):
        page.goto(f"{root}{submission.reference}/")
        check_everywhere(page)
        if submission.can_be_withdrawn:
            page.goto(f"{root}{submission.reference}/zurueckziehen/")
            check_everywhere(page)
