"""Being somebody: a test client with the session of a login."""

from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from kundenportal.identity.models import User
from kundenportal.identity.sessions import open_session


def sign_in(client: Client, user: User) -> str:
    """Give the client a session of this login, opened now, and return the session's key."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    open_session(request, user, now=timezone.now())
    request.session.save()
    key = str(request.session.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return key
