"""``/verwaltung/eingang/<nr>/zuordnen/``: the meter of a reading without a login, found by a clerk."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import StaffMember
from kundenportal.metering.models import PublicReport
from kundenportal.submissions.models import Submission
from tests.cases import case_path, fresh, seen_fields
from tests.make import Household, make_household, make_premise, make_register
from tests.public_readings import send_and_place, value
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

WRITTEN = [Session, AuditEntry]


@pytest.fixture
def household(noon: None, db: None) -> Household:
    return make_household()


@pytest.fixture
def unmatched(household: Household) -> Submission:
    return send_and_place(value(24_318), meter_number="1 EMH00 0451 2837")


def path_of(submission: Submission) -> str:
    return case_path(submission, "zuordnen/")


def test_the_case_leads_to_the_meters_at_the_address(desk: Client, unmatched: Submission) -> None:
    assert path_of(unmatched) in desk.get(case_path(unmatched)).text
    page = desk.get(path_of(unmatched)).text
    for number in ("1 EMH00 0451 2873", "7 ELS00 1182 0096", "8 SEN01 6634 1120"):
        assert number in page


@pytest.mark.parametrize("typed", ["1emh0004512873", "14026", "0014026/1"])
def test_meter_number_and_customer_number_find_it(desk: Client, unmatched: Submission, typed: str) -> None:
    PublicReport.objects.update(street="Nirgendwo 1")
    assert "kein Zähler bekannt" in desk.get(path_of(unmatched)).text
    assert "1 EMH00 0451 2873" in desk.get(path_of(unmatched), {"suche": typed}).text


def test_nothing_found_says_so(desk: Client, unmatched: Submission) -> None:
    assert "Kein laufender Zähler gefunden." in desk.get(path_of(unmatched), {"suche": "9NIX9"}).text
    for odd in ("x", "9" * 18, "²"):
        assert desk.get(path_of(unmatched), {"zaehler": odd}).status_code == 200


def test_a_meter_is_shown_beside_the_report(
    desk: Client, unmatched: Submission, household: Household
) -> None:
    page = desk.get(path_of(unmatched), {"zaehler": household.strom.meter.pk}).text
    for text in ("Michael Bauer", "21.987 kWh", "31.12.2025", "Der Stand passt zu diesem Zähler."):
        assert text in page.replace("\N{NO-BREAK SPACE}", " ")
    seen = AuditEntry.objects.filter(action="customer.viewed", customer_id=household.customer.pk)
    assert seen.count() == 1


def test_placing_leads_back_to_the_case(desk: Client, unmatched: Submission, household: Household) -> None:
    fields = {**seen_fields(unmatched), "zaehler": household.strom.meter.pk}
    response = desk.post(path_of(unmatched), fields, follow=True)
    assert response.redirect_chain == [(case_path(unmatched), 303)]
    page = response.text.replace("\N{NO-BREAK SPACE}", " ")
    for text in ("Zugeordnet: Zähler 1 EMH00 0451 2873.", "einem Zähler zugeordnet", "2.331 kWh"):
        assert text in page
    assert fresh(unmatched).customer == household.customer
    assert path_of(unmatched) not in page


def test_a_meter_with_two_counters_asks_which(desk: Client, household: Household) -> None:
    day = make_register(household.premise, code="1", label="Tag", meter_number="2 HTN00 0000 0001")
    night = make_register(meter=day.meter, code="2", label="Nacht")
    submission = send_and_place(value(100, "1.8.1"), value(200, "1.8.2"), meter_number="2HTN9")
    fields = {**seen_fields(submission), "zaehler": day.meter.pk}
    before = snapshot(but=WRITTEN)
    assert "Bitte wählen Sie das Zählwerk." in desk.post(path_of(submission), fields).text
    twice = fields | {"register_0": day.pk, "register_1": day.pk}
    assert "Dieses Zählwerk haben Sie schon" in desk.post(path_of(submission), twice).text
    foreign = fields | {"register_0": day.pk, "register_1": household.gas.pk}
    assert desk.post(path_of(submission), foreign).status_code == 422
    assert snapshot(but=WRITTEN) == before
    right = fields | {"register_0": day.pk, "register_1": night.pk}
    assert desk.post(path_of(submission), right).status_code == 303
    assert fresh(submission).customer == household.customer


def test_an_older_state_places_nothing(desk: Client, unmatched: Submission, household: Household) -> None:
    fields = {"seen": "an older one", "zaehler": household.strom.meter.pk}
    before = snapshot(but=WRITTEN)
    response = desk.post(path_of(unmatched), fields)
    assert response.status_code == 303
    assert snapshot(but=WRITTEN) == before
    assert "Es wurde nichts zugeordnet." in desk.get(response["Location"]).text


def test_what_belongs_to_a_meter_has_no_such_page(desk: Client, household: Household) -> None:
    matched = send_and_place(key="key-2")
    assert desk.get(path_of(matched)).status_code == 404
    assert path_of(matched) not in desk.get(case_path(matched)).text


def test_who_only_reads_is_not_offered_it(client: Client, unmatched: Submission) -> None:
    member = make_member(StaffMember.Role.READER, email="lesen@stadtwerke.example", name="Frau Auer")
    sign_in_member(client, member)
    assert path_of(unmatched) not in client.get(case_path(unmatched)).text
    assert client.get(path_of(unmatched)).status_code == 403


def test_many_meters_cost_no_more_than_few(desk: Client, unmatched: Submission, household: Household) -> None:
    def queries(**parameters: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.get(path_of(unmatched), parameters)
        return len(captured)

    strom = str(household.strom.meter.pk)
    queries(zaehler=strom)
    few = queries(), queries(suche="14026"), queries(zaehler=strom)
    for number in range(15):
        make_register(make_premise(household.customer, house_number=f"{number}"))
    assert (queries(), queries(suche="14026"), queries(zaehler=strom)) == few
    assert max(few) <= 11
