"""The authenticator app of a login: setting it up, and taking its codes, each once."""

import datetime as dt
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction

from kundenportal.core.encryption import decrypt_field, encrypt_field
from kundenportal.identity.factors import totp
from kundenportal.identity.factors.recovery_codes import prepare_first_codes, store_codes
from kundenportal.identity.models import AuthenticatorApp, User
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.sessions import end_sessions

SET_UP_WITHIN = dt.timedelta(hours=1)


class SetupExpired(Exception):
    """The key on the page is not ours, another login's, or older than an hour."""


class WrongCode(Exception):
    """The code is not one of the app's current ones, or was taken before."""


@dataclass(frozen=True)
class ProvenApp:
    """A key, and the thirty seconds whose code showed that an app has it."""

    key: str
    step: int


class HasAppAlready(Exception):
    """The login has an app; it must be removed before another one is set up."""


def new_setup(user: User, *, now: dt.datetime) -> str:
    """Return a new key for the app, sealed for this login; it is stored nowhere until it is proven."""
    plain = json.dumps([totp.new_key(), int(now.timestamp())])
    return urlsafe_b64encode(encrypt_field(plain, key=settings.FIELD_KEY, bound_to=_setup_of(user))).decode()


def key_of_setup(user: User, setup: str, *, now: dt.datetime) -> str:
    """Return the key of ``new_setup``.

    Raises:
        SetupExpired: when it is not this login's, or older than an hour.

    """
    try:
        sealed = urlsafe_b64decode(setup.encode())
        key, made_at = json.loads(decrypt_field(sealed, key=settings.FIELD_KEY, bound_to=_setup_of(user)))
    except (ValueError, InvalidTag):
        raise SetupExpired from None
    if int(now.timestamp()) - made_at > SET_UP_WITHIN.total_seconds():
        raise SetupExpired
    return str(key)


def add_authenticator_app(
    user: User, *, setup: str, code: str, session_key: str | None, device: str, now: dt.datetime
) -> list[str]:
    """Set the app up once it has shown that it makes the right codes, and tell everybody who must know.

    All other sessions of the login end (ASVS 7.4.3).

    Args:
        user: the login.
        setup: the sealed key.
        code: the app's current code, as typed.
        session_key: the session that goes on.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Returns:
        New recovery codes when it is the login's first factor, else none; they are kept nowhere.

    Raises:
        SetupExpired: when the key is too old or not this login's.
        WrongCode: when the code does not fit.
        HasAppAlready: when another app was set up meanwhile.

    """
    proven = prove_app(user, setup=setup, code=code, now=now)
    first_codes = prepare_first_codes(user)
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        if AuthenticatorApp.objects.filter(user=user).exists():
            raise HasAppAlready
        store_app(user, proven, now=now)
        codes = store_codes(user, first_codes, now=now)
        end_sessions(user, except_key=session_key)
        report_security_event("factor_added", user=user, device=device, context={"factor": "app"}, now=now)
    return codes


def prove_app(user: User, *, setup: str, code: str, now: dt.datetime) -> ProvenApp:
    """Check that an app makes the codes of the key that a login was shown.

    Args:
        user: the login.
        setup: the sealed key, as the page carried it.
        code: as typed.
        now: when, aware.

    Raises:
        SetupExpired: when the key is too old or not this login's.
        WrongCode: when the code does not fit.

    """
    key = key_of_setup(user, setup, now=now)
    step = totp.matching_step(key, code, after=0, now=now)
    if step is None:
        raise WrongCode
    return ProvenApp(key, step)


def store_app(user: User, proven: ProvenApp, *, now: dt.datetime) -> None:
    """Give a login the app that was proven, in the caller's transaction; it must have none."""
    app = AuthenticatorApp(user=user, last_step=proven.step, created_at=now)
    app.sealed_key = encrypt_field(proven.key, key=settings.FIELD_KEY, bound_to=_name_of(app))
    app.save()


def take_app_code(user: User, code: str, *, now: dt.datetime) -> None:
    """Take a code of the login's app, in the caller's transaction; the same code is never taken again.

    Raises:
        WrongCode: when the login has no app, or the code is not a current one, or was taken before.

    """
    app = AuthenticatorApp.objects.filter(user=user).first()
    if app is None:
        raise WrongCode
    key = decrypt_field(bytes(app.sealed_key), key=settings.FIELD_KEY, bound_to=_name_of(app))
    step = totp.matching_step(key, code, after=app.last_step, now=now)
    untaken = AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step or 0)
    if step is None or not untaken.update(last_step=step, last_used_at=now):
        raise WrongCode


def _setup_of(user: User) -> str:
    return f"authenticator-setup:{user.public_id}"


def _name_of(app: AuthenticatorApp) -> str:
    return f"authenticator-app:{app.public_id}"
