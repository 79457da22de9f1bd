"""Where the data export of a login stands; questions only, nothing is written."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.privacy.models import DataExport
from kundenportal.privacy.rules import LastExport, refusal_of_export
from kundenportal.privacy.subjects import free_customers


@dataclass(frozen=True)
class ExportState:
    """Where the data export of a login stands.

    Attributes:
        waiting: the one that is being made.
        ready: the one that can be downloaded.
        may_request: whether a further one may be asked for.

    """

    waiting: DataExport | None
    ready: DataExport | None
    may_request: bool


def export_state(user: User, links: Iterable[AccountLink], *, now: dt.datetime) -> ExportState:
    """Return where the data export of a login stands; one query.

    Args:
        user: the login.
        links: its grants.
        now: when, aware.

    """
    latest = latest_export(user)
    return ExportState(
        waiting=latest if latest and latest.ready_at is None else None,
        ready=latest if latest and is_open(latest, links, now=now) else None,
        may_request=refusal_of_export(as_last_export(latest), now=now) is None,
    )


def latest_export(user: User) -> DataExport | None:
    """Return the data export a login asked for last, or None; it may be over."""
    return DataExport.objects.filter(user=user).order_by("-pk").first()


def as_last_export(export: DataExport | None) -> LastExport | None:
    """Return a data export as the rules take it."""
    return LastExport(export.requested_at, is_ready=export.ready_at is not None) if export else None


def is_open(export: DataExport, links: Iterable[AccountLink], *, now: dt.datetime) -> bool:
    """Tell whether a data export can be downloaded: it is there, and its login holds all it tells of.

    Args:
        export: the export.
        links: the grants of its login.
        now: when, aware.

    """
    if export.file_id is None or export.expires_at is None or now >= export.expires_at:
        return False
    free = {customer.pk for customer in free_customers(links, now=now)}
    return free.issuperset(export.customer_ids)
