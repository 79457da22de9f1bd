"""What happens when staff say which meter a reading without a login belongs to."""

from typing import Any

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.candidates import candidate_of, meters_where, running_meter
from kundenportal.metering.models import Meter, PublicReport, SubmittedReading
from kundenportal.metering.services import (
    NotPlaceable,
    RegistersUnclear,
    TypedValue,
    place_report,
    settle_reading_submission,
)
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of
from kundenportal.submissions.models import Submission
from tests.make import NOW, Household, make_household, make_premise, make_register
from tests.public_readings import send_and_place, value
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

ACTOR = "staff:3"


@pytest.fixture
def household() -> Household:
    return make_household()


def unmatched(*values: TypedValue, **changes: Any) -> Submission:
    """Return a report whose meter number has a slip."""
    return send_and_place(*values, **{"meter_number": "1 EMH00 0451 2837"} | changes)


def place(submission: Submission, meter: Meter, *register_ids: int, seen: str = "") -> None:
    place_report(
        submission,
        meter=meter,
        register_ids=register_ids or [each.pk for each in meter.registers.all()],
        actor=ACTOR,
        seen=seen or mark_of(submission),
        now=NOW,
    )


def test_a_placed_report_is_like_one_that_was_matched(household: Household) -> None:
    submission = unmatched(value(24_318), remark="im Keller")
    assert submission.is_unusual
    place(submission, household.strom.meter)
    submission.refresh_from_db()
    assert (submission.customer, submission.premise) == (household.customer, household.premise)
    assert (submission.status, submission.is_unusual) == ("received", False)
    assert submission.waits_since == NOW
    assert PublicReport.objects.get().placement == PublicReport.Placement.MATCHED
    row = SubmittedReading.objects.get()
    assert (row.register, row.value, row.check_result) == (household.strom, 24_318, "plausibel")
    assert row.remark == "im Keller"
    assert OutgoingMail.objects.filter(kind="reading_reported").count() == 1


def test_placing_is_written_down_with_what_was_typed(household: Household) -> None:
    submission = unmatched()
    place(submission, household.strom.meter)
    entry = AuditEntry.objects.get(action="reading.matched")
    assert (entry.actor, entry.customer_id) == (ACTOR, household.customer.pk)
    assert entry.subject == submission.reference
    assert entry.details == {"typed": "1 EMH00 0451 2837", "meter": "1 EMH00 0451 2873"}


def test_an_unusual_value_stays_flagged(household: Household) -> None:
    submission = unmatched(value(99_318))
    place(submission, household.strom.meter)
    submission.refresh_from_db()
    assert submission.is_unusual
    assert SubmittedReading.objects.get().findings == ["higher_than_usual"]


def test_it_is_settled_like_any_other(household: Household) -> None:
    submission = unmatched(value(24_318))
    place(submission, household.strom.meter)
    Submission.objects.update(status="exported")
    submission.refresh_from_db()
    settle_reading_submission(submission, outcome="accepted", reason="", now=NOW)
    assert household.strom.readings.filter(value=24_318, origin="gemeldet").exists()


def test_two_values_need_two_counters_of_the_meter(household: Household) -> None:
    day = make_register(household.premise, code="1", meter_number="2 HTN00 0000 0001")
    night = make_register(meter=day.meter, code="2")
    submission = unmatched(value(100, "HT"), value(200, "NT"))
    for wrong in ([day.pk, day.pk], [day.pk], [day.pk, household.gas.pk]):
        before = snapshot()
        with pytest.raises(RegistersUnclear):
            place(submission, day.meter, *wrong)
        assert snapshot() == before
    place(submission, day.meter, night.pk, day.pk)
    placed = SubmittedReading.objects.order_by("pk").values_list("register", "value")
    assert list(placed) == [(night.pk, 100), (day.pk, 200)]


@pytest.mark.parametrize(
    "changes",
    [{"status": "exported"}, {"released_at": NOW}, {"status": "rejected"}, {"status": "on_hold"}],
    ids=["exported", "released", "refused", "waiting"],
)
def test_what_has_left_is_placed_no_more(household: Household, changes: dict[str, Any]) -> None:
    submission = unmatched()
    Submission.objects.update(**changes)
    submission.refresh_from_db()
    before = snapshot()
    with pytest.raises(NotPlaceable):
        place(submission, household.gas.meter)
    assert snapshot() == before


def test_what_belongs_to_a_meter_is_given_no_other(household: Household) -> None:
    submission = send_and_place()
    before = snapshot()
    with pytest.raises(NotPlaceable):
        place(submission, household.gas.meter)
    assert snapshot() == before


def test_who_has_an_older_state_in_view_places_nothing(household: Household) -> None:
    submission = unmatched()
    seen = mark_of(submission)
    place(submission, household.strom.meter)
    before = snapshot()
    with pytest.raises(ChangedMeanwhile):
        place(submission, household.gas.meter, seen=seen)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("street", "count"),
    [
        ("Lindenstraße 12", 3),
        ("lindenstr. 12", 3),
        ("Lindenstrasse 12, Hinterhaus", 3),
        ("Lindenstraße 13", 0),
        ("Ahornweg 12", 0),
        ("Lindenstraße", 0),
        ("12", 0),
    ],
)
def test_meters_at_the_typed_address_are_offered(household: Household, street: str, count: int) -> None:
    make_register(make_premise(postal_code="10115"))
    report = PublicReport.objects.get(pk=unmatched(street=street).pk)
    assert len(meters_where(report)) == count


def test_a_candidate_is_assessed_as_it_will_be_and_nothing_is_stored(household: Household) -> None:
    submission = unmatched(value(99_318))
    report = PublicReport.objects.select_related("reading_submission__submission").get(pk=submission.pk)
    meter = running_meter(household.strom.meter.pk)
    assert meter is not None
    before = snapshot()
    (shown,) = candidate_of(report, meter, list(report.values.all())).values
    assert [str(each) for each in shown.findings] == ["höher als üblich"]
    assert shown.last is not None
    assert shown.last.value == 21_987
    assert snapshot() == before
