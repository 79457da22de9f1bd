"""A barrier that somebody reported: the utility's mail about it lies in the demo's mail box."""

import datetime as dt

from django.conf import settings

from kundenportal.feedback.services import report_barrier
from kundenportal.mailing.delivery import send_due_mails

_MORNING = dt.time(9, 24)


def tell_a_barrier(day: dt.date) -> None:
    """Let a visitor report a barrier, and deliver the mail to the utility.

    Args:
        day: when.

    """
    now = dt.datetime.combine(day, _MORNING, tzinfo=settings.UTILITY_TIME_ZONE)
    report_barrier(
        description="Mein Vorleseprogramm liest die Abrechnung von 2019 nicht vor. Es sagt nur: leere Seite.",
        page="Dokumentenverwaltung",
        email="e.hofmann@beispiel.example",
        key="demo-barrier",
        actor="visitor",
        address="192.0.2.7",
        now=now,
    )
    send_due_mails(now)
