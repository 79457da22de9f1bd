"""The end of every way to sign in: one place opens the session, knows the device and leads on."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from kundenportal.identity.devices import device_of, remember_device
from kundenportal.identity.models import User
from kundenportal.identity.new_device import report_new_device
from kundenportal.identity.sessions import open_session
from kundenportal.selfservice.devices import device_name
from kundenportal.selfservice.local_paths import next_path


def complete_sign_in(
    request: HttpRequest, user: User, *, now: dt.datetime, is_proven: bool = True, is_new: bool = False
) -> HttpResponse:
    """Sign a login in for good and lead to ``?weiter=`` or the start page.

    Called when nothing more is asked for, a second factor included. Only now the browser becomes a known
    device; where it was none, the owner gets a mail, unless the setting ``NEW_DEVICE_MAIL`` is off.

    Args:
        request: the browser's request.
        user: the login.
        now: when, aware.
        is_proven: whether password or passkey were shown, and not just the link of a mail.
        is_new: whether the login was made just now, so that its sign-in is no news.

    """
    is_news = not is_new and not device_of(request).is_known_to(user)
    if is_news and settings.NEW_DEVICE_MAIL:
        report_new_device(user, device=device_name(request), now=now)
    open_session(request, user, device=device_name(request), is_proven=is_proven, now=now)
    path = next_path(request, otherwise=reverse("selfservice:root"))
    response = HttpResponseRedirect(path, status=303)
    remember_device(request, response, user)
    return response
