"""Second factors as a test needs them: an app that shows codes, and recovery codes."""

import datetime as dt

import pyotp

from kundenportal.identity.factors.authenticator_app import add_authenticator_app, key_of_setup, new_setup
from kundenportal.identity.models import SignedInDevice, User
from tests.make import NOW

BEFORE = NOW - dt.timedelta(days=1)


def add_app(user: User) -> tuple[pyotp.TOTP, list[str]]:
    """Give a login an app since yesterday; return the app and the recovery codes that came with it."""
    setup = new_setup(user, now=BEFORE)
    app = pyotp.TOTP(key_of_setup(user, setup, now=BEFORE))
    # As from the browser that is signed in, which stays so.
    session_key = SignedInDevice.objects.filter(user=user).values_list("session_id", flat=True).first()
    codes = add_authenticator_app(
        user, setup=setup, code=app.at(BEFORE), session_key=session_key, device="Firefox", now=BEFORE
    )
    return app, codes


def wrong_code(app: pyotp.TOTP, now: dt.datetime = NOW) -> str:
    """Return six digits that are no code within a minute of now."""
    good = {app.at(now + dt.timedelta(seconds=30 * steps)) for steps in range(-2, 3)}
    return next(code for code in (f"{number:06d}" for number in range(10)) if code not in good)
