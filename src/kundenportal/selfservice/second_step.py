"""From the first proof to the session: a login with a second factor is asked for it in between."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from kundenportal.identity.devices import device_of
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import User
from kundenportal.identity.pending_sign_in import PendingSignIn, begin_sign_in, pending_sign_in
from kundenportal.selfservice.same_email import note_way
from kundenportal.selfservice.signing_in import complete_sign_in

P = ParamSpec("P")


def continue_sign_in(
    request: HttpRequest,
    user: User,
    *,
    now: dt.datetime,
    is_proven: bool = True,
    is_by_email: bool = False,
) -> HttpResponse:
    """Go on after the first proof: to the second step when the login has a factor, else into the portal.

    With the setting ``NEW_DEVICE_CODE`` a login without a factor confirms a device that it never used.

    Every way in that showed a password or the link of a mail ends here; only a passkey is both steps at once.

    Args:
        request: the browser's request.
        user: the login.
        now: when, aware.
        is_proven: whether the password was shown, and not just the link of a mail.
        is_by_email: whether the address was typed and not a number.

    """
    if has_second_factor(user):
        next_step = "confirm_sign_in"
    elif settings.NEW_DEVICE_CODE and is_proven and not device_of(request).is_known_to(user):
        next_step = "confirm_device"
    else:
        return complete_sign_in(request, user, is_proven=is_proven, is_by_email=is_by_email, now=now)
    begin_sign_in(request, user, is_proven=is_proven, now=now)
    note_way(request, is_by_email=is_by_email)
    return HttpResponseRedirect(with_way(request, next_step), status=303)


def pending_required(
    view: Callable[Concatenate[HttpRequest, PendingSignIn, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let only a browser in that showed the first proof within ten minutes; others begin anew."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        pending = pending_sign_in(request, now=timezone.now())
        if pending is None:
            if request.method == "POST":
                messages.info(request, _("Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an."))
            return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
        response = view(request, pending, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return guarded


def with_way(request: HttpRequest, name: str) -> str:
    """Return the address of a page, which leads on to where the visitor was going."""
    way = request.GET.get("weiter")
    query = f"?{urlencode({'weiter': way})}" if way else ""
    return f"{reverse(f'selfservice:{name}')}{query}"
