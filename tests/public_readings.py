"""Reporting a reading without a login, for the tests that need one."""

import datetime as dt
from decimal import Decimal
from typing import Any

from kundenportal.customers.models import Premise
from kundenportal.metering.models import PublicReport
from kundenportal.metering.services import (
    Report,
    TypedValue,
    create_reading_link,
    place_public_readings,
    report_reading,
)
from kundenportal.submissions.models import Submission
from tests.make import NOW, TODAY

METER = "1 EMH00 0451 2873"
"""The electricity meter of the household in ``tests.make``."""

UNTIL = dt.date(2026, 12, 15)


def value(number: Any, display: str = "", digits: int | None = None) -> TypedValue:
    typed = Decimal(str(number))
    return TypedValue(typed, digits or len(str(int(typed))), display)


def make_report(*values: TypedValue, **changes: Any) -> Report:
    """Return what somebody may type about the household's electricity meter."""
    return Report(
        **{
            "meter_number": METER,
            "postal_code": "91560",
            "street": "Lindenstraße 12",
            "name": "Erika Mieter",
            "email": "erika@beispiel.de",
            "reading_date": TODAY,
            "remark": "",
            "values": values or (value(24_318),),
        }
        | changes
    )


def send_report(
    report: Report | None = None, *, key: str = "key-1", address: str = "192.0.2.7", now: dt.datetime = NOW
) -> PublicReport:
    return report_reading(report=report or make_report(), key=key, address=address, language="de", now=now)


def send_and_place(*values: TypedValue, key: str = "key-1", **changes: Any) -> Submission:
    """Send a report, let the job runner place it, and return its submission."""
    report = send_report(make_report(*values, **changes), key=key)
    place_public_readings(NOW)
    return Submission.objects.get(pk=report.pk)


def reading_link(premise: Premise, *, until: dt.date = UNTIL, now: dt.datetime = NOW) -> str:
    """Make a link for a premise and return its path."""
    address = create_reading_link(premise=premise, valid_until=until, now=now)
    return address.removeprefix("http://localhost:8000")


def token_of(path: str) -> str:
    return path.split("/")[2]
