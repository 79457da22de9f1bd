"""Answering a wrong password of somebody who is signed in: beside the field, at last by signing him out."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword, end_guessing_session
from kundenportal.identity.sessions import close_session
from kundenportal.selfservice.access import CustomerRequest
from kundenportal.selfservice.devices import device_name
from kundenportal.selfservice.forms.own_password import OwnPasswordForm

Form = TypeVar("Form", bound=OwnPasswordForm)


def refuse_password(
    request: CustomerRequest,
    form: Form,
    error: WrongPassword | TooManyWrongPasswords,
    *,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """Say beside the field why the password was refused; the tenth time in a session, end the session.

    Args:
        request: the browser's request.
        form: the form that asked for the password.
        error: why it was refused.
        page: draws the page with ``request``, ``form`` and ``status``.

    """
    is_ended = end_guessing_session(
        request.user,
        session_key=str(request.session.session_key),
        device=device_name(request),
        now=timezone.now(),
    )
    if not is_ended:
        return page(request, form, status=form.add_password_error(error))
    close_session(request)
    messages.info(
        request,
        _("Das Passwort war zu oft falsch. Wir haben Sie abgemeldet. Bitte melden Sie sich wieder an."),
    )
    return HttpResponseRedirect(reverse("selfservice:sign_in"), status=303)
