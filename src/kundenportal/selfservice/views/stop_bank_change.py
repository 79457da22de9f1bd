"""``/bankverbindung-anhalten/<token>/``: the link in every mail about a change (security.md A9)."""

import datetime as dt

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from kundenportal.banking.selectors import sent_change
from kundenportal.banking.stopping import StopLinkExpired, change_to_stop, stop_change


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def stop_bank_change(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would be stopped, then stop it; nobody needs to be signed in. A GET changes nothing.

    The page says where the change stands, so that pressing twice, or too late, is answered with the truth.
    """
    now = timezone.now()
    submission = change_to_stop(token, now=now)
    if submission is None:
        return _expired(request)
    if request.method == "POST":
        return _stop(request, token, now)
    change, accounts = sent_change(submission)
    context = {"submission": submission, "change": change, "accounts": accounts}
    return render(request, "selfservice/stop_bank_change/page.html", context)


def _stop(request: HttpRequest, token: str, now: dt.datetime) -> HttpResponse:
    try:
        stop_change(token=token, now=now)
    except StopLinkExpired:
        return _expired(request)
    return HttpResponseRedirect(request.path, status=303)


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/stop_bank_change/expired.html", status=410)
