"""``/konto/sicherheit/``: passkeys and second factor (ux.md K4)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kundenportal.identity.factors.overview import factors_of
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account


@require_safe
@customer_required
def account_security(request: CustomerRequest) -> HttpResponse:
    """List the passkeys, the authenticator app and how many recovery codes are left."""
    context = {"portal": get_account(request), "factors": factors_of(request.user)}
    return render(request, "selfservice/security/page.html", context)
