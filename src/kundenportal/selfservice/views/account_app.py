"""``/konto/sicherheit/app/``: setting the authenticator app up and removing it (ux.md K4)."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.factors.authenticator_app import HasAppAlready
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.models import AuthenticatorApp
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.new_recovery_codes import keep_codes
from kundenportal.ui.factor_removal import remove_factor_of
from kundenportal.ui.forms.second_factors import AppSetupForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.new_factors import add_app_of, shown_setup


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_app(request: CustomerRequest) -> HttpResponse:
    """Show the key as picture and text, and take the app's first code; nothing is stored before that."""
    now, form = timezone.now(), AppSetupForm(request.POST if request.method == "POST" else None)
    try:
        codes = add_app_of(request, request.user, form, now=now)
    except HasAppAlready:
        messages.info(request, _("Ihre Authenticator-App ist schon eingerichtet."))
        return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
    if codes is None:
        return _page(request, form, now)
    keep_codes(request, codes, now=now)
    messages.success(
        request, _("Ihre Authenticator-App ist eingerichtet. Auf anderen Geräten haben wir Sie abgemeldet.")
    )
    next_page = "account_recovery_codes" if codes else "account_security"
    return HttpResponseRedirect(reverse(f"selfservice:{next_page}"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_app_remove(request: CustomerRequest) -> HttpResponse:
    """Say what removing the app means, then remove it.

    Raises:
        Http404: when the login has none.

    """
    app = get_object_or_404(AuthenticatorApp, user=request.user)
    context = {"portal": get_account(request), "factors": factors_of(request.user)}
    if request.method != "POST":
        return render(request, "selfservice/security/remove_app.html", context)
    if not remove_factor_of(request, app, now=timezone.now()):
        return render(request, "selfservice/security/last_factor.html", context, status=409)
    messages.success(
        request, _("Die Authenticator-App ist entfernt. Auf anderen Geräten haben wir Sie abgemeldet.")
    )
    return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)


def _page(request: CustomerRequest, form: AppSetupForm, now: dt.datetime) -> HttpResponse:
    """Draw the page; a key that is too old gives way to a new one, so that the next code can fit."""
    setup = shown_setup(request.user, form, now=now)
    if setup.is_renewed:
        text = _("Der Schlüssel war abgelaufen. Bitte richten Sie Ihre App mit dem neuen ein.")
        messages.info(request, text)
        form = AppSetupForm()
    context = {
        "portal": get_account(request),
        "form": form,
        "setup": setup,
        "is_first": not factors_of(request.user).count,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "selfservice/security/app.html", context, status=status)
