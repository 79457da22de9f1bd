"""The door of signing in by password: who may try, how often, and who is told (security.md A2)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import structlog
from django.db import transaction

from kundenportal.identity.devices import Device
from kundenportal.identity.failure_streaks import (
    FREE_TRIES,
    count_failures,
    exhausted,
    forget_failures,
    streak_of_login,
    streak_of_typed,
    wait_for,
)
from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.spraying import count_failed_identifier, is_spraying
from kundenportal.identity.throttle import Limit, allow, count_try, give_back, network_of

DEVICE_TRIES, DEVICE_WINDOW = 10, dt.timedelta(minutes=15)
TRIES_A_MINUTE, TRIES_AN_HOUR = 20, 100
FREE_TRIES_WHILE_SPRAYED, TRIES_A_MINUTE_WHILE_SPRAYED = 1, 5

_MINUTE, _HOUR, _DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
_NO_WAIT = dt.timedelta(0)

log = structlog.get_logger(__name__)


class TooManyTries(Exception):
    """Too many tries with this identifier, device or from this place; no password was looked at.

    Attributes:
        wait: how long to wait, or None when waiting does not help and only a link does.

    """

    def __init__(self, wait: dt.timedelta | None) -> None:
        super().__init__()
        self.wait = wait


@dataclass(frozen=True)
class Try:
    """A try that was let through, and what was counted for it.

    Attributes:
        admitted: the logins whose password may be compared.
        typed: the identifier in its canonical spelling.
        limits: the limits it was counted against.
        streaks: the streaks it was counted in.

    """

    admitted: tuple[User, ...]
    typed: str
    limits: tuple[Limit, ...]
    streaks: tuple[str, ...]


def admit(*, typed: str, logins: Sequence[User], device: Device, address: str, now: dt.datetime) -> Try:
    """Count a try to sign in and return which logins it may be compared with.

    A device known to a login has a counter of its own, so that no stranger shuts its owner out, neither
    by tries for the login nor by tries from the same network. All other devices share the streak of the
    login, by whichever number or address it was named; a name without a login is counted alike.

    Args:
        typed: the identifier in its canonical spelling.
        logins: the logins it names, possibly none.
        device: the browser.
        address: the client's address.
        now: when, aware.

    Raises:
        TooManyTries: when nothing may be compared.

    """
    known = [user for user in logins if device.is_known_to(user)]
    others = [user for user in logins if user not in known]
    counted: list[_Counted] = []
    if known:
        counted.append(_count_device(known, device, now))
    if others or not known:
        counted.append(_count_stranger(typed, others, address, now))
    if all(each.wait != _NO_WAIT for each in counted):
        raise TooManyTries(min((each.wait for each in counted if each.wait is not None), default=None))
    return Try(
        admitted=tuple(user for each in counted for user in each.admitted),
        typed=typed,
        limits=tuple(limit for each in counted for limit in each.limits),
        streaks=tuple(streak for each in counted for streak in each.streaks),
    )


def note_success(attempt: Try, *, now: dt.datetime) -> None:
    """Forget what was counted for a try that was right, and the failures before it."""
    give_back(attempt.limits, now=now)
    forget_failures(attempt.streaks)


def note_failure(attempt: Try, *, now: dt.datetime) -> None:
    """Look at a try that failed as one of many: against this login, and against all."""
    log.warning("sign_in.refused", way="password")
    if attempt.streaks:
        count_failed_identifier(attempt.typed, now=now)
        _tell_owners(attempt.admitted, attempt.streaks, now)


def forget_failures_of(user: User) -> None:
    """Open the door again for a login whose owner signed in or used a link."""
    forget_failures([streak_of_login(user)])


@dataclass(frozen=True)
class _Counted:
    """What a try was counted for, whom that admits, and how long to wait for more."""

    limits: list[Limit]
    wait: dt.timedelta | None
    admitted: list[User] = field(default_factory=list)
    streaks: list[str] = field(default_factory=list)


def _count_device(logins: list[User], device: Device, now: dt.datetime) -> _Counted:
    limits = [Limit("sign-in-device", device.id, DEVICE_TRIES, DEVICE_WINDOW)]
    wait = count_try(limits, now=now)
    return _Counted(limits, wait, [] if wait else logins)


def _count_stranger(typed: str, logins: list[User], address: str, now: dt.datetime) -> _Counted:
    """Count a try from an unknown device: its place first, for what that refuses lengthens nobody's wait."""
    is_sprayed = is_spraying(now)
    network = network_of(address)
    a_minute = TRIES_A_MINUTE_WHILE_SPRAYED if is_sprayed else TRIES_A_MINUTE
    limits = [
        Limit("sign-in-network", network, a_minute, _MINUTE),
        Limit("sign-in-network-hour", network, TRIES_AN_HOUR, _HOUR),
    ]
    wait_of_place = count_try(limits, now=now)
    if wait_of_place:
        return _Counted(limits, wait_of_place)
    free = FREE_TRIES_WHILE_SPRAYED if is_sprayed else FREE_TRIES
    streaks = [streak_of_login(user) for user in logins] or [streak_of_typed(typed)]
    counted = count_failures(streaks, free=free, now=now)
    if not counted:
        _tell_owners(logins, streaks, now)
        return _Counted(limits, wait_for(streaks, free=free, now=now))
    admitted = [user for user in logins if streak_of_login(user) in counted]
    return _Counted(limits, _NO_WAIT, admitted, sorted(counted))


def _tell_owners(logins: Sequence[User], streaks: Collection[str], now: dt.datetime) -> None:
    """Tell the owners of logins with a hundred failures, at most once a day.

    Streaks of names without a login are looked at alike, so that the time tells nothing.
    """
    reached = exhausted(streaks)
    for user in logins:
        if streak_of_login(user) in reached and allow(
            "sign-in-told", str(user.pk), limit=1, window=_DAY, now=now
        ):
            with transaction.atomic(durable=True):
                report_security_event("sign_in_blocked", user=user, tells_contacts=False, now=now)
