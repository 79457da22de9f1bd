"""``/verwaltung/protokoll/pruefen/``: whether every entry of the audit trail is there and unchanged."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kundenportal.audit.faults import told
from kundenportal.audit.models import TrailCheck
from kundenportal.audit.trail_checks import ask_check, go_on_with_checks, last_checks
from kundenportal.audit.verification import chain_end, unsealed
from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.casework.selectors import names_of

SHOWN = 10
"""How many checks are listed."""

_SECONDS_AT_ONCE = 1.0
"""How long the request itself checks: a short trail is done then, a long one goes on in the job runner."""


@dataclass(frozen=True)
class CheckRow:
    """A check, who asked for it, what is wrong in words, and how far it came in hundredths."""

    check: TrailCheck
    who: str
    fault: str
    percent: int


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.VERIFY_AUDIT_TRAIL)
def audit_check(request: StaffRequest) -> HttpResponse:
    """Show the last checks, or begin one."""
    now = timezone.now()
    if request.method == "POST":
        ask_check(actor=request.user.actor, now=now)
        go_on_with_checks(now, seconds=_SECONDS_AT_ONCE)
        return HttpResponseRedirect(reverse("backoffice:audit_check"), status=303)
    checks = last_checks(limit=SHOWN)
    names = names_of({check.asked_by for check in checks})
    context = {
        "length": chain_end().number,
        "unsealed": unsealed(),
        "rows": [_row(check, names.get(check.asked_by, check.asked_by)) for check in checks],
        "is_under_way": any(check.finished_at is None for check in checks),
    }
    return render_page(request, "backoffice/audit/check.html", context)


def _row(check: TrailCheck, who: str) -> CheckRow:
    fault = told(check.fault, check.fault_number, check.fault_entry) if check.fault else ""
    return CheckRow(check, who, fault, 100 * check.number // check.up_to if check.up_to else 100)
