"""``/vs/<id>/abschlag/``: what is paid, what is possible, and what is proposed."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.advance_payments.models import AdvancePayment
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import Register
from kundenportal.submissions.models import Submission
from tests.make import (
    NOW,
    Household,
    make_advance_payment,
    make_advance_payment_submission,
    make_payment_plan,
    make_reading,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import errors_of, text_of
from tests.snapshot import snapshot

GOOD = {
    "betrag-strom": "85,00",
    "betrag-gas": "108",
    "betrag-wasser": "32.00 €",
    "aenderungsdatum": "2027-01-01",
    "kommentar": "Auszug eines Kindes",
}


@pytest.fixture
def household(household: Household, client: Client) -> Household:
    make_payment_plan(household.premise)
    sign_in(client, household.user)
    return household


@pytest.fixture
def url(household: Household) -> str:
    return f"/vs/{household.premise.public_id}/abschlag/"


def read_in_summer(register: Register, value: int, *, annual_use: int) -> None:
    """Give a register a second and a third reading in the year."""
    Register.objects.filter(pk=register.pk).update(annual_use=annual_use)
    make_reading(register, dt.date(2026, 6, 30), value - 10)
    make_reading(register, dt.date(2026, 11, 22), value)


def refused(client: Client, url: str, **fields: str) -> dict[str, list[str]]:
    """Send the page and return its errors; nothing was stored, and what was typed is still there."""
    before = snapshot()
    data = GOOD | {name.replace("_", "-"): value for name, value in fields.items()}
    answer = client.post(url, data)
    stored = {name: rows for name, rows in snapshot().items() if "session" not in name.lower()}
    assert stored == {name: rows for name, rows in before.items() if "session" not in name.lower()}
    assert 'value="32.00 €"' in answer.content.decode()
    return errors_of(answer)


def test_all_divisions_are_shown_with_their_range_and_the_total(client: Client, url: str) -> None:
    page = client.get(url)
    text = text_of(page)
    for expected in (
        "Aktueller Abschlag 92,00 € im Monat Gültig seit 1. März 2026",
        "Gewünschter Abschlagsbetrag (€) * für Strom Möglich: 73,60 bis 184,00 €",
        "Möglich: 86,40 bis 216,00 €",
        "Gültig seit 1. Januar 2026",
        "Gesamtabschlag bisher 224,00 € Gesamtabschlag neu 224,00 €",
        "Ein neuer Abschlag gilt immer ab dem Ersten eines Monats.",
        "1. Januar 2027 1. Februar 2027 1. März 2027",
        "Änderungskommentar *",
    ):
        assert expected in text.replace("\N{NO-BREAK SPACE}", " ")
    assert 'value="92,00"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_without_a_third_reading_in_the_year_nothing_is_proposed(client: Client, url: str) -> None:
    text = text_of(client.get(url))
    assert "Unser Vorschlag" not in text
    assert "Voraussichtlich" not in text


def test_from_the_third_reading_on_an_amount_is_proposed(
    client: Client, url: str, household: Household
) -> None:
    # 31 December 2025 to 22 November 2026, H0: all months but 31 December (1/31 of 103 thousandths) and the
    # last 9 of 30 days of November (90 x 9 / 30 = 27) and December (103): 0.8733 years. 2,331 kWh / 0.8733 are
    # 2,669 a year, of 2,500 expected. 92 EUR x 12 x (0.15 + 0.85 x 1.0676) = 1,167: 98 EUR a month, rounded up.
    read_in_summer(household.strom, 24318, annual_use=2500)
    text = text_of(client.get(url)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Unser Vorschlag 98,00 € nach Ihrem Verbrauch" in text
    assert "63 € Nachzahlung im Jahr." in text


def test_a_meter_that_was_exchanged_is_part_of_the_forecast(
    client: Client, url: str, household: Household
) -> None:
    meter = household.strom.meter
    meter.removed_date = dt.date(2026, 6, 30)
    meter.save()
    make_reading(household.strom, dt.date(2026, 6, 30), 23237)
    new = Register.objects.create(
        meter=type(meter).objects.create(
            premise=household.premise,
            division="strom",
            meter_number="NEU",
            number_key="NEU",
            installed_date=dt.date(2026, 6, 30),
        ),
        code="1",
        integer_digits=6,
        unit="kWh",
        annual_use=Decimal(2500),
    )
    make_reading(new, dt.date(2026, 6, 30), 0)
    make_reading(new, dt.date(2026, 11, 22), 900)
    assert "Unser Vorschlag" in text_of(client.get(url))


def test_what_is_possible_goes_on_to_the_check_page(client: Client, url: str) -> None:
    answer = client.post(url, GOOD)
    assert answer.status_code == 303
    assert answer["Location"].startswith(f"{url}pruefen/?entwurf=")
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name", "error"),
    [
        (
            {"betrag_strom": "70"},
            "betrag-strom",
            (
                "70,00 € sind zu niedrig. Für Strom sind mindestens 73,60 € möglich, damit am Jahresende keine "
                "hohe Nachzahlung entsteht."
            ),
        ),
        (
            {"betrag_strom": "250,00"},
            "betrag-strom",
            (
                "250,00 € sind zu hoch. Für Strom sind höchstens 184,00 € möglich, damit Sie uns nicht zu viel "
                "im Voraus zahlen."
            ),
        ),
        (
            {"betrag_gas": ""},
            "betrag-gas",
            "Bitte geben Sie einen Betrag ein, zum Beispiel 92,00.",
        ),
        ({"betrag_gas": "viel"}, "betrag-gas", "Bitte geben Sie einen Betrag ein, zum Beispiel 92,00."),
        ({"betrag_gas": "9" * 38}, "betrag-gas", "Bitte geben Sie einen Betrag ein, zum Beispiel 92,00."),
        ({"betrag_gas": "-5"}, "betrag-gas", "Bitte geben Sie einen Betrag ein, zum Beispiel 92,00."),
        (
            {"betrag_gas": "92,005"},
            "betrag-gas",
            "Bitte geben Sie höchstens zwei Stellen nach dem Komma ein, zum Beispiel 92,00.",
        ),
        (
            {"aenderungsdatum": ""},
            "aenderungsdatum",
            "Bitte wählen Sie, ab wann der neue Abschlag gelten soll.",
        ),
        (
            {"aenderungsdatum": "2026-12-01"},
            "aenderungsdatum",
            "Bitte wählen Sie, ab wann der neue Abschlag gelten soll.",
        ),
        (
            {"kommentar": " "},
            "kommentar",
            "Bitte nennen Sie kurz den Grund, zum Beispiel „Auszug eines Kindes“.",
        ),
        ({"kommentar": "x" * 503}, "kommentar", "Der Kommentar ist 3 Zeichen zu lang."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    client: Client, url: str, fields: dict[str, str], name: str, error: str
) -> None:
    errors = refused(client, url, **fields)
    assert {
        key: [each.replace("\N{NO-BREAK SPACE}", " ") for each in told] for key, told in errors.items()
    } == {name: [error]}


def test_a_refused_amount_has_a_way_out(client: Client, url: str) -> None:
    page = client.post(url, GOOD | {"betrag-strom": "70"})
    text = text_of(page)
    assert (
        "Sie brauchen einen anderen Betrag? Schreiben Sie uns , oder rufen Sie uns an: 09872 0000-332" in text
    )
    assert "/kontakt/?betreff=Anderer%20Abschlag%3A%20Strom%2070%20%E2%82%AC" in page.content.decode()
    assert "Strom: 70,00 € sind zu niedrig." in text_of(page)


def test_the_total_leaves_out_what_is_refused(client: Client, url: str) -> None:
    text = text_of(client.post(url, GOOD | {"betrag-strom": "70", "betrag-gas": "abc"}))
    assert "Gesamtabschlag neu 232,00 €" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_changed_is_said(client: Client, url: str) -> None:
    answer = client.post(url, GOOD | {"betrag-strom": "92", "betrag-gas": "108,00", "betrag-wasser": "24"})
    assert errors_of(answer) == {"__all__": ["Sie haben noch keinen Betrag geändert."]}
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("received", "Sie haben schon einen neuen Abschlag ab 1. Januar 2027 gewünscht."),
        ("exported", "Sie bekommen eine E-Mail, sobald wir fertig sind."),
        (
            "completed",
            (
                "Sie haben den Abschlag in 2026 schon geändert. Die nächste Änderung ist ab dem 1. Januar 2027 "
                "möglich."
            ),
        ),
    ],
)
def test_a_lock_is_explained_and_holds(
    client: Client, url: str, household: Household, status: str, expected: str
) -> None:
    make_advance_payment_submission(household.premise, status=status)
    page = client.get(url)
    assert expected in text_of(page)
    assert "92,00" in text_of(page)
    assert "<textarea" not in page.content.decode()
    assert client.post(url, GOOD).status_code == 422
    assert Submission.objects.count() == 1


def test_an_ended_contract_is_said(client: Client, url: str, household: Household) -> None:
    household.premise.end_date = dt.date(2026, 11, 1)
    household.premise.save()
    assert "Dieser Vertrag ist beendet." in text_of(client.get(url))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"awaits_letter": True}, "Freischaltcode eingeben"),
        (
            {"held_until": NOW + dt.timedelta(hours=72)},
            "Ab Mittwoch, 25. November, 12:00 Uhr ist alles frei.",
        ),
    ],
)
def test_a_restricted_access_changes_nothing(
    client: Client, url: str, values: dict[str, Any], expected: str
) -> None:
    location = client.post(url, GOOD)["Location"]
    AccountLink.objects.update(**values)
    page = client.get(url)
    assert "Zu Ihrem Schutz können Sie den Abschlag noch nicht ändern." in text_of(page)
    assert expected in text_of(page)
    assert client.post(url, GOOD).status_code == 422
    assert client.post(location).status_code == 303
    assert not Submission.objects.exists()


def test_a_premise_without_amounts_says_so(client: Client, url: str) -> None:
    AdvancePayment.objects.all().delete()
    assert "Für diese Verbrauchsstelle gibt es keinen Abschlag." in text_of(client.get(url))


def test_an_amount_to_come_is_shown(client: Client, url: str, household: Household) -> None:
    make_advance_payment(household.premise, "strom", "95.00", valid_from=dt.date(2027, 1, 1))
    text = text_of(client.get(url)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Ab 1. Januar 2027 95,00 € im Monat" in text


def test_the_number_of_queries_does_not_grow_with_the_meters(
    client: Client, url: str, household: Household
) -> None:
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for register, value in ((household.gas, 9305), (household.wasser, 590), (household.strom, 24318)):
        read_in_summer(register, value, annual_use=1000)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many) <= 6


def test_nobody_else_opens_it(client: Client, url: str) -> None:
    stranger = Client()
    sign_in(stranger, make_user(email="fremd@beispiel.de"))
    before = Submission.objects.count()
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, GOOD).status_code == 404
    assert Client().get(url)["Location"].startswith("/anmelden/?weiter=")
    assert Submission.objects.count() == before


def test_other_methods_are_refused(client: Client, url: str) -> None:
    assert client.put(url).status_code == 405
