"""The faults of a delivery as a text to pass on to whoever runs the billing system."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kundenportal.audit.services import record
from kundenportal.core.german_numbers import format_number
from kundenportal.erp.deliveries.selectors import faults_of
from kundenportal.erp.inbound.report import RowFault
from kundenportal.erp.models import Delivery


def fault_list(delivery: Delivery, *, actor: str, now: dt.datetime) -> str:
    """Return all that is listed, a line each as the command tells it; who got it is in the audit trail.

    Args:
        delivery: which.
        actor: who gets it.
        now: when, aware.

    """
    faults = faults_of(delivery, limit=None)
    with transaction.atomic(durable=True):
        details = {"rows": len(faults)}
        record("delivery.faults_read", actor=actor, now=now, subject=str(delivery), details=details)
    lines = [_("Lieferung: %(source)s") % {"source": delivery.name}, f"SHA-256: {delivery.sha256}", ""]
    lines += [str(each) for each in delivery.report.get("refusals", [])]
    lines += [RowFault(f.file, f.line, f.column, f.value, f.reason).sentence() for f in faults]
    if delivery.fault_count > len(faults):
        more = format_number(delivery.fault_count - len(faults))
        lines.append(_("%(count)s weitere Fehler sind nicht aufgeführt.") % {"count": more})
    return "\r\n".join([*lines, ""])
