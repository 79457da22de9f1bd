"""``/vs/<id>/vorgaenge/<reference>/zurueckziehen/``: taking something back after one question."""

import pytest
from django.test import Client

from kundenportal.submissions.models import Submission
from tests.make import Household, make_customer, make_reading_submission, make_user
from tests.personas import sign_in
from tests.selfservice.reading_pages import nothing_is_stored, text_of


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


@pytest.fixture
def submission(household: Household) -> Submission:
    return make_reading_submission(household.strom, submitted_by=household.user)


def detail_of(submission: Submission) -> str:
    return f"/vs/{submission.premise.public_id}/vorgaenge/{submission.reference}/"


def url(submission: Submission) -> str:
    return f"{detail_of(submission)}zurueckziehen/"


def test_the_owner_is_asked_first(owner: Client, submission: Submission) -> None:
    with nothing_is_stored():
        page = owner.get(url(submission))
    text = text_of(page)
    for expected in (
        "Möchten Sie diese Angaben zurückziehen?",
        "Wir tun dann nichts mehr damit. Sie können danach neue Angaben senden.",
        f"Vorgangsnummer {submission.reference} Eingegangen",
        "24.318 kWh",
        "Änderung zurückziehen",
        "Abbrechen",
    ):
        assert expected in text
    assert f'href="{detail_of(submission)}"' in page.text


@pytest.mark.parametrize("status", ["received", "on_hold"])
def test_the_owner_takes_it_back(owner: Client, submission: Submission, status: str) -> None:
    Submission.objects.update(status=status)
    answer = owner.post(url(submission), follow=True)
    assert answer.redirect_chain == [(detail_of(submission), 303)]
    text = text_of(answer)
    assert "Ihre Angaben sind zurückgezogen." in text
    assert f"Vorgangsnummer {submission.reference} Zurückgezogen" in text
    submission.refresh_from_db()
    assert submission.status == "withdrawn"


def test_a_second_click_says_the_same_and_changes_nothing(owner: Client, submission: Submission) -> None:
    owner.post(url(submission))
    with nothing_is_stored():
        text = text_of(owner.post(url(submission), follow=True))
    assert "Ihre Angaben sind zurückgezogen." in text


@pytest.mark.parametrize("status", ["exported", "completed", "rejected"])
def test_what_is_being_worked_on_stays(owner: Client, submission: Submission, status: str) -> None:
    Submission.objects.update(status=status)
    with nothing_is_stored():
        answer = owner.post(url(submission), follow=True)
    assert "Wir bearbeiten Ihre Angaben schon. Sie lassen sich nicht mehr zurückziehen." in text_of(answer)


@pytest.mark.parametrize("status", ["exported", "completed", "rejected", "withdrawn"])
def test_nobody_is_asked_in_vain(owner: Client, submission: Submission, status: str) -> None:
    Submission.objects.update(status=status)
    assert owner.get(url(submission))["Location"] == detail_of(submission)


@pytest.mark.parametrize("is_staff", [False, True])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_customer_and_a_clerk_find_nothing(
    submission: Submission, is_staff: bool, method: str
) -> None:
    stranger = Client()
    sign_in(stranger, make_user(make_customer(), email="b@beispiel.de", is_staff=is_staff))
    with nothing_is_stored():
        assert getattr(stranger, method)(url(submission)).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, submission: Submission
) -> None:
    with nothing_is_stored():
        assert client.post(url(submission))["Location"].startswith("/anmelden/?weiter=")


def test_a_form_of_another_site_is_refused(household: Household, submission: Submission) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, household.user)
    with nothing_is_stored():
        assert client.post(url(submission)).status_code == 403
