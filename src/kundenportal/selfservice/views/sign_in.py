"""``/anmelden/`` and ``/abmelden/`` (guide lines 8 and 66; ux.md P1)."""

import datetime as dt
import math

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.core.email_addresses import is_email
from kundenportal.identity.client_address import client_address
from kundenportal.identity.devices import device_of
from kundenportal.linking import services
from kundenportal.selfservice.forms.sign_in import SignInForm
from kundenportal.selfservice.second_step import continue_sign_in
from kundenportal.ui.sign_out import sign_out_of_site

SIGN_IN_REFUSED = gettext_lazy(
    "Kundennummer, E-Mail oder Passwort stimmen nicht. "
    "Bitte prüfen Sie, was Sie getippt haben, oder setzen Sie Ihr Passwort zurück."
)
ONLY_BY_LINK = gettext_lazy(
    "Zu viele Versuche. Bitte melden Sie sich per E-Mail-Link an oder setzen Sie Ihr Passwort zurück."
)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with any linked customer number or the e-mail address; a start password leads to its page."""
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(reverse("selfservice:root"))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    now = timezone.now()
    try:
        outcome = services.sign_in(
            **form.cleaned_data, address=client_address(request), device=device_of(request), now=now
        )
    except services.SignInRefused:
        form.add_error(None, SIGN_IN_REFUSED)
        return _page(request, form, status=422)
    except services.TooManyTries as refusal:
        form.add_error(None, _too_many_tries(refusal.wait))
        return _page(request, form, status=429)
    if isinstance(outcome, services.MustSetPassword):
        path = reverse("selfservice:set_password", args=[outcome.token])
        return HttpResponseRedirect(path, status=303)
    is_by_email = is_email(form.cleaned_data["identifier"])
    return continue_sign_in(request, outcome.user, is_by_email=is_by_email, now=now)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser forgets what it kept of the portal (security.md A19)."""
    return sign_out_of_site(request)


def _too_many_tries(wait: dt.timedelta | None) -> str:
    if wait is None:
        return str(ONLY_BY_LINK)
    minutes = math.ceil(wait / dt.timedelta(minutes=1))
    return ngettext(
        "Zu viele Versuche. Bitte warten Sie %(minutes)s Minute oder setzen Sie Ihr Passwort zurück.",
        "Zu viele Versuche. Bitte warten Sie %(minutes)s Minuten oder setzen Sie Ihr Passwort zurück.",
        minutes,
    ) % {"minutes": minutes}


def _page(request: HttpRequest, form: SignInForm, *, status: int) -> HttpResponse:
    return render(request, "selfservice/sign_in.html", {"form": form}, status=status)
