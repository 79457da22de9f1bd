"""``/konto/sicherheit/app/``: setting the authenticator app up and removing it (ux.md K4)."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.authenticator_app import (
    HasAppAlready,
    SetupExpired,
    WrongCode,
    add_authenticator_app,
    key_of_setup,
    new_setup,
)
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.removal import LastFactorNeeded, remove_authenticator_app
from kundenportal.identity.factors.totp import key_in_groups, provisioning_uri, qr_path
from kundenportal.identity.models import AuthenticatorApp
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.new_recovery_codes import keep_codes
from kundenportal.ui.forms.second_factors import CODE_REFUSED, AppSetupForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_app(request: CustomerRequest) -> HttpResponse:
    """Show the key as picture and text, and take the app's first code; nothing is stored before that."""
    now = timezone.now()
    if request.method != "POST":
        return _page(request, AppSetupForm(initial={"setup_token": new_setup(request.user, now=now)}), now)
    form = AppSetupForm(request.POST)
    if not form.is_valid():
        return _page(request, form, now)
    try:
        codes = add_authenticator_app(
            request.user,
            setup=form.cleaned_data["setup_token"],
            code=form.cleaned_data["code"],
            session_key=request.session.session_key,
            device=device_name(request),
            now=now,
        )
    except (WrongCode, SetupExpired):
        form.add_error("code", CODE_REFUSED)
        return _page(request, form, now)
    except HasAppAlready:
        messages.info(request, _("Ihre Authenticator-App ist schon eingerichtet."))
        return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
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
    try:
        remove_authenticator_app(
            app,
            session_key=request.session.session_key,
            device=device_name(request),
            now=timezone.now(),
        )
    except LastFactorNeeded:
        return render(request, "selfservice/security/last_factor.html", context, status=409)
    messages.success(
        request, _("Die Authenticator-App ist entfernt. Auf anderen Geräten haben wir Sie abgemeldet.")
    )
    return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)


def _page(request: CustomerRequest, form: AppSetupForm, now: dt.datetime) -> HttpResponse:
    """Draw the page; a key that is too old gives way to a new one, so that the next code can fit."""
    try:
        key = key_of_setup(request.user, form["setup_token"].value() or "", now=now)
    except SetupExpired:
        text = _("Der Schlüssel war abgelaufen. Bitte richten Sie Ihre App mit dem neuen ein.")
        messages.info(request, text)
        setup = new_setup(request.user, now=now)
        form = AppSetupForm(initial={"setup_token": setup})
        key = key_of_setup(request.user, setup, now=now)
    path, width = qr_path(provisioning_uri(key, account=request.user.email, issuer=settings.UTILITY.name))
    context = {
        "portal": get_account(request),
        "form": form,
        "key": key_in_groups(key),
        "qr_path": path,
        "qr_width": width,
        "is_first": not factors_of(request.user).count,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "selfservice/security/app.html", context, status=status)
