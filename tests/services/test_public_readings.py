"""What a reading without a login stores, and how the job runner finds what it belongs to."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Premise
from kundenportal.identity.models import AttemptCounter
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import (
    Meter,
    MeterReading,
    PublicReport,
    ReportedValue,
    SubmittedReading,
)
from kundenportal.metering.reading_task import reading_task
from kundenportal.metering.rules import NewReading
from kundenportal.metering.selectors import meters_to_read
from kundenportal.metering.services import (
    ReadingToSubmit,
    TooManyReports,
    forget_visitors,
    place_public_readings,
    settle_reading_submission,
    submit_meter_readings,
)
from kundenportal.metering.use_history import register_histories
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from tests.at_once import at_once
from tests.make import NOW, TODAY, Household, make_household, make_premise, make_register
from tests.public_readings import make_report, send_and_place, send_report, value
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

Placement = PublicReport.Placement
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    return make_household()


# --- Arriving ---------------------------------------------------------------------------------------


def test_a_report_waits_as_it_was_typed(household: Household) -> None:
    report = send_report(make_report(value("24318.5", "1.8.0", 6), remark="im Keller"))

    submission = Submission.objects.get()
    assert (submission.kind, submission.channel, submission.status) == ("meter_reading", "public", "on_hold")
    assert (submission.customer, submission.premise, submission.submitted_by) == (None, None, None)
    assert report.pk == submission.pk
    stored = PublicReport.objects.get()
    assert (stored.meter_number, stored.number_key) == ("1 EMH00 0451 2873", "1EMH0004512873")
    assert (stored.name, stored.email, stored.remark) == ("Erika Mieter", "erika@beispiel.de", "im Keller")
    assert (stored.street, stored.postal_code) == ("Lindenstraße 12", "91560")
    assert stored.placement == Placement.WAITING
    typed = ReportedValue.objects.get()
    assert (str(typed.value.normalize()), typed.display, typed.typed_digits) == ("24318.5", "1.8.0", 6)
    assert not SubmittedReading.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject) == ("reading.reported", "visitor", submission.reference)


def test_a_report_runs_the_same_statements_whether_or_not_there_is_such_a_meter(household: Household) -> None:
    def statements(key: str, **changes: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            send_report(make_report(**changes), key=key)
        texts = [query["sql"].split("VALUES")[0].split("WHERE")[0] for query in queries]
        return [text for text in texts if "SAVEPOINT" not in text]

    known = statements("key-1")
    assert statements("key-2", meter_number="9 NIX99 9999 9999") == known
    assert statements("key-3", postal_code="99999") == known
    assert not any('"metering_meter"' in statement for statement in known)


def test_an_address_gets_a_confirmation(household: Household) -> None:
    assert send_report().is_mailed
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.customer_id) == (
        "public_reading_received",
        "erika@beispiel.de",
        None,
    )
    assert not send_report(make_report(email=""), key="key-2").is_mailed
    assert OutgoingMail.objects.count() == 1


def test_an_address_gets_three_confirmations_a_day_and_every_report_is_kept(household: Household) -> None:
    sent = [
        send_report(make_report(meter_number=f"{number}"), key=f"key-{number}", address=f"192.0.{number}.7")
        for number in range(1, 6)
    ]
    assert [each.is_mailed for each in sent] == [True, True, True, False, False]
    assert OutgoingMail.objects.count() == 3
    assert Submission.objects.count() == 5
    tomorrow = send_report(key="key-9", address="192.0.9.7", now=NOW + DAY)
    assert tomorrow.is_mailed


def test_the_same_key_gives_the_same_report(household: Household) -> None:
    first = send_report()
    before = snapshot()
    assert send_report(make_report(value(1))).pk == first.pk
    assert snapshot() == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_stores_one_report(household: Household) -> None:
    results = at_once(*[lambda: send_report().pk] * 4)
    assert len(set(results)) == 1
    assert Submission.objects.count() == PublicReport.objects.count() == ReportedValue.objects.count() == 1


@pytest.mark.parametrize(
    ("times", "where"),
    [
        (20, lambda turn: {"meter_number": f"{turn}"}),
        (5, lambda turn: {"address": f"192.0.{turn}.7"}),
        # Spelt otherwise, it is the same meter; and it need not exist.
        (5, lambda turn: {"address": f"192.0.{turn}.7", "meter_number": "0" * turn + "9-nix"}),
    ],
    ids=["one place", "one meter", "one meter that is none"],
)
def test_too_many_reports_are_refused_kindly_and_nothing_is_stored(times: int, where: Any) -> None:
    def send(turn: int) -> None:
        values = {"address": "192.0.2.7"} | where(turn)
        address = values.pop("address")
        send_report(make_report(email="", **values), key=f"key-{turn}", address=address)

    for turn in range(1, times + 1):
        send(turn)
    before = snapshot(but=[AttemptCounter])
    with pytest.raises(TooManyReports) as refused:
        send(times + 1)
    assert dt.timedelta(0) < refused.value.wait <= DAY
    assert snapshot(but=[AttemptCounter]) == before


def test_all_reports_together_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    from kundenportal.metering.services import public  # noqa: PLC0415

    monkeypatch.setattr(public, "MAX_IN_ALL", 2)
    for turn in range(2):
        send_report(make_report(meter_number=f"1{turn}"), key=f"key-{turn}", address=f"192.0.{turn}.7")
    with pytest.raises(TooManyReports):
        send_report(make_report(meter_number="13"), key="key-3", address="192.0.3.7")
    assert Submission.objects.count() == 2


# --- Finding the meter ------------------------------------------------------------------------------


def test_a_plausible_reading_of_a_known_meter_is_a_submission_of_its_customer(household: Household) -> None:
    submission = send_and_place(remark="Grüße")

    assert (submission.customer, submission.premise) == (household.customer, household.premise)
    assert (submission.status, submission.submitted_by) == (Submission.Status.RECEIVED, None)
    row = SubmittedReading.objects.get()
    assert (row.register, row.value, row.reading_date) == (household.strom, 24_318, TODAY)
    assert (row.check_result, row.findings, row.remark) == ("plausibel", [], "Grüße")
    assert PublicReport.objects.get().placement == Placement.MATCHED
    entry = AuditEntry.objects.get(action="reading.placed")
    assert (entry.actor, entry.customer_id, entry.details) == (
        "system",
        household.customer.pk,
        {"placement": "matched"},
    )


@pytest.mark.parametrize(
    "spelling", ["1emh0004512873", "001-EMH00-04512873", "1 EMH00 0451 2873", "1.EMH00/0451/2873"]
)
def test_meter_numbers_are_compared_without_blanks_hyphens_case_and_zeros(
    household: Household, spelling: str
) -> None:
    assert send_and_place(meter_number=spelling).premise == household.premise


@pytest.mark.parametrize(
    ("number", "findings"),
    [
        (60_000, ["higher_than_usual"]),
        (21_990, ["lower_than_usual"]),
        (21_000, ["lower_than_last"]),
        (24_318_500, ["too_many_digits"]),
        (243_185, ["higher_than_usual", "comma_missing"]),
    ],
)
def test_what_would_be_asked_or_refused_is_kept_and_flagged(
    household: Household, number: int, findings: list[str]
) -> None:
    submission = send_and_place(value(number))
    row = SubmittedReading.objects.get()
    assert (row.value, row.check_result, row.findings) == (number, "auffaellig", findings)
    assert submission.status == Submission.Status.RECEIVED


def test_digits_nobody_reads_off_are_cut(household: Household) -> None:
    send_and_place(value("24318.7"))
    assert SubmittedReading.objects.get().value == 24_318
    assert str(ReportedValue.objects.get().value.normalize()) == "24318.7"


@pytest.mark.parametrize(
    ("change", "placement"),
    [
        ({"meter_number": "9 NIX 99"}, Placement.UNKNOWN_METER),
        ({"postal_code": "91561"}, Placement.UNKNOWN_METER),
        ({"reading_date": dt.date(2019, 12, 31)}, Placement.UNKNOWN_METER),
        ({"values": (value(24_318, "1.8.1"), value(1, "1.8.2"))}, Placement.UNCLEAR_REGISTER),
    ],
)
def test_what_belongs_to_no_meter_is_kept_for_staff(
    household: Household, change: dict[str, Any], placement: str
) -> None:
    values = change.pop("values", ())
    submission = send_and_place(*values, **change)
    assert PublicReport.objects.get().placement == placement
    assert submission.status == Submission.Status.RECEIVED
    assert (submission.customer, submission.premise) == (None, None)
    assert not SubmittedReading.objects.exists()
    assert ReportedValue.objects.count() == max(len(values), 1)


@pytest.mark.parametrize(
    "end",
    [
        lambda home: Premise.objects.update(ended_at=NOW),
        lambda home: Premise.objects.update(end_date=TODAY - DAY),
        lambda home: Premise.objects.update(begin_date=TODAY + DAY),
        lambda home: Meter.objects.update(ended_at=NOW),
        lambda home: Meter.objects.update(removed_date=TODAY - DAY),
        lambda home: Meter.objects.update(installed_date=TODAY + DAY),
    ],
)
def test_a_contract_or_a_meter_that_is_over_is_none(household: Household, end: Any) -> None:
    end(household)
    assert send_and_place().customer is None
    assert PublicReport.objects.get().placement == Placement.UNKNOWN_METER


def test_a_number_that_two_meters_have_is_left_to_staff(household: Household) -> None:
    make_register(make_premise(), division="wasser", meter_number="1 EMH00 0451 2873")
    assert send_and_place().customer is None
    assert PublicReport.objects.get().placement == Placement.SEVERAL_METERS


def test_the_postcode_tells_two_meters_of_one_number_apart(household: Household) -> None:
    elsewhere = make_premise(postal_code="90402")
    make_register(elsewhere, division="wasser", meter_number="1 EMH00 0451 2873")
    assert send_and_place().premise == household.premise


def test_two_values_find_their_registers_by_what_stands_beside_them(household: Household) -> None:
    high = make_register(household.premise, meter_number="77", code="HT", obis="1-0:1.8.1", label="HT")
    low = make_register(meter=high.meter, code="NT", obis="1-0:1.8.2", label="NT")
    send_and_place(value(200, "1.8.2"), value(100, "1.8.1"), meter_number="77")
    rows = SubmittedReading.objects.order_by("pk").values_list("register", "value")
    assert list(rows) == [(low.pk, 200), (high.pk, 100)]


def test_a_meter_that_is_read_remotely_is_found_and_flagged(household: Household) -> None:
    Meter.objects.filter(pk=household.strom.meter_id).update(is_remote=True)
    send_and_place()
    assert SubmittedReading.objects.get().findings == ["not_readable"]


def test_a_report_is_judged_as_of_the_day_it_came(household: Household) -> None:
    send_report()
    place_public_readings(NOW + 60 * DAY)
    assert SubmittedReading.objects.get().check_result == "plausibel"


@pytest.mark.django_db(transaction=True)
def test_many_job_runners_place_each_report_once(household: Household) -> None:
    for number in range(4):
        send_report(make_report(value(24_000 + number)), key=f"key-{number}")
    counts = at_once(*[lambda: place_public_readings(NOW)] * 3)
    assert sum(counts) == SubmittedReading.objects.count() == 4
    assert AuditEntry.objects.filter(action="reading.placed").count() == 4


# --- What it means to the customer ------------------------------------------------------------------


def test_whoever_holds_the_customer_is_told_three_times_a_day(household: Household) -> None:
    for number in range(5):
        send_and_place(key=f"key-{number}", email="")
    notices = OutgoingMail.objects.filter(kind="reading_reported", customer_id=household.customer.pk)
    assert [mail.recipient for mail in notices] == ["", "", ""]


def test_what_a_stranger_reported_stands_in_nobody_s_way(household: Household) -> None:
    send_and_place(value(99_000))
    register = meters_to_read(household.premise, today=TODAY)[0].registers[0]
    assert register.sent == ()
    assert "strom" in reading_task(register_histories(household.premise), today=TODAY).missing

    own = submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[ReadingToSubmit(household.strom.pk, NewReading(TODAY, value(24_318).value))],
        confirmed=(),
        key="own",
        now=NOW,
    )
    assert own.reading_submission.readings.get().check_result == "plausibel"
    assert SubmittedReading.objects.filter(replaced_by=None).count() == 2


def test_a_second_value_for_the_customer_s_own_day_is_flagged(household: Household) -> None:
    submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[ReadingToSubmit(household.strom.pk, NewReading(TODAY, value(24_318).value))],
        confirmed=(),
        key="own",
        now=NOW,
    )
    stranger = send_and_place(value(24_400), key="key-2")
    assert stranger.reading_submission.readings.get().findings == ["already_sent"]
    assert SubmittedReading.objects.get(value=24_318).replaced_by is None


def test_the_customer_can_withdraw_what_a_stranger_reported(household: Household) -> None:
    submission = send_and_place()
    withdraw_submission(actor=household.user, submission=submission, now=NOW)
    submission.refresh_from_db()
    assert submission.status == Submission.Status.WITHDRAWN


@pytest.mark.parametrize("outcome", ["accepted", "rejected"])
def test_an_outcome_is_told_to_whoever_holds_the_customer(household: Household, outcome: Any) -> None:
    submission = send_and_place()
    Submission.objects.update(status=Submission.Status.EXPORTED)
    settle_reading_submission(submission, outcome=outcome, reason="", now=NOW)
    assert MeterReading.objects.filter(reading_date=TODAY).exists() == (outcome == "accepted")
    mail = OutgoingMail.objects.get(kind=f"reading_{outcome}")
    assert (mail.recipient, mail.customer_id) == ("", household.customer.pk)


def test_an_outcome_of_what_belongs_to_nobody_is_told_to_nobody(household: Household) -> None:
    submission = send_and_place(meter_number="9 NIX", email="")
    Submission.objects.update(status=Submission.Status.EXPORTED)
    settle_reading_submission(submission, outcome="accepted", reason="", now=NOW)
    submission.refresh_from_db()
    assert submission.status == Submission.Status.COMPLETED
    assert not MeterReading.objects.filter(reading_date=TODAY).exists()
    assert not OutgoingMail.objects.exists()


def test_who_reported_a_reading_is_forgotten_after_a_year(household: Household) -> None:
    send_and_place(remark="im Keller")
    send_report(make_report(), key="key-2", now=NOW + DAY)
    assert forget_visitors(NOW + 365 * DAY) == 0
    assert forget_visitors(NOW + 365 * DAY + HOUR) == 1
    assert forget_visitors(NOW + 365 * DAY + HOUR) == 0
    old, new = PublicReport.objects.order_by("pk")
    assert (old.name, old.street, old.email) == ("", "", "")
    assert (old.meter_number, old.remark) == ("1 EMH00 0451 2873", "im Keller")
    assert new.name == "Erika Mieter"
    assert SubmittedReading.objects.get().value == 24_318
