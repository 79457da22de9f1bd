"""The end of every way to sign in: one place opens the session, knows the device and leads on."""

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
from kundenportal.selfservice.same_email import came_by_email, link_same_email


def complete_sign_in(
    request: HttpRequest,
    user: User,
    *,
    now: dt.datetime,
    is_proven: bool = True,
    is_new: bool = False,
    is_by_email: bool = False,
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
        is_by_email: whether the address was typed and not a number; a second step remembers it.

    """
    is_news = not is_new and not device_of(request).is_known_to(user)
    if is_news and settings.NEW_DEVICE_MAIL:
        report_new_device(user, device=device_name(request), now=now)
    forget_failures_of(user)
    is_by_email = is_by_email or came_by_email(request)
    open_session(request, user, device=device_name(request), is_proven=is_proven, now=now)
    has_news = is_by_email and link_same_email(request, user, now=now)
    path = next_path(request, otherwise=reverse(f"selfservice:{'selection' if has_news else 'root'}"))
    response = HttpResponseRedirect(path, status=303)
    remember_device(request, response, user)
    return response
