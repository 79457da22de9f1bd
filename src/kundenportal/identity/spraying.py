"""Noticing that one password is tried on many logins, which the counters of each do not see (A2)."""

import datetime as dt

import structlog
from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.throttle import Limit, allow, count_one, was_exceeded

WINDOW = dt.timedelta(minutes=10)
IDENTIFIERS = 100
"""How many different names may fail in a window before that is an attack."""

_TOTAL = Limit("spray-total", "all", IDENTIFIERS, WINDOW)

log = structlog.get_logger(__name__)


def count_failed_identifier(identifier: str, *, now: dt.datetime) -> None:
    """Count a name that a sign-in failed with, once per window; the hundred and first raises the alarm.

    Args:
        identifier: as typed, in its canonical spelling; kept only as a keyed hash.
        now: when, aware.

    """
    if not allow("spray-identifier", identifier, limit=1, window=WINDOW, now=now):
        return
    if count_one(_TOTAL, now=now) == IDENTIFIERS + 1:
        with transaction.atomic(durable=True):
            record("sign_in.spraying", actor="system", now=now, details={"identifiers": IDENTIFIERS + 1})
        log.error("sign_in.spraying", identifiers=IDENTIFIERS + 1, minutes=10)


def is_spraying(now: dt.datetime) -> bool:
    """Tell whether such an attack was noticed in this window or the one before."""
    return was_exceeded(_TOTAL, now=now)
