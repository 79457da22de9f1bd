"""Which meter a report without a login is about, as far as the master data tell (docs/adr/0008)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from kundenportal.customers.models import Premise
from kundenportal.metering.models import Meter, PublicReport, Register, ReportedValue
from kundenportal.metering.placing import RegisterNames, registers_meant
from kundenportal.submissions.models import Submission

_Placement = PublicReport.Placement


@dataclass(frozen=True)
class Match:
    """The premise of a report, and the register of each of its values."""

    premise: Premise
    register_ids: tuple[int, ...]


def find_meter(
    report: PublicReport, values: Sequence[ReportedValue]
) -> tuple[PublicReport.Placement, Match | None]:
    """Return whether a report belongs to exactly one meter and clear registers, and to which; two queries.

    The meter has the typed number and was there on the day of the reading; its premise has the typed postcode
    and a contract that runs on that day.
    """
    meters = list(_meters_of(report)[:2])
    if len(meters) != 1:
        return _Placement.SEVERAL_METERS if meters else _Placement.UNKNOWN_METER, None
    (meter,) = meters
    ids = registers_of(meter.registers.filter(ended_at=None), values)
    if ids is None:
        return _Placement.UNCLEAR_REGISTER, None
    return _Placement.MATCHED, Match(meter.premise, tuple(ids))


def registers_of(registers: Iterable[Register], values: Sequence[ReportedValue]) -> list[int] | None:
    """Return the ids of the registers of a meter that reported values belong to, or None when unclear."""
    names = [RegisterNames(each.pk, each.code, each.obis, each.label) for each in registers]
    return registers_meant(names, [value.display for value in values])


def can_be_placed(submission: Submission) -> bool:
    """Tell whether somebody may say which meter a report is about: it matched none, and has not left."""
    is_unmatched = submission.customer_id is None and submission.channel == Submission.Channel.PUBLIC
    return is_unmatched and submission.status == Submission.Status.RECEIVED and submission.released_at is None


def public_report(submission_id: int | None) -> PublicReport | None:
    """Return a report with its submission and values by its number, or None; two queries."""
    reports = PublicReport.objects.select_related("reading_submission__submission")
    values = Prefetch("values", ReportedValue.objects.order_by("pk"))
    return reports.filter(pk=submission_id).prefetch_related(values).first() if submission_id else None


def _meters_of(report: PublicReport) -> QuerySet[Meter]:
    day = report.reading_date
    is_there = Q(installed_date=None) | Q(installed_date__lte=day)
    is_not_removed = Q(removed_date=None) | Q(removed_date__gte=day)
    is_supplied = Q(premise__end_date=None) | Q(premise__end_date__gte=day)
    return Meter.objects.filter(
        is_there,
        is_not_removed,
        is_supplied,
        number_key=report.number_key,
        ended_at=None,
        premise__postal_code=report.postal_code,
        premise__begin_date__lte=day,
        premise__ended_at=None,
    ).select_related("premise")
