"""Building the demo's utility: master data through the import, everything else through the services."""

import datetime as dt
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from kundenportal.core.dates import local_date
from kundenportal.customers.models import Customer
from kundenportal.demo.bank_changes import tell_settled_account, tell_waiting_account
from kundenportal.demo.barriers import tell_a_barrier
from kundenportal.demo.campaigns import (
    follow_running_campaign,
    start_running_campaign,
    tell_ended_campaign,
)
from kundenportal.demo.consents import tell_consents
from kundenportal.demo.correspondence import tell_correspondence
from kundenportal.demo.days import last_reading_date
from kundenportal.demo.delivery import write_delivery
from kundenportal.demo.documents import tell_documents
from kundenportal.demo.exchange import tell_exchange
from kundenportal.demo.figures import tell_figures
from kundenportal.demo.inbox import fill_inbox
from kundenportal.demo.keeping import BATCHES, DELIVERIES, DELIVERIES_LAST_YEAR
from kundenportal.demo.logins import create_ready_logins, tell_sign_ins
from kundenportal.demo.returned_mails import tell_returned_mails
from kundenportal.demo.settings_history import tell_settings
from kundenportal.demo.staff import create_staff_logins
from kundenportal.demo.story import tell_last_yearly_readings, tell_recent_weeks
from kundenportal.demo.uploads import tell_uploads
from kundenportal.demo.without_login import print_reading_cards


class DeliveryRefused(RuntimeError):
    """The import refused the demo's own delivery; the message is its report."""


def build_demo(directory: Path, *, mails: Path, now: dt.datetime) -> None:
    """Fill an empty database with the demo's utility.

    Two deliveries come in, as if a year apart: between them customers send readings that the second one
    brings back.

    Args:
        directory: where deliveries and batches are written.
        mails: the Maildir that mails are put into.
        now: when, aware; everything is told relative to its local day.

    Raises:
        DeliveryRefused: when the import refuses a delivery.

    """
    today = local_date(now, settings.UTILITY_TIME_ZONE)
    last_reading = last_reading_date(today)
    _import(directory / DELIVERIES_LAST_YEAR, today=today, readings_until=last_reading)
    create_ready_logins(
        mails, now=dt.datetime.combine(last_reading, dt.time(12), tzinfo=settings.UTILITY_TIME_ZONE)
    )
    create_staff_logins(directory, now=now - dt.timedelta(days=90))
    tell_last_yearly_readings(today, directory / BATCHES)
    _import(directory / DELIVERIES, today=today)
    tell_settled_account(today, directory / BATCHES)
    tell_ended_campaign(today)
    start_running_campaign(today)
    tell_recent_weeks(today, directory / BATCHES)
    tell_waiting_account(today)
    tell_correspondence(today)
    tell_consents(today, batches=directory / BATCHES, mails=mails)
    tell_documents(today)
    tell_uploads(today)
    tell_sign_ins(now)
    tell_returned_mails(dict(Customer.objects.values_list("customer_number", "pk")))
    tell_a_barrier(today - dt.timedelta(days=2))
    print_reading_cards(directory)
    fill_inbox(today)
    follow_running_campaign(today)
    tell_settings(now=now)
    tell_exchange(directory / DELIVERIES, now=now)
    tell_figures(today)


def _import(delivery: Path, *, today: dt.date, readings_until: dt.date | None = None) -> None:
    write_delivery(delivery, today=today, readings_until=readings_until)
    report = StringIO()
    try:
        call_command("import_master_data", str(delivery), stdout=report, stderr=StringIO())
    except SystemExit as refused:
        raise DeliveryRefused(report.getvalue()) from refused
