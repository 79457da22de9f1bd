"""``/passwort-vergessen/`` and the link of its mail, ``/passwort-neu/<token>/`` (guide line 11; ux.md P3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.identity.client_address import client_address
from kundenportal.identity.device_names import device_name
from kundenportal.linking import services
from kundenportal.linking.password_links import login_of
from kundenportal.selfservice.forms.sign_in import IdentifierForm
from kundenportal.ui.forms.passwords import NewPasswordForm


@require_http_methods(["GET", "HEAD", "POST"])
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Take a number or an address; the answer is the same whether or not there is a login."""
    form = IdentifierForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "selfservice/passwords/forgot.html", {"form": form}, status=status)
    services.request_password_reset(**form.cleaned_data, address=client_address(request), now=timezone.now())
    return HttpResponseRedirect(reverse("selfservice:forgot_password_sent"), status=303)


@require_safe
def forgot_password_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "selfservice/passwords/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def reset_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by the link of a mail; signing in is the next step. A GET changes nothing."""
    now = timezone.now()
    login = login_of(token, now=now)
    if login is None:
        return _expired(request)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, own_data=login.own_data)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "customer_numbers": login.customer_numbers}
        status = 422 if form.errors else 200
        return render(request, "selfservice/passwords/reset.html", context, status=status)
    try:
        services.reset_password(
            token=token, password=form.cleaned_data["password"], device=device_name(request), now=now
        )
    except services.LinkExpired:
        return _expired(request)
    messages.success(
        request,
        _("Ihr Passwort ist geändert. Auf allen Geräten haben wir Sie abgemeldet. Bitte melden Sie sich an."),
    )
    return HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)


def _expired(request: HttpRequest) -> HttpResponse:
    context = {"again": "selfservice:forgot_password"}
    return render(request, "selfservice/passwords/expired.html", context, status=410)
