"""Removing second factors, and what guards the last one."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.factors.overview import Factors, factors_of, has_second_factor
from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode, User
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.sessions import end_sessions


class LastFactorNeeded(Exception):
    """Without this factor nobody could sign in any more, or a login that must have one had none."""


class NothingToRemove(Exception):
    """The login has no second factor."""


def is_last_needed(user: User, factors: Factors, *, is_passkey: bool) -> bool:
    """Tell whether a factor must stay.

    The last factor of somebody who works here stays, and so does the last passkey of a login whose password
    opens nothing.

    Args:
        user: the login.
        factors: what it has.
        is_passkey: whether the factor is a passkey.

    """
    is_only_way_in = is_passkey and len(factors.passkeys) == 1 and not user.has_usable_password()
    return is_only_way_in or (user.is_staff and factors.count == 1)


def remove_factor(
    factor: Passkey | AuthenticatorApp, *, session_key: str | None, device: str, now: dt.datetime
) -> None:
    """Remove a factor and tell everybody who must know; the recovery codes go with the last one.

    All other sessions of the login end (ASVS 7.4.3).

    Args:
        factor: a passkey or the authenticator app.
        session_key: the session that goes on.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        LastFactorNeeded: when it must stay.

    """
    is_passkey = isinstance(factor, Passkey)
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=factor.user_id)
        if is_last_needed(user, factors_of(user), is_passkey=is_passkey):
            raise LastFactorNeeded
        factor.delete()
        _drop_codes_without_factor(user)
        end_sessions(user, except_key=session_key)
        context = {"factor": "passkey" if is_passkey else "app"}
        report_security_event("factor_removed", user=user, device=device, context=context, now=now)


def remove_all_factors(
    user: User, *, now: dt.datetime, actor: str = "system", customer_id: int | None = None
) -> int:
    """Remove every factor of a login that lost them all, and tell everybody who must know.

    The utility does that, once it has made sure who is asking. Its sessions end; the password stays.

    Args:
        user: the login.
        now: when, aware.
        actor: who did it, ``User.actor``; the command line unless given.
        customer_id: the customer on whose page it was done.

    Returns:
        How many passkeys and apps went.

    Raises:
        NothingToRemove: when the login has none.

    """
    with transaction.atomic(durable=True):
        locked = User.objects.select_for_update().get(pk=user.pk)
        count = factors_of(locked).count
        if not count:
            raise NothingToRemove
        drop_factors(locked)
        end_sessions(locked)
        record(
            "factors.removed_by_utility",
            actor=actor,
            customer_id=customer_id,
            subject=f"user:{locked.pk}",
            now=now,
        )
        report_security_event("factor_removed", user=locked, context={"factor": "all"}, now=now)
    return count


def drop_factors(user: User) -> None:
    """Remove every factor of a login with its recovery codes, in the caller's transaction; nobody is told."""
    for model in (Passkey, AuthenticatorApp, RecoveryCode):
        model.objects.filter(user=user).delete()


def withdraw_factors_added_since(user: User, *, since: dt.datetime, now: dt.datetime) -> None:
    """Remove the factors that were added since a moment, in the caller's transaction ("Das war ich nicht").

    Whoever added them may not have been the owner, and must find no way back in.
    """
    passkeys, _ = Passkey.objects.filter(user=user, created_at__gte=since).delete()
    apps, _ = AuthenticatorApp.objects.filter(user=user, created_at__gte=since).delete()
    RecoveryCode.objects.filter(user=user, created_at__gte=since).delete()
    _drop_codes_without_factor(user)
    if passkeys or apps:
        record(
            "factors.withdrawn",
            actor="visitor",
            subject=f"user:{user.pk}",
            details={"passkeys": passkeys, "apps": apps},
            now=now,
        )


def _drop_codes_without_factor(user: User) -> None:
    """Recovery codes stand in for a factor; without one they would be a second password."""
    if not has_second_factor(user):
        RecoveryCode.objects.filter(user=user).delete()
