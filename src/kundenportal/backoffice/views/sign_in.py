"""``/verwaltung/anmelden/`` and ``/verwaltung/abmelden/``: address and password; a second step follows."""

import datetime as dt
import math

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.backoffice.access import for_visitors, member_of
from kundenportal.backoffice.forms.sign_in import StaffSignInForm
from kundenportal.backoffice.viewing import viewing_in_session
from kundenportal.identity.client_address import client_address
from kundenportal.identity.devices import device_of
from kundenportal.identity.pending_sign_in import begin_sign_in
from kundenportal.identity.sign_in_door import TooManyTries
from kundenportal.identity.staff.sign_in import SignInRefused, sign_in_staff
from kundenportal.linking.services import end_viewing
from kundenportal.ui.sign_out import sign_out_of_site
from kundenportal.ui.ways_back import with_way

SIGN_IN_REFUSED = gettext_lazy(
    "E-Mail-Adresse oder Passwort stimmen nicht. Bitte prüfen Sie die Schreibweise, "
    "oder lassen Sie sich einen neuen Zugangslink geben."
)
ONLY_BY_LINK = gettext_lazy("Zu viele Versuche. Bitte lassen Sie sich einen neuen Zugangslink geben.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take address and password, then go on to the second step, which nobody skips."""
    if request.method != "POST" and member_of(request):
        return HttpResponseRedirect(reverse("backoffice:root"))
    form = StaffSignInForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    now = timezone.now()
    try:
        user = sign_in_staff(
            **form.cleaned_data, address=client_address(request), device=device_of(request), now=now
        )
    except SignInRefused:
        form.add_error(None, SIGN_IN_REFUSED)
        return _page(request, form, status=422)
    except TooManyTries as refusal:
        form.add_error(None, _too_many_tries(refusal.wait))
        return _page(request, form, status=429)
    begin_sign_in(request, user, is_proven=True, now=now)
    return HttpResponseRedirect(with_way(request, "confirm_sign_in"), status=303)


@require_POST
@for_visitors
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser forgets what it kept (security.md A19)."""
    member = member_of(request)
    if member is not None:
        end_viewing(viewing_in_session(request), member=member, now=timezone.now())
    return sign_out_of_site(request)


def _too_many_tries(wait: dt.timedelta | None) -> str:
    if wait is None:
        return str(ONLY_BY_LINK)
    minutes = math.ceil(wait / dt.timedelta(minutes=1))
    return ngettext(
        "Zu viele Versuche. Bitte warten Sie %(minutes)s Minute.",
        "Zu viele Versuche. Bitte warten Sie %(minutes)s Minuten.",
        minutes,
    ) % {"minutes": minutes}


def _page(request: HttpRequest, form: StaffSignInForm, *, status: int) -> HttpResponse:
    return render(request, "backoffice/sign_in.html", {"form": form}, status=status)
