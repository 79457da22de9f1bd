"""``/konto/``: the Kontoverwaltung (guide lines 60 to 96; ux.md 1.6)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundenportal.linking.selectors import customers_of
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.account_cards import CARDS


@require_safe
@customer_required
def account(request: CustomerRequest) -> HttpResponse:
    """Say what one signs in with, and lead to everything that can be changed about it."""
    context = {
        "portal": get_account(request),
        "cards": CARDS,
        "customers": customers_of(request.user),
    }
    return render(request, "selfservice/account/hub.html", context)
