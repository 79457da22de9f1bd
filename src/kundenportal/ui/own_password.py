"""Answering a wrong password of somebody who is signed in: beside the field, at last by signing him out."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.identity.change_password import change_password
from kundenportal.identity.device_names import device_name
from kundenportal.identity.models import User
from kundenportal.identity.password_check import (
    TooManyWrongPasswords,
    WrongPassword,
    check_own_password,
    end_guessing_session,
)
from kundenportal.identity.sessions import close_session, keep_session
from kundenportal.ui.addresses import reverse_here
from kundenportal.ui.forms.own_password import OwnPasswordForm
from kundenportal.ui.forms.passwords import ChangePasswordForm

Form = TypeVar("Form", bound=OwnPasswordForm)


def unless_password_fits(
    request: HttpRequest, user: User, form: Form, *, page: Callable[..., HttpResponse]
) -> HttpResponse | None:
    """Check the password in a valid form; return the answer that refuses it, or None when it fits.

    Args:
        request: the browser's request.
        user: who is signed in.
        form: the form that asked for the password.
        page: draws the page with ``request``, ``form`` and ``status``.

    """
    try:
        check_own_password(user, form.cleaned_data["current_password"], now=timezone.now())
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, user, form, error, page=page)
    return None


def unless_password_changed(
    request: HttpRequest, user: User, form: ChangePasswordForm, *, page: Callable[..., HttpResponse]
) -> HttpResponse | None:
    """Change the own password as a form says; return the page that asks, or refuses, or None when it is done.

    This browser stays signed in, no other.

    Args:
        request: the browser's request.
        user: who is signed in.
        form: the form, bound or not.
        page: draws the page with ``request``, ``form`` and ``status``.

    """
    if not form.is_valid():
        return page(request, form, status=422 if form.is_bound else 200)
    try:
        change_password(
            user,
            current_password=form.cleaned_data["current_password"],
            password=form.cleaned_data["password"],
            session_key=request.session.session_key,
            device=device_name(request),
            now=timezone.now(),
        )
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, user, form, error, page=page)
    keep_session(request, user)
    messages.success(request, _("Ihr Passwort ist geändert. Auf anderen Geräten haben wir Sie abgemeldet."))
    return None


def refuse_password(
    request: HttpRequest,
    user: User,
    form: Form,
    error: WrongPassword | TooManyWrongPasswords,
    *,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """Say beside the field why the password was refused; the tenth time in a session, end the session.

    Args:
        request: the browser's request.
        user: who is signed in.
        form: the form that asked for the password.
        error: why it was refused.
        page: draws the page with ``request``, ``form`` and ``status``.

    """
    is_ended = end_guessing_session(
        user,
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
    return HttpResponseRedirect(reverse_here(request, "sign_in"), status=303)
