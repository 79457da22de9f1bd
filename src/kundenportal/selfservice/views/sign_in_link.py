"""``/anmelden/link/`` and the link of its mail: signing in without a password (security.md A2)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.identity.client_address import client_address
from kundenportal.identity.models import OneTimeSecret
from kundenportal.linking import services
from kundenportal.linking.password_links import login_of
from kundenportal.selfservice.forms.sign_in import IdentifierForm
from kundenportal.selfservice.second_step import continue_sign_in


@require_http_methods(["GET", "HEAD", "POST"])
def request_sign_in_link(request: HttpRequest) -> HttpResponse:
    """Take a number or an address; the answer is the same whether or not there is a login."""
    form = IdentifierForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "selfservice/sign_in_link/ask.html", {"form": form}, status=status)
    services.request_sign_in_link(**form.cleaned_data, address=client_address(request), now=timezone.now())
    return HttpResponseRedirect(reverse("selfservice:sign_in_link_sent"), status=303)


@require_safe
def sign_in_link_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "selfservice/passwords/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by the link of a mail, with a POST; then comes the second step, where there is one."""
    now = timezone.now()
    if request.method != "POST":
        login = login_of(token, now=now, purpose=OneTimeSecret.Purpose.SIGN_IN)
        if login is None:
            return _expired(request)
        context = {"customer_numbers": login.customer_numbers}
        return render(request, "selfservice/sign_in_link/use.html", context)
    try:
        user = services.sign_in_by_link(token=token, now=now)
    except services.LinkExpired:
        return _expired(request)
    return continue_sign_in(request, user, is_proven=False, now=now)


def _expired(request: HttpRequest) -> HttpResponse:
    context = {"again": "selfservice:request_sign_in_link"}
    return render(request, "selfservice/passwords/expired.html", context, status=410)
