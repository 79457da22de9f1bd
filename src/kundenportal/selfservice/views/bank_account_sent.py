"""``/vs/<id>/bankverbindung/gesendet/<reference>/``: a change of bank accounts that was sent (ux.md C12)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundenportal.banking.selectors import sent_change
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.change_pages import sent_or_404
from kundenportal.submissions.models import Submission
from kundenportal.ui.tones import TONES


@require_safe
@customer_required
def sent(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a change of bank accounts and where it stands."""
    portal = get_premise_or_404(request, premise_id)
    submission = sent_or_404(portal, reference, Submission.Kind.BANK_CHANGE)
    change, accounts = sent_change(submission)
    context = {
        "portal": portal,
        "submission": submission,
        "change": change,
        "accounts": accounts,
        "first": next((each for each in accounts if each.iban_end), None),
        "tone": TONES[submission.status],
    }
    return render(request, "selfservice/bank_account/sent.html", context)
