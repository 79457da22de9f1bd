"""Readings of people without a login: two that were reported, and a reading card that waits to be tried."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from kundenportal.core.dates import local_date
from kundenportal.demo.days import reading_period
from kundenportal.demo.keeping import CARDS
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.metering.services import Report, TypedValue, place_public_readings, report_reading

CARD_OWNER = "Bäckerei Köhler GmbH"
"""Whose reading card is shown: three meters and no login."""

TENANT_METER = "1EMH0004512937"
"""In the flat that Petra Weber lets."""

_CARD_PREMISE = "VS12045"
_EVENING = dt.time(19, 40)


def print_reading_cards(directory: Path) -> None:
    """Make the links of this year's reading cards, good until the reading period ends.

    Args:
        directory: the demo's own.

    """
    # The command makes links from now on, whatever day the demo tells of.
    until = reading_period(local_date(timezone.now(), settings.UTILITY_TIME_ZONE))[1]
    call_command("create_reading_links", str(directory / CARDS), "--until", str(until), stdout=StringIO())


def card_path(directory: Path) -> str:
    """Return the path of the shown card's link, empty when there is none.

    Args:
        directory: the demo's own.

    """
    list_of_links = directory / CARDS / "links.csv"
    if not list_of_links.exists():
        return ""
    with list_of_links.open(encoding="utf-8") as file:
        links = {row["verbrauchsstelle"]: row["link"] for row in csv.DictReader(file, delimiter=";")}
    token = links[_CARD_PREMISE].rstrip("/").rpartition("/")[2]
    return reverse("selfservice:reading_link", args=[token])


def report_with_a_slip(date: dt.date) -> None:
    """Let a customer of another supplier report a meter number with a slip, so that it matches nothing."""
    _report(
        date,
        Report(
            meter_number="1EMH0005100O47",
            postal_code="91560",
            street="Birkenweg 17",
            name="Sven Holm",
            email="",
            reading_date=date,
            remark="Strom habe ich bei einem anderen Anbieter.",
            values=(TypedValue(Decimal(31_245), 5),),
        ),
    )


def report_as_tenant(date: dt.date, value: Decimal) -> None:
    """Let the tenant of Petra Weber's flat report its electricity meter."""
    _report(
        date,
        Report(
            meter_number=TENANT_METER,
            postal_code="91560",
            street="Obere Hauptstraße 18",
            name="Daniela Roth",
            email="d.roth@beispiel.example",
            reading_date=date,
            remark="Ich bin die Mieterin im Erdgeschoss.",
            values=(TypedValue(value, 5, "1.8.0"),),
        ),
    )


def _report(date: dt.date, report: Report) -> None:
    now = dt.datetime.combine(date, _EVENING, tzinfo=settings.UTILITY_TIME_ZONE)
    report_reading(
        report=report,
        key=f"demo-{report.meter_number}-{date}",
        address="192.0.2.200",
        language="de",
        now=now,
    )
    place_public_readings(now)
    send_due_mails(now)
