"""``/z/<token>/``: the readings of one premise with the link of a card, used once, corrected until exported."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.customers.models import Premise
from kundenportal.metering.models import Meter, ReadingLink, Register, SubmittedReading
from kundenportal.submissions.models import Submission
from tests.make import NOW, Household, make_customer, make_reading, make_reading_submission, make_register
from tests.public_readings import reading_link
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of
from tests.snapshot import snapshot


@pytest.fixture
def path(household: Household) -> str:
    return reading_link(household.premise)


def enter(client: Client, path: str, values: dict[Register, str], **fields: str) -> Any:
    return client.post(path, {f"stand-{each.pk}": value for each, value in values.items()} | fields)


def draft(client: Client, path: str, values: dict[Register, str], **fields: str) -> str:
    answer = enter(client, path, values, **fields)
    assert answer.status_code == 303, text_of(answer)
    return str(answer["Location"])


def send(client: Client, path: str, values: dict[Register, str], **fields: str) -> Any:
    return client.post(draft(client, path, values, **fields))


def test_the_page_shows_address_meters_and_last_readings_and_no_name(
    client: Client, household: Household, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    text = text_of(answer)
    for words in ("Lindenstraße 12", "91560 Musterbach", "1 EMH00 0451 2873", "7 ELS00 1182 0096", "21.987"):
        assert words in text
    for word in ("Bauer", "Michael", "0014026", "beispiel.de"):
        assert word not in text


def test_looking_uses_nothing_up(client: Client, household: Household, path: str) -> None:
    before = snapshot()
    for _ in range(2):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert snapshot() == before


def test_readings_are_sent_on_one_page_and_checked_on_another(
    client: Client, household: Household, path: str
) -> None:
    with nothing_is_stored():
        check = draft(client, path, {household.strom: "024318", household.gas: "9305"})
        page = text_of(client.get(check))
    for words in ("Noch ist nichts gesendet.", "24.318 kWh", "2.331 kWh", "Wasser fehlt noch."):
        assert words in page
    assert "Bauer" not in page

    answer = client.post(check)
    assert answer["Location"] == f"{path}?gesendet=1"
    submission = Submission.objects.get()
    assert (submission.customer, submission.channel) == (household.customer, "link")
    text = text_of(client.get(answer["Location"]))
    assert "Danke, Ihre Zählerstände sind angekommen." in text
    assert submission.reference in text
    assert "Bauer" not in text


def test_a_used_link_says_what_was_sent(client: Client, household: Household, path: str) -> None:
    send(client, path, {household.strom: "24318"}, ablesedatum="20.11.2026")
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    text = text_of(answer)
    assert "Dieser Link wurde schon benutzt." in text
    assert "Sie haben am 20.11.2026 24.318 kWh gemeldet." in text
    assert "Stand berichtigen" in text


def test_an_unusual_reading_asks_to_be_confirmed(client: Client, household: Household, path: str) -> None:
    check = draft(client, path, {household.wasser: "641"})
    with nothing_is_stored():
        answer = client.post(check)
    (name,) = errors_of(answer)
    assert name == f"bestaetigt-{household.wasser.pk}"
    client.post(check, {name: "on", f"grund-{household.wasser.pk}": "garden"})
    row = SubmittedReading.objects.get()
    assert (row.check_result, row.reason) == ("bestaetigt", "garden")


def test_an_impossible_reading_is_told_beside_its_field(
    client: Client, household: Household, path: str
) -> None:
    with nothing_is_stored():
        answer = enter(client, path, {household.gas: "09305412"})
    (error,) = errors_of(answer)[f"stand-{household.gas.pk}"]
    assert error.startswith("Sie haben 8 Ziffern eingegeben.")
    repaired = enter(client, path, {household.gas: "09305412"}, uebernehmen=f"stand-{household.gas.pk}:09305")
    assert (repaired.status_code, 'value="09305"' in repaired.content.decode()) == (200, True)


def test_a_repair_is_taken_over_on_the_check_page(client: Client, household: Household, path: str) -> None:
    check = draft(client, path, {household.strom: "243185"})
    answer = client.post(check, {"uebernehmen": f"stand-{household.strom.pk}:024318"})
    assert answer.status_code == 303
    client.post(answer["Location"])
    assert SubmittedReading.objects.get().value == 24_318


def test_a_slip_is_corrected(client: Client, household: Household, path: str) -> None:
    send(client, path, {household.strom: "24138", household.gas: "9305"})
    (first,) = Submission.objects.all()
    form = client.get(f"{path}?berichtigt={first.reference}")
    assert "Sie berichtigen eine Meldung." in text_of(form)
    assert 'value="24138"' in form.content.decode()

    send(client, path, {household.strom: "24318", household.gas: "9305"}, berichtigt=str(first.pk))
    first.refresh_from_db()
    assert first.status == Submission.Status.WITHDRAWN
    values = SubmittedReading.objects.filter(replaced_by=None).values_list("value", flat=True)
    assert sorted(values) == [9_305, 24_318]
    assert "24.318 kWh" in text_of(client.get(path))


def test_what_is_exported_is_not_corrected(client: Client, household: Household, path: str) -> None:
    send(client, path, {household.strom: "24138"})
    (first,) = Submission.objects.all()
    check = draft(client, path, {household.strom: "24318"}, berichtigt=str(first.pk))
    Submission.objects.update(status=Submission.Status.EXPORTED)
    with nothing_is_stored():
        for answer in (client.get(f"{path}?berichtigt={first.reference}"), client.get(path)):
            text = text_of(answer)
            assert "Dieser Link wurde schon benutzt." in text
            assert "Stand berichtigen" not in text
        assert enter(client, path, {household.strom: "1"}, berichtigt=str(first.pk)).status_code == 409
        assert client.post(check)["Location"] == path


def test_the_first_page_sent_from_a_second_tab_changes_nothing(
    client: Client, household: Household, path: str
) -> None:
    send(client, path, {household.strom: "24318"})
    with nothing_is_stored():
        answer = enter(client, path, {household.strom: "24400"})
    assert answer.status_code == 409
    assert "24.318 kWh" in text_of(answer)


def test_a_double_click_sends_once(client: Client, household: Household, path: str) -> None:
    check = draft(client, path, {household.strom: "24318"})
    first, second = client.post(check), client.post(check)
    assert first["Location"] == second["Location"] == f"{path}?gesendet=1"
    assert Submission.objects.count() == 1


def test_a_value_that_came_meanwhile_leads_back(client: Client, household: Household, path: str) -> None:
    check = draft(client, path, {household.strom: "24318"})
    make_reading(household.strom, dt.date(2026, 11, 21), 24_500)
    with nothing_is_stored():
        answer = client.post(check)
        page = client.get(answer["Location"])
    assert "ist kleiner als der letzte Stand (24.500 kWh)" in text_of(page)


def test_what_the_customer_sent_himself_is_shown_and_cannot_be_replaced(
    client: Client, household: Household, path: str
) -> None:
    make_reading_submission(household.strom, submitted_by=household.user)
    assert "24.318" in text_of(client.get(path))
    with nothing_is_stored():
        answer = enter(client, path, {household.strom: "24400"})
    assert "liegt schon ein Zählerstand vor" in text_of(answer)
    assert "ersetzen" not in text_of(answer)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "end",
    [
        lambda: Premise.objects.update(end_date=dt.date(2026, 11, 1)),
        lambda: Premise.objects.update(customer=make_customer()),
        lambda: ReadingLink.objects.all().delete(),
    ],
    ids=["contract over", "another customer", "forgotten"],
)
def test_a_link_that_is_over_says_what_to_do_and_shows_nothing(
    client: Client, household: Household, path: str, end: Any, method: str
) -> None:
    check = draft(client, path, {household.strom: "24318"})
    end()
    with nothing_is_stored():
        for url in (path, check):
            answer = getattr(client, method)(url)
            assert answer.status_code == 410
            text = text_of(answer)
            assert "Dieser Link gilt nicht mehr." in text
            assert "Lindenstraße" not in text
            assert 'href="/zaehlerstand-melden/"' in answer.content.decode()


def test_an_expired_link_is_over(client: Client, path: str) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 16, tzinfo=dt.UTC), tick=False):
        assert client.get(path).status_code == 410


def test_another_browser_has_no_part_of_the_draft(client: Client, household: Household, path: str) -> None:
    check = draft(client, path, {household.strom: "24318"})
    with nothing_is_stored():
        assert Client().post(check)["Location"] == path


def test_a_draft_of_one_link_is_none_of_another_premise(
    client: Client, household: Household, path: str
) -> None:
    check = draft(client, path, {household.strom: "24318"})
    other = reading_link(make_register().meter.premise)
    with nothing_is_stored():
        assert client.get(check.replace(path, other)).status_code == 404


def test_meters_that_are_read_remotely_need_nothing(client: Client, household: Household, path: str) -> None:
    Meter.objects.update(is_remote=True)
    answer = client.get(path)
    assert "Sie müssen nichts tun." in text_of(answer)
    assert "Weiter zur Prüfung" not in text_of(answer)


def test_a_premise_without_meters_says_so(client: Client, household: Household, path: str) -> None:
    Meter.objects.update(ended_at=NOW)
    assert "gibt es keinen Zähler" in text_of(client.get(path))


def test_a_form_without_its_token_is_refused(household: Household, path: str) -> None:
    with nothing_is_stored():
        assert enter(Client(enforce_csrf_checks=True), path, {household.strom: "24318"}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_meters(
    client: Client, household: Household, path: str
) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(20):
        make_register(household.premise)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(few) == len(many) <= 8
