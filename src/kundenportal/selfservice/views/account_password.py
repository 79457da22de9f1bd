"""``/konto/passwort/``: changing the password (guide lines 88 to 90; ux.md K3)."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kundenportal.identity.acts import SensitiveAct
from kundenportal.linking.password_links import own_data_of
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.ui.forms.passwords import ChangePasswordForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.own_password import unless_password_changed


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_PASSWORD)
def account_password(request: CustomerRequest) -> HttpResponse:
    """Ask for the current password and a new one; this browser stays signed in, no other."""
    data = request.POST if request.method == "POST" else None
    form = ChangePasswordForm(data, own_data=own_data_of(request.user))
    if asked := unless_password_changed(request, request.user, form, page=_page):
        return asked
    return HttpResponseRedirect(reverse("selfservice:account"), status=303)


def _page(request: CustomerRequest, form: ChangePasswordForm, *, status: int) -> HttpResponse:
    context = {"portal": get_account(request), "form": form, "username": request.user.email}
    return render(request, "selfservice/account/password.html", context, status=status)
