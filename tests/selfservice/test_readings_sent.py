"""``/vs/<id>/zaehlerstaende/gesendet/<reference>/``: what was sent, and what became of it."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.submissions.models import Submission
from tests.make import (
    Household,
    make_advance_payment,
    make_advance_payment_submission,
    make_customer,
    make_payment_plan,
    make_premise,
    make_reading,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import Pages, path_of, text_of


def test_the_owner_is_thanked_and_sees_what_was_sent(pages: Pages) -> None:
    url = pages.send({pages.household.strom: "24318", pages.household.gas: "9305"})["Location"]
    page = pages.client.get(url)
    text = text_of(page)
    for expected in (
        "Danke, Ihre Zählerstände sind angekommen.",
        f"Vorgangsnummer {Submission.objects.get().reference}",
        "Eingegangen",
        "Strom 1 EMH00 0451 2873 24.318 kWh am 22.11.2026",
        "Gas 7 ELS00 1182 0096 9.305 m³ am 22.11.2026",
        "Wir haben Ihnen eine Bestätigung an m•••••r@beispiel.de gesendet.",
        "Wie geht es weiter? Wir prüfen die Werte. Wenn wir noch Fragen haben, melden wir uns.",
        "Stand berichtigen",
        "Drucken",
        "Zur Startseite",
    ):
        assert expected in text
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("exported", "In Arbeit"),
        ("completed", "Erledigt"),
        ("rejected", "Abgelehnt"),
        ("withdrawn", "Zurückgezogen"),
    ],
)
def test_later_the_page_tells_where_it_stands(pages: Pages, status: str, label: str) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    Submission.objects.update(status=status, reason="Bitte lesen Sie noch einmal ab.")
    text = text_of(pages.client.get(url))
    assert label in text
    assert "Bitte lesen Sie noch einmal ab." in text
    assert "Stand berichtigen" not in text
    assert "Danke" not in text


def test_only_who_sent_it_reads_where_the_confirmation_went(pages: Pages) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    Submission.objects.update(submitted_by=make_user(make_customer(), email="frueher@beispiel.de"))
    text = text_of(pages.client.get(url))
    assert "Danke, Ihre Zählerstände sind angekommen." in text
    assert "Wir haben Ihnen eine Bestätigung" not in text


def test_a_rejected_reading_leads_to_a_new_one(pages: Pages) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    offer = f'<a href="{pages.enter_url}">Zählerstand neu erfassen</a>'
    assert offer not in pages.client.get(url).content.decode()
    Submission.objects.update(status="rejected")
    assert offer in pages.client.get(url).content.decode()


def test_a_replaced_value_names_what_replaced_it(pages: Pages) -> None:
    strom = pages.household.strom
    first = pages.send({strom: "24318"})["Location"]
    second = pages.send({strom: "24320"}, **{f"ersetzen-{strom.pk}": "on"})["Location"]
    page = pages.client.get(first)
    assert f"ersetzt durch {second.split('/')[-2]}" in text_of(page)
    assert f'/vorgaenge/{second.split("/")[-2]}/"' in page.content.decode()


def test_the_reference_may_be_typed_in_lower_case(pages: Pages) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    assert pages.client.get(url.replace("V-", "v-")).status_code == 200


@pytest.mark.parametrize("reference", ["V-2026-999999", "V-2025-000001", "x", "V-2026-1"])
def test_an_unknown_reference_is_not_found(pages: Pages, reference: str) -> None:
    pages.send({pages.household.strom: "24318"})
    assert pages.client.get(f"{pages.enter_url}gesendet/{reference}/").status_code == 404


def test_a_submission_of_another_premise_is_not_found(pages: Pages) -> None:
    pages.send({pages.household.strom: "24318"})
    other = make_premise(pages.household.customer)
    reference = Submission.objects.get().reference
    assert pages.client.get(f"{path_of(other)}gesendet/{reference}/").status_code == 404


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(pages: Pages, is_staff: bool) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    stranger = Client()
    customer = make_premise(make_customer()).customer
    sign_in(stranger, make_user(customer, email="b@beispiel.de", is_staff=is_staff))
    assert stranger.get(url).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    answer = client.get(f"{path_of(household.premise)}gesendet/V-2026-000001/")
    assert answer["Location"].startswith("/anmelden/?weiter=")


def test_the_page_takes_as_many_queries_for_20_meters_as_for_one(pages: Pages) -> None:
    make_payment_plan(pages.household.premise)
    counts = []
    for registers in ([pages.household.strom], [make_register(pages.household.premise) for _ in range(20)]):
        url = pages.send(dict.fromkeys(registers, "24318"), *registers)["Location"]
        pages.client.get(url)
        with CaptureQueriesContext(connection) as queries:
            pages.client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_what_a_previous_customer_of_the_premise_sent_is_not_found(pages: Pages) -> None:
    url = pages.send({pages.household.strom: "24318"})["Location"]
    Submission.objects.update(customer=make_customer())
    assert pages.client.get(url).status_code == 404


HINT = "Passt Ihr Abschlag noch?"


def household_that_uses(pages: Pages, annual_use: int) -> None:
    """Let the billing system have reckoned with a use when it set the amount; enough readings for a forecast."""
    make_payment_plan(pages.household.premise)
    pages.household.strom.annual_use = annual_use
    pages.household.strom.save()
    make_reading(pages.household.strom, dt.date(2026, 6, 30), 23200)


def test_who_uses_more_is_asked_whether_the_advance_payment_fits(pages: Pages) -> None:
    # 24.318 - 21.987 = 2.331 kWh in the 0,873 years (H0) from 1 January to 22 November: 2.670 a year. With the
    # base price of 15 % the cost is 0,15 + 0,85 x 2.670 / 2.000 = 1,2848 of 12 x 92 EUR: 1.418, 314 more.
    household_that_uses(pages, annual_use=2000)
    page = pages.client.get(pages.send({pages.household.strom: "24318"})["Location"])

    assert f"{HINT} So ginge das Jahr mit Ihrem jetzigen Abschlag aus: Strom" in text_of(page)
    assert "314</span> € Nachzahlung im Jahr." in page.content.decode()
    assert f'href="/vs/{pages.household.premise.public_id}/abschlag/"' in page.content.decode()


def test_who_uses_less_is_asked_too(pages: Pages) -> None:
    # 0,15 + 0,85 x 2.670 / 4.000 = 0,7174 of 1.104 EUR: 792, 312 less.
    household_that_uses(pages, annual_use=4000)
    page = pages.client.get(pages.send({pages.household.strom: "24318"})["Location"])
    assert HINT in text_of(page)
    assert "312</span> € Guthaben im Jahr." in page.content.decode()


def test_an_amount_that_fits_is_not_spoken_of(pages: Pages) -> None:
    household_that_uses(pages, annual_use=2600)
    assert HINT not in text_of(pages.client.get(pages.send({pages.household.strom: "24318"})["Location"]))


def test_an_amount_that_will_be_paid_later_counts(pages: Pages) -> None:
    household_that_uses(pages, annual_use=2000)
    make_advance_payment(pages.household.premise, "strom", "118.00", valid_from=dt.date(2027, 1, 1))
    assert HINT not in text_of(pages.client.get(pages.send({pages.household.strom: "24318"})["Location"]))


def test_who_has_changed_the_amount_already_is_not_asked(pages: Pages) -> None:
    household_that_uses(pages, annual_use=2000)
    make_advance_payment_submission(pages.household.premise)
    assert HINT not in text_of(pages.client.get(pages.send({pages.household.strom: "24318"})["Location"]))


@pytest.mark.parametrize("status", ["exported", "completed", "rejected", "withdrawn"])
def test_only_right_after_sending_the_advance_payment_is_spoken_of(pages: Pages, status: str) -> None:
    household_that_uses(pages, annual_use=2000)
    url = pages.send({pages.household.strom: "24318"})["Location"]
    Submission.objects.update(status=status)
    assert HINT not in text_of(pages.client.get(url))
