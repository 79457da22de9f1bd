"""After a sign-in by e-mail address: the other logins of that mailbox (guide line 82; ruling 5)."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kundenportal.identity.models import User
from kundenportal.linking.same_mailbox import logins_to_link
from kundenportal.linking.selectors import links_of
from kundenportal.linking.services import link_same_email_at_sign_in

_BY_EMAIL = "second_step_by_email"


def note_way(request: HttpRequest, *, is_by_email: bool) -> None:
    """Remember over the second step whether the address was typed and not a number."""
    request.session[_BY_EMAIL] = is_by_email


def came_by_email(request: HttpRequest) -> bool:
    """Tell whether the sign-in that is being completed began with the address."""
    return bool(request.session.get(_BY_EMAIL))


def link_same_email(request: HttpRequest, user: User, *, now: dt.datetime) -> bool:
    """Link the other logins of the mailbox, or find that the owner must be asked.

    Args:
        request: the browser's request; its session is open.
        user: the login that signed in by its address.
        now: when, aware.

    Returns:
        Whether the pre-selection has something to say about it.

    """
    if link_same_email_at_sign_in(user, now=now):
        text = _(
            "Wir haben %(count)s Konten mit Ihrer E-Mail-Adresse verknüpft. "
            "Sie können das in der Kontoverwaltung ändern."
        )
        messages.info(request, text % {"count": len(links_of(user))})
        return True
    return bool(logins_to_ask_about(user, now=now))


def logins_to_ask_about(user: User, *, now: dt.datetime) -> list[User]:
    """Return the other logins of the mailbox when the setting ``AUTO_LINK`` wants the owner asked."""
    return logins_to_link(user, now=now) if settings.AUTO_LINK == "confirm" else []
