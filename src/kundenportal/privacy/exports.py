"""Where the data export of a login stands; questions only, nothing is written."""

import datetime as dt
from dataclasses import dataclass

from kundenportal.identity.models import User
from kundenportal.privacy.models import DataExport
from kundenportal.privacy.rules import LastExport, refusal_of_export
from kundenportal.privacy.subjects import subject_of


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


def export_state(user: User, *, now: dt.datetime) -> ExportState:
    """Return where the data export of a login stands."""
    latest = latest_export(user)
    return ExportState(
        waiting=latest if latest and latest.ready_at is None else None,
        ready=latest if latest and is_open(latest, now=now) else None,
        may_request=refusal_of_export(as_last_export(latest), now=now) is None,
    )


def latest_export(user: User) -> DataExport | None:
    """Return the data export a login asked for last, or None; it may be over."""
    return DataExport.objects.filter(user=user).select_related("user").order_by("-pk").first()


def as_last_export(export: DataExport | None) -> LastExport | None:
    """Return a data export as the rules take it."""
    return LastExport(export.requested_at, is_ready=export.ready_at is not None) if export else None


def is_open(export: DataExport, *, now: dt.datetime) -> bool:
    """Tell whether a data export can be downloaded: it is there, and its login holds all it tells of."""
    if export.file_id is None or export.expires_at is None or now >= export.expires_at:
        return False
    held = {customer.pk for customer in subject_of(export.user, now=now).customers}
    return held.issuperset(export.customer_ids)
