"""Fresh authentication: who signed in, or proved again who he is, within five minutes (security.md A0)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest

from kundenportal.identity.sessions import PROVED_AT, renew_session_key

FRESH_FOR = dt.timedelta(minutes=5)

_PROVED_BY = "proved_by"


class ProvedBy(StrEnum):
    """What somebody who is signed in showed to prove who he is."""

    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Proof:
    """What was shown in a session last, and when."""

    by: ProvedBy
    at: dt.datetime


def is_fresh(request: HttpRequest, *, now: dt.datetime) -> bool:
    """Tell whether password or passkey of the session's login were shown within the last five minutes."""
    age = int(now.timestamp()) - request.session.get(PROVED_AT, 0)
    return bool(0 <= age <= FRESH_FOR.total_seconds())


def last_proof(request: HttpRequest) -> Proof:
    """Return what was shown last in a session; the sign-in itself when nothing was since."""
    at = dt.datetime.fromtimestamp(request.session.get(PROVED_AT, 0), tz=dt.UTC)
    return Proof(ProvedBy(request.session.get(_PROVED_BY, ProvedBy.SIGN_IN)), at)


def note_proof(request: HttpRequest, *, by: ProvedBy, now: dt.datetime) -> None:
    """Remember that password or passkey were just shown; the session gets a new key (security.md A2)."""
    renew_session_key(request)
    request.session[PROVED_AT] = int(now.timestamp())
    request.session[_PROVED_BY] = by
