"""How much of what is active deliveries may end before somebody looks: at once, and bit by bit.

A delivery that lacks many customers is mostly a broken one. So are five deliveries in a row that lack some of
them each, and whoever wants to remove customers unseen would do it so. What ended within a week therefore
counts together, whichever way the deliveries came; a loss that somebody allowed counts no more.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import connection

from kundenportal.audit.models import AuditEntry
from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.files import ADVANCE_PAYMENTS, CUSTOMERS, METERS, PREMISES, READINGS, REGISTERS
from kundenportal.erp.inbound.formats import FileSpec

MAX_LOSS_PERCENT = 5
"""How much of the active customers, premises, meters and registers deliveries may end (interfaces.md)."""

COUNTED_FOR = dt.timedelta(days=7)
"""For how long what ended counts together with what a delivery would end."""

IMPORTED, ALLOWED = "erp.master_data_imported", "allowed_losses"
"""The audit action of an import, and its detail that names the files of which much was allowed to end."""

_TABLES: Mapping[str, str] = {
    CUSTOMERS.name: "customers_customer",
    PREMISES.name: "customers_premise",
    METERS.name: "metering_meter",
    REGISTERS.name: "metering_register",
}
_REMOVED = (READINGS, ADVANCE_PAYMENTS)
"""Files whose rows come and go: only that all of them go is a sign of something wrong."""


def is_too_much(spec: FileSpec, *, active: int, ended: int, lately: int) -> bool:
    """Tell whether so much of a file ends that somebody should look.

    Args:
        spec: the file.
        active: how many of its rows were active before the delivery.
        ended: how many of these end with it.
        lately: how many ended since ``counted_since``, those of the delivery among them.

    """
    if not ended:
        return False
    if spec in _REMOVED:
        return ended == active
    return lately * 100 > MAX_LOSS_PERCENT * (active + lately - ended)


def counted_since(now: dt.datetime) -> dt.datetime:
    """Return since when ended rows count together: for a week, but not what ended up to an allowed loss.

    Args:
        now: when the delivery is imported, aware.

    """
    since = now - COUNTED_FOR
    allowed = AuditEntry.objects.filter(action=IMPORTED, at__gt=since, details__has_key=ALLOWED)
    return allowed.order_by("-at").values_list("at", flat=True).first() or since


def ended_since(spec: FileSpec, moment: dt.datetime) -> int:
    """Return how many rows of a file ended after a moment and did not come back."""
    if spec.name not in _TABLES:
        return 0
    at = connection.ops.adapt_datetimefield_value(moment)
    query = f"SELECT COUNT(*) FROM {_TABLES[spec.name]} WHERE ended_at > %s"  # noqa: S608
    return staging.fetch_number(query, [at])
