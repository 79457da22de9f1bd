"""``/vs/<id>/vorgaenge/<reference>/``: what was sent, and what has become of it."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import ExportBatch, Submission
from tests.addresses import send_address
from tests.banking import send_bank_change, wish
from tests.contact import send_message
from tests.make import (
    NOW,
    Household,
    make_advance_payment_submission,
    make_customer,
    make_premise,
    make_reading_submission,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import Pages, text_of
from tests.snapshot import snapshot


def url(submission: Submission) -> str:
    return f"/vs/{submission.premise.public_id}/vorgaenge/{submission.reference}/"


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def send(household: Household, **values: Any) -> Submission:
    return make_reading_submission(household.strom, submitted_by=household.user, **values)


def exported() -> dict[str, Any]:
    batch = ExportBatch.objects.create(created_at=NOW + dt.timedelta(hours=1), format="csv")
    return {"status": "exported", "batch": batch}


def settled(status: str) -> dict[str, Any]:
    return exported() | {"status": status, "settled_at": NOW + dt.timedelta(days=1)}


def test_the_owner_sees_what_was_sent_and_what_comes_next(owner: Client, household: Household) -> None:
    submission = send(household)
    page = owner.get(url(submission))
    assert f"<title>Zählerstand {submission.reference} – Kundenportal" in page.text
    text = text_of(page)
    for expected in (
        "Zählerstand Strom",
        f"Vorgangsnummer {submission.reference} Eingegangen",
        "Strom 1 EMH00 0451 2873 24.318 kWh am 22.11.2026",
        "Verlauf Eingegangen 22.11.2026, 12:00 Uhr Wir haben Ihre Angaben erhalten.",
        "Wie geht es weiter? Wir prüfen Ihre Angaben. Bis dahin können Sie sie zurückziehen.",
        "Haben Sie sich vertippt? Stand berichtigen",
        "Änderung zurückziehen",
        "Alle Vorgänge",
    ):
        assert expected in text
    assert "anderen Zugang" not in text
    assert f'href="{url(submission)}zurueckziehen/"' in page.text
    assert page["Cache-Control"] == "no-store, private"


def test_what_waits_can_be_withdrawn(owner: Client, household: Household) -> None:
    text = text_of(owner.get(url(send(household, status="on_hold"))))
    assert "Ihre Angaben warten noch. Bis dahin können Sie sie zurückziehen." in text
    assert "Änderung zurückziehen" in text


def test_what_was_exported_is_being_worked_on(owner: Client, household: Household) -> None:
    text = text_of(owner.get(url(send(household, **exported()))))
    assert "In Arbeit 22.11.2026, 13:00 Uhr Wir arbeiten daran." in text
    assert "Sie bekommen eine E-Mail, sobald wir fertig sind." in text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("completed", "Erledigt 23.11.2026, 12:00 Uhr Wir haben Ihre Angaben übernommen."),
        ("rejected", "Abgelehnt 23.11.2026, 12:00 Uhr Wir können Ihre Angaben so nicht übernehmen."),
        ("withdrawn", "Zurückgezogen 23.11.2026, 12:00 Uhr Diese Angaben gelten nicht."),
    ],
)
def test_the_end_is_told(owner: Client, household: Household, status: str, sentence: str) -> None:
    text = text_of(owner.get(url(send(household, **settled(status)))))
    assert sentence in text
    assert "Wie geht es weiter?" not in text


@pytest.mark.parametrize("status", ["exported", "completed", "rejected", "withdrawn"])
def test_what_left_cannot_be_taken_back_or_corrected(
    owner: Client, household: Household, status: str
) -> None:
    text = text_of(owner.get(url(send(household, status=status))))
    assert "zurückziehen" not in text
    assert "Stand berichtigen" not in text


def test_a_refusal_tells_why_and_whom_to_ask(owner: Client, household: Household) -> None:
    submission = send(household, **settled("rejected"))
    Submission.objects.update(reason="Der Stand passt nicht. <b>")
    page = owner.get(url(submission))
    assert "Der Stand passt nicht. &lt;b&gt;" in page.text
    assert "Haben Sie Fragen? Schreiben Sie uns , oder rufen Sie uns an:" in text_of(page)
    assert f"/kontakt/?betreff=R%C3%BCckfrage%20zu%20{submission.reference}" in page.content.decode()
    assert (
        f'href="/vs/{household.premise.public_id}/zaehlerstaende/">Zählerstand neu erfassen</a>' in page.text
    )


def test_what_another_login_sent_is_marked(owner: Client, household: Household) -> None:
    text = text_of(owner.get(url(make_reading_submission(household.strom))))
    assert "Gesendet wurden sie über einen anderen Zugang." in text


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ("public", "Gesendet wurden sie ohne Anmeldung."),
        ("link", "Gesendet wurden sie mit dem Link für diese Verbrauchsstelle."),
    ],
)
def test_a_reading_without_a_login_says_how_it_came(
    owner: Client, household: Household, channel: str, sentence: str
) -> None:
    submission = make_reading_submission(household.strom, channel=channel)
    text = text_of(owner.get(url(submission)))
    assert sentence in text
    assert ("Diesen Stand hat jemand ohne Anmeldung gemeldet." in text) == (channel == "public")
    assert ("Stand berichtigen" in text) == (channel == "link")
    assert "zurückziehen" in text
    thanks = f"/vs/{household.premise.public_id}/zaehlerstaende/gesendet/{submission.reference}/"
    assert owner.get(thanks).status_code == (404 if channel == "public" else 200)


def test_what_replaced_a_reading_says_so(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "24318"})
    pages.send({strom: "24320"}, **{f"ersetzen-{strom.pk}": "on"})
    first, second = Submission.objects.order_by("pk")

    for path in (url(second), f"{url(second)}zurueckziehen/"):
        assert "gilt auch die frühere nicht." in text_of(pages.client.get(path))
    page = pages.client.get(url(first))
    assert f"ersetzt durch {second.reference}" in text_of(page)
    assert f'href="{url(second)}"' in page.text
    assert "gilt auch die frühere nicht." not in text_of(page)


@pytest.mark.parametrize("reference", ["V-2026-999999", "V-2025-000001", "x", "V-2026-1"])
def test_an_unknown_reference_is_not_found(owner: Client, household: Household, reference: str) -> None:
    send(household)
    assert owner.get(f"/vs/{household.premise.public_id}/vorgaenge/{reference}/").status_code == 404


def test_a_submission_of_another_premise_is_not_found(owner: Client, household: Household) -> None:
    submission, other = send(household), make_premise(household.customer)
    address = url(submission).replace(household.premise.public_id, other.public_id)
    assert owner.get(address).status_code == 404


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(household: Household, is_staff: bool) -> None:
    submission = send(household)
    stranger = Client()
    sign_in(stranger, make_user(make_customer(), email="b@beispiel.de", is_staff=is_staff))
    assert stranger.get(url(submission)).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    assert client.get(url(send(household)))["Location"].startswith("/anmelden/?weiter=")


def test_a_restricted_access_sees_and_takes_back_readings_alone(owner: Client, household: Household) -> None:
    reading = send(household)
    # Whoever held the customer before sent them; the grant in view was won by a meter number.
    others = [
        send_address(household),
        send_message(household, key="message-1"),
        make_advance_payment_submission(household.premise),
        send_bank_change(household, wish()),
    ]
    AccountLink.objects.update(awaits_letter=True)
    before = snapshot(but=[Session])
    for each in others:
        assert owner.get(url(each)).status_code == 404, each.kind
        assert owner.post(url(each), {"answer": "Ja"}).status_code == 404, each.kind
        assert owner.get(f"{url(each)}zurueckziehen/").status_code == 404, each.kind
        assert owner.post(f"{url(each)}zurueckziehen/").status_code == 404, each.kind
    assert snapshot(but=[Session]) == before
    for page in ("", "vorgaenge/"):
        shown = owner.get(f"/vs/{household.premise.public_id}/{page}").text
        assert url(reading) in shown
        assert [each.kind for each in others if url(each) in shown] == []
    assert owner.get(url(reading)).status_code == 200
