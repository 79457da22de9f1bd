"""``/vs/<id>/``: the home page says what is to do and what was sent lately."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.banking.services import settle_bank_change
from kundenportal.core.utility import ReadingPeriod, ReadingRules
from kundenportal.customers.models import Premise
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.metering.models import Meter, Register
from kundenportal.submissions.models import Submission
from tests.banking import give_account, nothing, send_bank_change, wish
from tests.make import (
    NOW,
    TODAY,
    Household,
    make_advance_payment,
    make_bank_account,
    make_customer,
    make_payment_plan,
    make_premise,
    make_reading,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import text_of

pytestmark = pytest.mark.django_db

PERIOD = ReadingPeriod((11, 15), (12, 15))
LAST_YEAR = dt.date(2025, 12, 31)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def period(settings: Settings) -> None:
    rules = ReadingRules(period=PERIOD)
    settings.UTILITY = dataclasses.replace(django_settings.UTILITY, readings=rules)


@pytest.fixture
def premise() -> Premise:
    return make_premise(make_customer(customer_number="0014026/1"))


@pytest.fixture
def owner(premise: Premise) -> User:
    return make_user(premise.customer)


def url(premise: Premise) -> str:
    return f"/vs/{premise.public_id}/"


def three_meters(premise: Premise) -> list[Register]:
    registers = [make_register(premise, division=division) for division in ("strom", "gas", "wasser")]
    for register in registers:
        make_reading(register, LAST_YEAR, 21987)
    return registers


def test_the_owner_is_greeted_by_name(client: Client, premise: Premise, owner: User) -> None:
    sign_in(client, owner)

    response = client.get(url(premise))

    assert response.status_code == 200
    assert "<h1>Guten Tag, Michael Bauer</h1>" in response.text
    assert "<title>Startseite – Kundenportal Stadtwerke Musterbach</title>" in response.text
    assert response.headers["Cache-Control"] == "no-store, private"


def test_a_stranger_finds_nothing(client: Client, premise: Premise, owner: User) -> None:
    other = make_user(make_premise().customer, email="fremd@beispiel.de")
    sign_in(client, other)

    response = client.get(url(premise))

    assert response.status_code == 404
    assert "Diese Seite gibt es nicht." in response.text
    assert "Lindenstraße" not in response.text
    sign_in(client, owner)
    assert client.get(url(premise)).status_code == 200


def test_a_clerk_finds_nothing(client: Client, premise: Premise) -> None:
    sign_in(client, make_user(email="amt@beispiel.de", is_staff=True))

    assert client.get(url(premise)).status_code == 404


def test_an_unknown_premise_is_not_found(client: Client, owner: User) -> None:
    sign_in(client, owner)

    assert client.get("/vs/0000000/").status_code == 404


def test_the_signed_out_are_led_to_sign_in_and_back(client: Client, premise: Premise) -> None:
    response = client.get(url(premise))

    assert response.status_code == 303
    assert response.headers["Location"] == f"/anmelden/?weiter=%2Fvs%2F{premise.public_id}%2F"


@pytest.mark.usefixtures("period")
def test_readings_are_asked_for_in_the_reading_period(client: Client, premise: Premise, owner: User) -> None:
    three_meters(premise)
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert "Bitte melden Sie Ihre Zählerstände bis 15. Dezember" in page
    assert "Strom, Gas und Wasser. Das dauert etwa 2 Minuten." in page
    assert "Ohne Meldung schätzen wir Ihren Verbrauch." in page
    assert f'href="/vs/{premise.public_id}/zaehlerstaende/"' in page
    assert "021987" in page


def test_without_a_reading_period_nobody_is_pressed(client: Client, premise: Premise, owner: User) -> None:
    three_meters(premise)
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert "Bitte melden Sie" not in page
    assert "Sie können jederzeit einen Zwischenstand melden." in page


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize(
    ("sent", "sentence"),
    [(1, "Gas und Wasser fehlen noch."), (2, "Wasser fehlt noch.")],
)
def test_what_is_still_missing_is_named(
    client: Client, premise: Premise, owner: User, sent: int, sentence: str
) -> None:
    for register in three_meters(premise)[:sent]:
        make_reading_submission(register)
    sign_in(client, owner)

    assert sentence in client.get(url(premise)).text


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize("status", ["received", "on_hold", "exported", "completed"])
def test_all_readings_sent_earn_a_thank_you(
    client: Client, premise: Premise, owner: User, status: str
) -> None:
    for register in three_meters(premise):
        make_reading_submission(register, status=status)
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert "Danke, Ihre Zählerstände sind da." in page
    assert "Bitte melden Sie" not in page


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize("status", ["rejected", "withdrawn"])
def test_a_refused_or_withdrawn_reading_is_asked_for_again(
    client: Client, premise: Premise, owner: User, status: str
) -> None:
    make_reading_submission(make_register(premise), status=status)
    sign_in(client, owner)

    assert "Bitte melden Sie Ihre Zählerstände" in client.get(url(premise)).text


@pytest.mark.usefixtures("period")
def test_a_reading_of_the_utility_in_the_period_counts(client: Client, premise: Premise, owner: User) -> None:
    make_reading(make_register(premise), dt.date(2026, 11, 15), 24000)
    sign_in(client, owner)

    assert "Danke, Ihre Zählerstände sind da." in client.get(url(premise)).text


@pytest.mark.usefixtures("period")
def test_nothing_is_told_of_a_customer_who_had_the_meter_before(
    client: Client, premise: Premise, owner: User
) -> None:
    register = make_register(make_premise())
    make_reading(register, LAST_YEAR, 21987)
    make_reading_submission(register)
    Meter.objects.update(premise=premise)
    sign_in(client, owner)
    assert "021987" in client.get(url(premise)).text

    Premise.objects.update(begin_date=TODAY)
    page = client.get(url(premise)).text

    assert "Bitte melden Sie Ihre Zählerstände" in page
    assert "zaehlbild" not in page


def test_what_a_previous_customer_of_the_premise_sent_is_not_listed(
    client: Client, premise: Premise, owner: User
) -> None:
    submission = make_reading_submission(make_register(premise), customer=make_customer())
    sign_in(client, owner)

    assert submission.reference not in client.get(url(premise)).text

    Submission.objects.update(customer=premise.customer)
    assert submission.reference in client.get(url(premise)).text


@pytest.mark.usefixtures("period")
@pytest.mark.parametrize("month", [1, 10])
def test_outside_the_period_a_reading_is_welcome(
    client: Client, premise: Premise, owner: User, month: int
) -> None:
    three_meters(premise)
    sign_in(client, owner)

    with time_machine.travel(dt.datetime(2026, month, 20, 12, tzinfo=dt.UTC), tick=False):
        page = client.get(url(premise)).text

    assert "Sie können jederzeit einen Zwischenstand melden." in page
    assert "Bitte melden Sie" not in page


@pytest.mark.usefixtures("period")
def test_the_period_ends_at_midnight_of_the_utility(client: Client, premise: Premise, owner: User) -> None:
    three_meters(premise)

    def page_at(hour: int, minute: int) -> str:
        with time_machine.travel(dt.datetime(2026, 12, 15, hour, minute, tzinfo=dt.UTC), tick=False):
            sign_in(client, owner)
            return client.get(url(premise)).text

    assert "Bitte melden Sie" in page_at(22, 59)
    assert "Bitte melden Sie" not in page_at(23, 0)


@pytest.mark.usefixtures("period")
def test_meters_that_are_read_remotely_or_gone_are_not_asked_for(
    client: Client, premise: Premise, owner: User
) -> None:
    make_register(premise, is_remote=True)
    make_register(premise, division="gas", removed_date=TODAY - dt.timedelta(days=1))
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert "Ihre Zähler werden fern ausgelesen" in page
    assert "Bitte melden Sie" not in page


def test_a_premise_without_meters_says_so(client: Client, premise: Premise, owner: User) -> None:
    sign_in(client, owner)

    assert "Zu dieser Verbrauchsstelle gibt es keinen Zähler" in client.get(url(premise)).text


@pytest.mark.usefixtures("period")
def test_an_ended_contract_asks_for_nothing(client: Client) -> None:
    premise = make_premise(end_date=TODAY - dt.timedelta(days=100))
    make_register(premise)
    sign_in(client, make_user(premise.customer))

    page = client.get(url(premise)).text

    assert "Dieser Vertrag ist beendet" in page
    assert "Bitte melden Sie" not in page


def test_nothing_sent_yet_is_said_kindly(client: Client, premise: Premise, owner: User) -> None:
    sign_in(client, owner)

    assert "Hier sehen Sie später Ihre Meldungen und Änderungen." in client.get(url(premise)).text


def test_what_was_sent_lately_leads_to_its_page(client: Client, premise: Premise, owner: User) -> None:
    submission = make_reading_submission(make_register(premise, division="wasser"), status="completed")
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert f'href="/vs/{premise.public_id}/vorgaenge/{submission.reference}/"' in page
    assert "<b>Zählerstand Wasser</b><small>22.11.2026</small>" in page
    assert '<span class="status status--ok">Erledigt</span>' in page


def test_only_the_latest_five_are_listed_and_none_of_another_premise(
    client: Client, premise: Premise, owner: User
) -> None:
    register = make_register(premise)
    sent = [make_reading_submission(register, status="completed") for _ in range(6)]
    elsewhere = make_reading_submission(make_register(make_premise(premise.customer)))
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert [each.reference in page for each in sent] == [False, True, True, True, True, True]
    assert elsewhere.reference not in page


def queries_of_the_page(client: Client, premise: Premise) -> int:
    client.get(url(premise))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url(premise)).status_code == 200
    return len(captured)


def test_one_and_twenty_meters_cost_the_same_few_queries(
    client: Client, premise: Premise, owner: User
) -> None:
    make_payment_plan(premise)

    def add_meter() -> None:
        register = make_register(premise)
        years_of(register, 1, 2, 3)
        make_reading_submission(register)

    add_meter()
    sign_in(client, owner)
    with_one = queries_of_the_page(client, premise)

    for _ in range(19):
        add_meter()

    assert queries_of_the_page(client, premise) == with_one
    assert with_one <= 8


def test_the_advance_payment_is_told_with_the_next_payment(
    client: Client, premise: Premise, owner: User
) -> None:
    make_payment_plan(premise)
    sign_in(client, owner)
    text = text_of(client.get(url(premise)))
    assert "Ihr Abschlag 224,00 € im Monat Strom 92,00 € Gas 108,00 € Wasser 24,00 €" in text
    assert "Sie überweisen selbst. Nächste Zahlung: 1. Dezember 2026, 224,00 €." in text

    make_bank_account(premise.customer)
    text = text_of(client.get(url(premise)))
    assert "Nächste Abbuchung am 1. Dezember 2026: 224,00 € vom Konto DE•• •••• 4711" in text

    AccountLink.objects.update(awaits_letter=True)
    text = text_of(client.get(url(premise)))
    assert "Ihr Abschlag 224,00 € im Monat" in text
    assert "DE••" not in text
    assert "Sie überweisen selbst" not in text


def test_the_premises_own_account_is_debited_and_an_amount_to_come_counts(
    client: Client, premise: Premise, owner: User
) -> None:
    make_payment_plan(premise)
    make_advance_payment(premise, "strom", "95.00", valid_from=dt.date(2026, 12, 1))
    make_bank_account(premise.customer)
    make_bank_account(premise.customer, premise=premise, iban_end="0815")
    sign_in(client, owner)
    text = text_of(client.get(url(premise)))
    assert "Ab 1. Dezember 2026: 95,00 € Strom" in text
    assert "Nächste Abbuchung am 1. Dezember 2026: 227,00 € vom Konto DE•• •••• 0815" in text


def test_an_account_without_a_mandate_is_not_debited(client: Client, premise: Premise, owner: User) -> None:
    make_payment_plan(premise)
    make_bank_account(premise.customer, mandate_reference="")
    sign_in(client, owner)
    assert "Sie überweisen selbst." in text_of(client.get(url(premise)))


def test_without_an_advance_payment_there_is_no_block(client: Client, premise: Premise, owner: User) -> None:
    sign_in(client, owner)
    assert "Ihr Abschlag" not in text_of(client.get(url(premise)))


def years_of(register: Register, *values: int, origin: str = "abgelesen") -> None:
    """Store readings of the last days of the years up to 2025."""
    for years, value in enumerate(reversed(values)):
        make_reading(register, dt.date(2025 - years, 12, 31), value, origin=origin)


def test_the_use_of_the_last_years_is_drawn_and_stands_in_a_table(
    client: Client, premise: Premise, owner: User
) -> None:
    # 2024: 90 m3 in 366 days, 2025: 93 in 365: 3,6 % more.
    years_of(make_register(premise, division="wasser", unit="m3"), 100, 190, 283)
    sign_in(client, owner)

    answer = client.get(url(premise))

    assert "Ihr Jahresverbrauch Wasser 93 m³ 4 % mehr als 2024" in text_of(answer)
    assert 'aria-label="Wasser: 2024 90 m³, 2025 93 m³"' in answer.text.replace("\xa0", " ")
    assert "Werte als Tabelle Ihr Verbrauch in Zahlen Zeit Verbrauch Wasser 2024 90 m³ 2025 93 m³" in text_of(
        answer
    ).replace("\xa0", " ")
    assert f'<a class="mehr" href="/vs/{premise.public_id}/verbrauch/">' in answer.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, 1000, 1500), "500 kWh 50 % weniger als 2024"),
        ((0, 1000, 1999), "999 kWh so viel wie 2024"),
        ((0, 1000), "1.000 kWh im Jahr 2025"),
    ],
)
def test_the_last_year_is_told_beside_the_one_before(
    client: Client, premise: Premise, owner: User, values: tuple[int, ...], words: str
) -> None:
    years_of(make_register(premise), *values)
    sign_in(client, owner)

    assert f"Strom {words}" in text_of(client.get(url(premise))).replace("\xa0", " ")


def test_what_is_fed_in_is_told_apart(client: Client, premise: Premise, owner: User) -> None:
    register = make_register(premise)
    years_of(register, 0, 1000)
    years_of(make_register(meter=register.meter, code="2", direction="einspeisung"), 0, 6020)
    sign_in(client, owner)

    text = text_of(client.get(url(premise))).replace("\xa0", " ")

    assert "Strom 1.000 kWh im Jahr 2025 Strom Einspeisung 6.020 kWh im Jahr 2025" in text


def test_estimated_years_are_hatched(client: Client, premise: Premise, owner: User) -> None:
    years_of(make_register(premise), 0, 1000, 1500, origin="geschaetzt")
    sign_in(client, owner)

    assert "Schraffiert: geschätzt" in text_of(client.get(url(premise)))


def test_without_a_whole_year_the_months_are_told(client: Client, premise: Premise, owner: User) -> None:
    register = make_register(premise)
    make_reading(register, dt.date(2026, 6, 30), 0)
    make_reading(register, dt.date(2026, 10, 31), 676)
    sign_in(client, owner)

    text = text_of(client.get(url(premise))).replace("\xa0", " ")

    assert "Ihr Verbrauch Strom 676 kWh 01.07.2026 bis 31.10.2026" in text
    assert "balken" not in client.get(url(premise)).text


def test_one_reading_alone_tells_no_use(client: Client, premise: Premise, owner: User) -> None:
    make_reading(make_register(premise), LAST_YEAR, 21987)
    sign_in(client, owner)

    page = client.get(url(premise)).text

    assert "Ihr Verbrauch" not in page
    assert "Jahresverbrauch" not in page


@pytest.mark.parametrize(
    ("ends", "sentence"), [(True, "Sie überweisen selbst."), (False, "vom Konto DE•• •••• 3000")]
)
def test_an_accepted_change_of_the_account_counts_from_its_day_on(
    client: Client, premise: Premise, owner: User, ends: bool, sentence: str
) -> None:
    make_payment_plan(premise)
    give_account(premise.customer)
    before, day = NOW - dt.timedelta(days=40), TODAY + dt.timedelta(days=20)
    household = Household(owner, premise.customer, premise, *[make_register(premise)] * 3)
    change = nothing() if ends else wish()
    submission = send_bank_change(household, change, now=before, valid_from=day)
    Submission.objects.update(status="exported")
    settle_bank_change(submission, outcome="accepted", reason="", now=NOW)
    sign_in(client, owner)
    assert "1. Dezember 2026: 224,00 € vom Konto DE•• •••• 2051" in text_of(client.get(url(premise)))
    with time_machine.travel(NOW + dt.timedelta(days=12), tick=False):
        sign_in(client, owner)
        text = text_of(client.get(url(premise)))
    assert "1. Januar 2027" in text
    assert sentence in text
