"""``/konto/passwort/``: changing the password (guide lines 88 to 90; ux.md K3)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.change_password import change_password
from kundenportal.identity.device_names import device_name
from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword
from kundenportal.identity.sessions import keep_session
from kundenportal.linking.password_links import own_data_of
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.ui.forms.passwords import ChangePasswordForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.own_password import refuse_password


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_PASSWORD)
def account_password(request: CustomerRequest) -> HttpResponse:
    """Ask for the current password and a new one; this browser stays signed in, no other."""
    data = request.POST if request.method == "POST" else None
    form = ChangePasswordForm(data, own_data=own_data_of(request.user))
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        change_password(
            request.user,
            current_password=form.cleaned_data["current_password"],
            password=form.cleaned_data["password"],
            session_key=request.session.session_key,
            device=device_name(request),
            now=timezone.now(),
        )
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, request.user, form, error, page=_page)
    keep_session(request, request.user)
    messages.success(request, _("Ihr Passwort ist geändert. Auf anderen Geräten haben wir Sie abgemeldet."))
    return HttpResponseRedirect(reverse("selfservice:account"), status=303)


def _page(request: CustomerRequest, form: ChangePasswordForm, *, status: int) -> HttpResponse:
    context = {"portal": get_account(request), "form": form, "username": request.user.email}
    return render(request, "selfservice/account/password.html", context, status=status)
