"""Links that take the readings of a premise without a login: made, used once, over."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Premise
from kundenportal.identity.models import OneTimeSecret
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import ReadingLink, SubmittedReading
from kundenportal.metering.reading_links import find_reading_link
from kundenportal.metering.rules import Impossible, NewReading, Refusal
from kundenportal.metering.services import (
    LinkOver,
    ReadingRejected,
    ReadingToSubmit,
    create_reading_link,
    create_reading_links,
    submit_meter_readings,
    submit_readings_by_link,
)
from kundenportal.submissions.models import Submission
from tests.at_once import at_once
from tests.make import NOW, TODAY, Household, make_customer, make_household, make_premise, make_register
from tests.public_readings import UNTIL, reading_link, token_of
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def token(household: Household) -> str:
    return token_of(reading_link(household.premise))


def to_submit(register: Any, number: int, **values: Any) -> ReadingToSubmit:
    return ReadingToSubmit(register.pk, NewReading(TODAY, Decimal(number)), **values)


def submit(token: str, *readings: ReadingToSubmit, key: str = "key-1", **values: Any) -> Submission:
    defaults = {"confirmed": (), "now": NOW}
    return submit_readings_by_link(token=token, readings=readings, key=key, **defaults | values)


def test_a_link_s_token_has_160_bits_and_is_kept_nowhere(household: Household) -> None:
    address = create_reading_link(premise=household.premise, valid_until=UNTIL, now=NOW)
    assert address.startswith("http://localhost:8000/z/")
    token = token_of(address.removeprefix("http://localhost:8000"))
    assert len(token) >= 27
    assert token not in repr(snapshot())
    secret = OneTimeSecret.objects.get()
    assert (secret.purpose, secret.user, secret.used_at) == ("reading_link", None, None)


def test_making_links_is_written_down_once(household: Household) -> None:
    create_reading_links(premises=[household.premise, make_premise()], valid_until=UNTIL, now=NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == (
        "reading_links.created",
        {"links": 2, "valid_until": "2026-12-15"},
    )


def test_a_day_that_is_over_is_refused(household: Household) -> None:
    before = snapshot()
    with pytest.raises(ValueError, match="over"):
        create_reading_link(premise=household.premise, valid_until=TODAY - DAY, now=NOW)
    assert snapshot() == before


def test_a_link_is_good_until_its_last_local_day_ends(household: Household, token: str) -> None:
    midnight = dt.datetime(2026, 12, 15, 23, 0, tzinfo=dt.UTC)
    assert find_reading_link(token, now=midnight - dt.timedelta(seconds=1)) is not None
    assert find_reading_link(token, now=midnight) is None
    assert find_reading_link("x" * 27, now=NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda: Premise.objects.update(end_date=TODAY - DAY),
        lambda: Premise.objects.update(ended_at=NOW),
        lambda: Premise.objects.update(customer=make_customer()),
    ],
    ids=["contract over", "premise gone", "another customer"],
)
def test_a_link_is_over_with_the_contract_it_was_made_for(
    household: Household, token: str, change: Any
) -> None:
    change()
    assert find_reading_link(token, now=NOW) is None
    before = snapshot()
    with pytest.raises(LinkOver):
        submit(token, to_submit(household.strom, 24_318))
    assert snapshot() == before


def test_a_token_of_another_purpose_is_no_link(household: Household) -> None:
    token = token_of(reading_link(household.premise))
    OneTimeSecret.objects.update(purpose="sign_in")
    assert find_reading_link(token, now=NOW) is None


def test_sending_makes_a_submission_of_the_household_and_uses_the_link_up(
    household: Household, token: str
) -> None:
    submission = submit(token, to_submit(household.strom, 24_318), to_submit(household.gas, 9_305))

    assert (submission.customer, submission.premise) == (household.customer, household.premise)
    assert (submission.channel, submission.status, submission.submitted_by) == ("link", "received", None)
    link = ReadingLink.objects.get()
    assert link.submission == submission
    assert link.secret.used_at == NOW
    entry = AuditEntry.objects.get(action="reading.submitted")
    assert (entry.actor, entry.subject) == (f"link:{link.pk}", submission.reference)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient, mail.customer_id) == (
        "reading_received",
        "",
        household.customer.pk,
    )


def test_a_used_link_sends_no_second_time_once_its_values_are_exported(
    household: Household, token: str
) -> None:
    submit(token, to_submit(household.strom, 24_318))
    Submission.objects.update(status=Submission.Status.EXPORTED)
    before = snapshot()
    with pytest.raises(LinkOver):
        submit(token, to_submit(household.gas, 9_305), key="key-2")
    assert snapshot() == before


def test_what_was_sent_can_be_corrected_until_it_is_exported(household: Household, token: str) -> None:
    first = submit(token, to_submit(household.strom, 24_138))
    row = SubmittedReading.objects.get()
    second = submit(token, to_submit(household.strom, 24_318, replaces=row.pk), key="key-2")

    first.refresh_from_db()
    assert first.status == Submission.Status.WITHDRAWN
    assert SubmittedReading.objects.get(replaced_by=None).value == 24_318
    assert ReadingLink.objects.get().submission == second


def test_a_link_replaces_nothing_that_came_another_way(household: Household, token: str) -> None:
    submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[to_submit(household.strom, 24_318)],
        confirmed=(),
        key="own",
        now=NOW,
    )
    own = SubmittedReading.objects.get()
    before = snapshot()
    for reading, refusal in (
        (to_submit(household.strom, 24_400, replaces=own.pk), Refusal.NO_LONGER_REPLACEABLE),
        (to_submit(household.strom, 24_400), Refusal.DATE_NOT_AFTER_LAST),
    ):
        with pytest.raises(ReadingRejected) as rejected:
            submit(token, reading)
        assert rejected.value.verdicts == {household.strom.pk: Impossible(refusal)}
    assert snapshot() == before


def test_the_household_s_login_may_replace_what_its_link_sent(household: Household, token: str) -> None:
    submit(token, to_submit(household.strom, 24_138))
    row = SubmittedReading.objects.get()
    submit_meter_readings(
        actor=household.user,
        premise=household.premise,
        readings=[to_submit(household.strom, 24_318, replaces=row.pk)],
        confirmed=(),
        key="own",
        now=NOW,
    )
    assert SubmittedReading.objects.get(replaced_by=None).value == 24_318


def test_a_link_takes_readings_of_its_own_premise_alone(household: Household, token: str) -> None:
    before = snapshot()
    with pytest.raises(ReadingRejected):
        submit(token, to_submit(make_register(make_premise()), 10))
    assert OneTimeSecret.objects.get().used_at is None
    assert len(snapshot()["metering.SubmittedReading"]) == len(before["metering.SubmittedReading"])


def test_the_same_key_gives_the_same_submission(household: Household, token: str) -> None:
    first = submit(token, to_submit(household.strom, 24_318))
    before = snapshot()
    assert submit(token, to_submit(household.strom, 24_318)) == first
    assert snapshot() == before


def test_a_premise_may_have_several_links(household: Household) -> None:
    card = token_of(reading_link(household.premise))
    reminder = token_of(reading_link(household.premise, now=NOW + DAY))
    submit(card, to_submit(household.strom, 24_318))
    submit(reminder, to_submit(household.gas, 9_305), key="key-2")
    assert Submission.objects.filter(channel="link").count() == 2


def test_a_link_sends_ten_times_a_day_at_most(household: Household, token: str) -> None:
    for turn in range(10):
        row = SubmittedReading.objects.filter(replaced_by=None).first()
        replaces = row.pk if row else None
        submit(token, to_submit(household.strom, 24_300 + turn, replaces=replaces), key=f"key-{turn}")
    before = snapshot()
    row = SubmittedReading.objects.get(replaced_by=None)
    with pytest.raises(LinkOver):
        submit(token, to_submit(household.strom, 24_310, replaces=row.pk), key="key-10")
    assert snapshot() == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_sends_once(household: Household, token: str) -> None:
    results = at_once(*[lambda: submit(token, to_submit(household.strom, 24_318)).pk] * 4)
    assert len(set(results)) == 1
    assert SubmittedReading.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_with_one_link_send_once(household: Household, token: str) -> None:
    def send(key: str) -> str:
        try:
            return submit(token, to_submit(household.strom, 24_318), key=key).reference
        except ReadingRejected as rejected:
            return str(rejected.verdicts[household.strom.pk])

    results = at_once(lambda: send("key-1"), lambda: send("key-2"))
    # The second one would correct the first, which it does not know of.
    assert str(Impossible(Refusal.ALREADY_SENT)) in results
    assert SubmittedReading.objects.count() == 1
