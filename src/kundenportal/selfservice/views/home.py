"""``/vs/<id>/``: the home page of a premise (ux.md C2)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404


@require_safe
@customer_required
def home(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show what is to do, what was sent lately, and all functions."""
    portal = get_premise_or_404(request, premise_id)
    return render(request, "selfservice/home.html", {"portal": portal})
