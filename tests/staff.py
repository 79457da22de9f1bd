"""People who work here, and being one of them."""

import pyotp
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from kundenportal.identity.factors.authenticator_app import add_authenticator_app, key_of_setup, new_setup
from kundenportal.identity.models import StaffMember
from kundenportal.identity.session_store import StaffSessionStore
from kundenportal.identity.sessions import open_session
from tests.make import make_user
from tests.second_factors import BEFORE

ADDRESS = "huber@stadtwerke.example"


def make_member(
    role: StaffMember.Role = StaffMember.Role.CLERK, *, email: str = ADDRESS, name: str = "Frau Huber"
) -> StaffMember:
    """Return a stored member with ``PASSWORD`` and without a second factor."""
    return StaffMember.objects.create(user=make_user(email=email, is_staff=True), name=name, role=role)


def give_app(member: StaffMember) -> pyotp.TOTP:
    """Give a member an app since yesterday and return it."""
    setup = new_setup(member.user, now=BEFORE)
    app = pyotp.TOTP(key_of_setup(member.user, setup, now=BEFORE))
    add_authenticator_app(
        member.user, setup=setup, code=app.at(BEFORE), session_key=None, device="", now=BEFORE
    )
    return app


def staff_request() -> HttpRequest:
    """Return a request for the back office with an empty session of its own."""
    request = HttpRequest()
    request.path_info = request.path = "/verwaltung/"
    request.session = StaffSessionStore()
    return request


def sign_in_member(client: Client, member: StaffMember) -> str:
    """Give the client a session of this member, opened now, and return the session's key."""
    request = staff_request()
    open_session(request, member.user, now=timezone.now())
    request.session.save()
    key = str(request.session.session_key)
    client.cookies[settings.STAFF_SESSION_COOKIE_NAME] = key
    return key
