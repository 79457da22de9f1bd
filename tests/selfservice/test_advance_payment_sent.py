"""``/vs/<id>/abschlag/gesendet/<reference>/``: what was sent, and what became of it."""

import pytest
from django.test import Client

from kundenportal.submissions.models import Submission
from tests.make import (
    Household,
    make_advance_payment_submission,
    make_customer,
    make_premise,
    make_reading_submission,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of


@pytest.fixture
def submission(household: Household, client: Client) -> Submission:
    sign_in(client, household.user)
    return make_advance_payment_submission(household.premise, submitted_by=household.user)


@pytest.fixture
def url(submission: Submission) -> str:
    return f"/vs/{submission.premise.public_id}/abschlag/gesendet/{submission.reference}/"


def test_the_owner_reads_what_is_noted(client: Client, url: str, submission: Submission) -> None:
    text = text_of(client.get(url)).replace("\N{NO-BREAK SPACE}", " ")
    for expected in (
        "Ihr neuer Abschlag ist vorgemerkt.",
        "Ab 1. Januar 2027 zahlen Sie 193,00 € im Monat.",
        f"Vorgangsnummer {submission.reference}",
        "Strom 92,00 € 85,00 €",
        "Auszug eines Kindes",
        "Wir haben Ihnen eine Bestätigung an m•••••r@beispiel.de gesendet.",
        "Bis dahin können Sie sie zurückziehen.",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("exported", "In Arbeit"),
        ("completed", "Erledigt"),
        ("rejected", "Abgelehnt"),
        ("withdrawn", "Zurückgezogen"),
    ],
)
def test_later_the_page_tells_where_it_stands(client: Client, url: str, status: str, label: str) -> None:
    Submission.objects.update(status=status, reason="Bitte rufen Sie uns an.")
    text = text_of(client.get(url))
    assert label in text
    assert "Bitte rufen Sie uns an." in text
    assert "vorgemerkt" not in text


def test_it_stands_among_the_submissions(client: Client, submission: Submission) -> None:
    base = f"/vs/{submission.premise.public_id}"
    assert "Abschlag Strom" in text_of(client.get(f"{base}/"))
    assert "Abschlag Strom" in text_of(client.get(f"{base}/vorgaenge/"))
    detail = text_of(client.get(f"{base}/vorgaenge/{submission.reference}/"))
    assert "Auszug eines Kindes" in detail
    assert "1. Januar 2027" in detail


@pytest.mark.parametrize("reference", ["V-2026-999999", "x"])
def test_an_unknown_reference_is_not_found(client: Client, url: str, reference: str) -> None:
    assert client.get(f"{url.rsplit('/', 2)[0]}/{reference}/").status_code == 404


def test_a_submission_of_another_kind_is_not_found(client: Client, url: str, household: Household) -> None:
    reading = make_reading_submission(household.strom)
    assert client.get(f"{url.rsplit('/', 2)[0]}/{reading.reference}/").status_code == 404


def test_a_submission_of_another_premise_is_not_found(
    client: Client, url: str, submission: Submission
) -> None:
    other = make_premise(submission.customer)
    assert client.get(url.replace(submission.premise.public_id, other.public_id)).status_code == 404


def test_a_previous_customers_submission_is_not_found(client: Client, url: str) -> None:
    Submission.objects.update(customer=make_customer())
    assert client.get(url).status_code == 404


def test_nobody_else_opens_it(url: str) -> None:
    stranger = Client()
    sign_in(stranger, make_user(email="fremd@beispiel.de"))
    assert stranger.get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/anmelden/?weiter=")
