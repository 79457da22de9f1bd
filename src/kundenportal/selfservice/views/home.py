"""``/vs/<id>/``: the home page of a premise (ux.md C2)."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kundenportal.advance_payments.selectors import payments_of
from kundenportal.banking.selectors import next_debit
from kundenportal.core.modules import Modules
from kundenportal.documents.selectors import newest_documents
from kundenportal.metering.consumption import consumption_of
from kundenportal.metering.reading_task import reading_task
from kundenportal.metering.use_history import register_histories
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.consumption_pages import flows_at_home
from kundenportal.selfservice.submission_kinds import kinds_open_to
from kundenportal.selfservice.submission_rows import submission_rows, with_divisions
from kundenportal.submissions.selectors import recent_submissions

DOCUMENTS_SHOWN = 3


@require_safe
@customer_required
def home(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what is to do, what was sent lately, and all functions."""
    portal = get_premise_or_404(request, premise_id)
    today = timezone.localdate(timezone=settings.UTILITY_TIME_ZONE)
    plan = payments_of(portal.premise, today=today)
    histories = register_histories(portal.premise)
    modules = settings.UTILITY.modules
    flows = flows_at_home(consumption_of(histories)) if modules.consumption else []
    recent = recent_submissions(portal.premise, kinds=kinds_open_to(portal.hold), extra=with_divisions())
    # It tells the account that is debited.
    next_payment = None if portal.hold else plan.next_payment(today)
    context = {
        "portal": portal,
        "hold": portal.hold,
        "offers_all": modules == Modules(),
        "documents": newest_documents(portal.premise, portal.user, limit=DOCUMENTS_SHOWN)
        if modules.documents and not portal.hold
        else [],
        "task": reading_task(histories, today=today, asked=portal.asked),
        "recent": submission_rows(portal.premise, recent),
        "flows": flows,
        "hatched": next((each.chart for each in flows if each.chart and each.chart.has_estimated), None),
        "plan": plan,
        "next_payment": next_payment,
        "debit": next_debit(portal.premise, day=next_payment.date) if next_payment else None,
    }
    return render(request, "selfservice/home/page.html", context)
