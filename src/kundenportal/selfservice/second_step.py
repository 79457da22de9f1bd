"""From the first proof to the session: a login with a second factor is asked for it in between."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from kundenportal.identity.devices import device_of
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import User
from kundenportal.identity.pending_sign_in import begin_sign_in
from kundenportal.selfservice.same_email import note_way
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.ways_back import with_way


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
