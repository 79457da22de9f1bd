"""The pages between the first proof and the session, on either site: codes and passkeys."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import structlog
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kundenportal.identity.areas import area_of
from kundenportal.identity.client_address import client_address
from kundenportal.identity.factors.passkeys import (
    TooManyPasskeyTries,
    check_own_passkey,
    sign_in_with_passkey,
)
from kundenportal.identity.factors.second_step import CodeRefused, TooManyCodes
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import User
from kundenportal.identity.pending_sign_in import PendingSignIn, pending_sign_in
from kundenportal.ui.forms.second_factors import PASSKEY_REFUSED, TOO_MANY_CODES, CredentialForm
from kundenportal.ui.ways_back import with_way

P = ParamSpec("P")

log = structlog.get_logger(__name__)


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


def check_code(
    form: forms.Form, field: str, *, refused: str | Promise, confirm: Callable[[str], object]
) -> int:
    """Check a code and say beside its field why it was refused; return the status of the answer.

    Args:
        form: the form, bound or not.
        field: its field for the code.
        refused: what is said of a wrong code.
        confirm: takes the code as typed, and raises ``CodeRefused`` or ``TooManyCodes``.

    Returns:
        303 when the code was taken and the way is free.

    """
    if not form.is_valid():
        return 422 if form.is_bound else 200
    try:
        confirm(form.cleaned_data[field])
    except CodeRefused:
        log.warning("sign_in.refused", way="code")
        form.add_error(field, str(refused))
        return 422
    except TooManyCodes:
        form.add_error(field, TOO_MANY_CODES)
        return 429
    return 303


def shows_own_passkey(request: HttpRequest, user: User, *, now: dt.datetime) -> bool:
    """Tell whether a browser answered with a passkey of this login; where not, the next page says so."""
    try:
        check_own_passkey(user, credential=_credential_in(request), now=now)
    except PasskeyRefused:
        log.warning("sign_in.refused", way="own passkey")
        messages.error(request, PASSKEY_REFUSED)
        return False
    return True


def login_of_passkey(request: HttpRequest, *, refused: str, now: dt.datetime) -> User | None:
    """Return the login whose passkey a browser answered with; where there is none, the next page says so.

    Args:
        request: the browser's request.
        refused: what is said of an answer that is not taken.
        now: when, aware.

    """
    try:
        return sign_in_with_passkey(
            area=area_of(request),
            credential=_credential_in(request),
            address=client_address(request),
            now=now,
        )
    except PasskeyRefused:
        log.warning("sign_in.refused", way="passkey")
        messages.error(request, refused)
    except TooManyPasskeyTries:
        messages.error(request, _("Zu viele Versuche. Bitte warten Sie eine Minute."))
    return None


def _credential_in(request: HttpRequest) -> str:
    form = CredentialForm(request.POST)
    return str(form.cleaned_data["credential"]) if form.is_valid() else ""
