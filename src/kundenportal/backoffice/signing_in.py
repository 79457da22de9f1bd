"""The end of every way to sign in to the back office: one place opens the session and leads on."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kundenportal.identity.device_names import device_name
from kundenportal.identity.devices import device_of, remember_device
from kundenportal.identity.local_paths import next_path
from kundenportal.identity.models import User
from kundenportal.identity.new_device import report_new_device
from kundenportal.identity.sessions import open_session
from kundenportal.identity.sign_in_door import forget_failures_of


def complete_sign_in(
    request: HttpRequest, user: User, *, now: dt.datetime, is_news: bool = True
) -> HttpResponse:
    """Sign somebody in who showed both factors, and lead to ``?weiter=`` or the start of the back office.

    Args:
        request: the browser's request.
        user: the login.
        now: when, aware.
        is_news: whether a device it never used is told by mail; not when the access was set up just now.

    """
    if is_news and settings.NEW_DEVICE_MAIL and not device_of(request).is_known_to(user):
        report_new_device(user, device=device_name(request), now=now)
    forget_failures_of(user)
    open_session(request, user, device=device_name(request), now=now)
    response = HttpResponseRedirect(next_path(request, otherwise=reverse("backoffice:root")), status=303)
    remember_device(request, response, user)
    return response
