"""The faults of a delivery, on its page or as a text to pass on to whoever runs the billing system."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kundenportal.audit.services import record
from kundenportal.core.german_numbers import format_number
from kundenportal.erp.deliveries.selectors import faults_of
from kundenportal.erp.inbound.report import RowFault
from kundenportal.erp.models import Delivery, DeliveryFault

FAULTS_SHOWN = 50
"""How many faults a page shows."""


def read_faults(
    delivery: Delivery, *, limit: int | None, actor: str, now: dt.datetime
) -> list[DeliveryFault]:
    """Return what is listed, and note who read it: values of a row tell of a customer.

    Args:
        delivery: which.
        limit: how many at most; None for all.
        actor: who reads it.
        now: when, aware.

    """
    faults = faults_of(delivery, limit=limit)
    if faults:
        with transaction.atomic(durable=True):
            details = {"rows": len(faults)}
            record("delivery.viewed", actor=actor, now=now, subject=str(delivery), details=details)
    return faults


def fault_list(delivery: Delivery, *, actor: str, now: dt.datetime) -> str:
    """Return all that is listed, a line each as the command tells it; see ``read_faults``."""
    faults = read_faults(delivery, limit=None, actor=actor, now=now)
    lines = [_("Lieferung: %(source)s") % {"source": delivery.name}, f"SHA-256: {delivery.sha256}", ""]
    lines += [str(each) for each in delivery.report.get("refusals", [])]
    lines += [RowFault(f.file, f.line, f.column, f.value, f.reason).sentence() for f in faults]
    if delivery.fault_count > len(faults):
        more = format_number(delivery.fault_count - len(faults))
        lines.append(_("%(count)s weitere Fehler sind nicht aufgeführt.") % {"count": more})
    return "\r\n".join([*lines, ""])
