"""Asking for the own password before something is done that matters."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse

from kundenportal.backoffice.access import StaffRequest
from kundenportal.ui.forms.own_password import OwnPasswordForm
from kundenportal.ui.own_password import unless_password_fits

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
    return unless_password_fits(request, request.user, form, page=page)
