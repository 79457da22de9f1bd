"""What the demo's customers have sent so far, and what became of it, told through the services."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from kundenportal.customers.models import Premise
from kundenportal.demo.cast import introduced_customers
from kundenportal.demo.days import last_reading_date
from kundenportal.demo.histories import value_on
from kundenportal.demo.pictures import meter_picture
from kundenportal.demo.staff import release_unusual
from kundenportal.demo.without_login import TENANT_METER, report_as_tenant, report_with_a_slip
from kundenportal.files.accepted import JPEG
from kundenportal.identity.models import User
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.metering.models import Register, SubmittedReading
from kundenportal.metering.rules import NewReading
from kundenportal.metering.services import (
    ReadingToSubmit,
    settle_reading_submission,
    submit_meter_readings,
)
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import take_in_upload

_EVENING = dt.time(18, 12)
_DAYS_TO_SETTLE = 3
_REFUSAL = (
    "641 m³ passen nicht zu Ihrem bisherigen Verbrauch. Bitte lesen Sie noch einmal ab, "
    "oft ist eine Ziffer verrutscht."
)


@dataclass(frozen=True)
class Sent:
    """Readings that a customer sent for a premise; ``value`` instead of what the meter really shows.

    ``photo_unit`` is the unit of the one meter whose photo goes along.
    """

    premise: str
    meters: tuple[str, ...]
    reading_date: dt.date
    sent_date: dt.date
    value: Decimal | None = None
    reason: str = ""
    photo_unit: str = ""

    @property
    def key(self) -> str:
        """The idempotency key: nobody sends twice from one premise on one day."""
        return f"demo-{self.premise}-{self.sent_date}"

    @property
    def sent_at(self) -> dt.datetime:
        """When: in the evening, as most customers do."""
        return _evening(self.sent_date)


def tell_last_yearly_readings(today: dt.date, directory: Path) -> None:
    """Let two customers send the last yearly readings, which the billing system takes over.

    Args:
        today: the day the demo is built on.
        directory: where the batch for the billing system is written.

    """
    last = last_reading_date(today)
    house = ("1EMH0004512911", "7ELS0011820178", "8SEN0166341204")
    home = ("1EMH0004512873", "7ELS0011820096", "8SEN0166341120")
    accepted = [
        Sent("VS14026", home, reading_date=last, sent_date=last + dt.timedelta(days=1)),
        Sent("VS10224", house, reading_date=last, sent_date=last + dt.timedelta(days=2)),
    ]
    _settle(_send_and_export(accepted, today, directory), outcome="accepted")


def tell_recent_weeks(today: dt.date, directory: Path) -> None:
    """Let customers send readings that are settled, under way, or wait to be exported; some have no login.

    Args:
        today: the day the demo is built on.
        directory: where the batches for the billing system are written.

    """
    weeks_ago, days_ago = today - dt.timedelta(days=51), today - dt.timedelta(days=5)
    heat = Sent("VS13518", ("6KAM0240118830",), reading_date=weeks_ago, sent_date=weeks_ago)
    _settle(_send_and_export([heat], today, directory), outcome="accepted")
    garden = SubmittedReading.Reason.GARDEN
    slip = Sent("VS14026", ("8SEN0166341120",), weeks_ago, weeks_ago, value=Decimal(641), reason=garden)
    _settle(_send_and_export([slip], today, directory), outcome="rejected", reason=_REFUSAL)
    report_with_a_slip(days_ago - dt.timedelta(days=1))
    _send_and_export([Sent("VS13391", ("1LOG0065103327",), days_ago, days_ago)], today, directory)
    yesterday = today - dt.timedelta(days=1)
    for sent in (
        Sent("VS10226", ("8SEN0166341212",), yesterday, yesterday, photo_unit="m³"),
        Sent("VS12730", ("1EMH0009201700", "8SEN0170032000"), yesterday, yesterday),
    ):
        send_readings(sent, today)
    report_as_tenant(yesterday, _shown_by(TENANT_METER, yesterday, today))


def _send_and_export(sent: Sequence[Sent], today: dt.date, directory: Path) -> list[Submission]:
    submissions = [send_readings(each, today) for each in sent]
    for submission in submissions:
        release_unusual(submission)
    directory.mkdir(parents=True, exist_ok=True)
    call_command("export_submissions", str(directory), stdout=StringIO())
    return submissions


def send_readings(sent: Sent, today: dt.date) -> Submission:
    """Send what a customer read off, confirmed where it is unusual, and deliver the mail about it."""
    premise = Premise.objects.select_related("customer").get(erp_id=sent.premise)
    actor = holder_of(premise.customer)
    assert actor is not None, f"{premise.customer} is among the ready logins"
    values = _values(sent, today)
    submission = submit_meter_readings(
        actor=actor,
        premise=premise,
        readings=[
            ReadingToSubmit(register_id, NewReading(sent.reading_date, value), reason=sent.reason)
            for register_id, value in values.items()
        ],
        confirmed=list(values),
        key=sent.key,
        now=sent.sent_at,
        photos=_photos(sent, values, actor, premise) if sent.photo_unit else {},
    )
    send_due_mails(sent.sent_at)
    return submission


def _photos(sent: Sent, values: Mapping[int, Decimal], actor: User, premise: Premise) -> dict[int, str]:
    """Hand in a picture of the meter that shows the value sent."""
    (register_id, value), (number,) = next(iter(values.items())), sent.meters
    digits = f"{int(value):05d}"
    picture = meter_picture(number=number, digits=digits, red_digits="284", unit=sent.photo_unit)
    upload = take_in_upload(
        user=actor, premise=premise, name=f"{number}.jpg", content=picture, kinds=[JPEG], now=sent.sent_at
    )
    return {Register.objects.get(pk=register_id).meter_id: upload.public_id}


def _values(sent: Sent, today: dt.date) -> dict[int, Decimal]:
    """Return the value of each register of the meters, by the register's id."""
    ids = dict(
        Register.objects.filter(
            meter__premise__erp_id=sent.premise, meter__meter_number__in=sent.meters
        ).values_list("meter__meter_number", "pk")
    )
    return {
        ids[number]: sent.value if sent.value is not None else _shown_by(number, sent.reading_date, today)
        for number in sent.meters
    }


def _shown_by(meter_number: str, date: dt.date, today: dt.date) -> Decimal:
    """Return what the first counter of a meter shows on a day."""
    meters = {
        meter.number: meter
        for customer in introduced_customers(today)
        for premise in customer.premises
        for meter in premise.meters
    }
    meter = meters[meter_number]
    return value_on(date, meter, meter.registers[0], today=today)


def _settle(submissions: Sequence[Submission], *, outcome: str, reason: str = "") -> None:
    for submission in submissions:
        now = submission.received_at + dt.timedelta(days=_DAYS_TO_SETTLE)
        settle_reading_submission(
            submission, outcome="accepted" if outcome == "accepted" else "rejected", reason=reason, now=now
        )
        send_due_mails(now)


def _evening(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, _EVENING, tzinfo=settings.UTILITY_TIME_ZONE)
