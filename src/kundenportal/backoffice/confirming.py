"""Asking for the own password before something is done that matters."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse
from django.utils import timezone

from kundenportal.backoffice.access import StaffRequest
from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword, check_own_password
from kundenportal.ui.forms.own_password import OwnPasswordForm
from kundenportal.ui.own_password import refuse_password

Form = TypeVar("Form", bound=OwnPasswordForm)


def unless_confirmed(
    request: StaffRequest, form: Form, page: Callable[..., HttpResponse]
) -> HttpResponse | None:
    """Return the page that asks, until the form is right and the own password with it.

    Args:
        request: the browser's request.
        form: what was typed, with the own password.
        page: draws the page with ``request``, ``form`` and ``status``.

    """
    if not form.is_valid():
        return page(request, form, status=422 if form.is_bound else 200)
    try:
        check_own_password(request.user, form.cleaned_data["current_password"], now=timezone.now())
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, request.user, form, error, page=page)
    return None
