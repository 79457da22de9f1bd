"""Counting tries, so that guessing gets slow while nobody is locked out for good (security.md A2, A13)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import structlog
from django.db import connection
from django.utils.crypto import salted_hmac

from kundenportal.identity.models import AttemptCounter

Row = tuple[str, str, int]
"""Scope, hashed key and end of the window of a counter."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limit:
    """How often something may be tried.

    Attributes:
        scope: what is tried, such as ``sign-in``.
        key: who or what is counted, such as a typed number or an address; kept only as a keyed hash.
        limit: how many tries a window of time allows.
        window: how long a window lasts.

    """

    scope: str
    key: str
    limit: int
    window: dt.timedelta


def allow(scope: str, key: str, *, limit: int, window: dt.timedelta, now: dt.datetime) -> bool:
    """Count one try and tell whether it is within the limit; see ``allow_all``."""
    return allow_all([Limit(scope, key, limit, window)], now=now)


def allow_all(limits: Iterable[Limit], *, now: dt.datetime) -> bool:
    """Count one try against every limit and tell whether all of them allow it.

    One statement counts and reads, so that parallel tries cannot pass together. Keys count alike whether
    or not what they name exists. When the database is down it raises: no counter, no try.

    Args:
        limits: the limits; different in scope and key.
        now: when, aware; windows begin at multiples of their length.

    """
    return not count_try(limits, now=now)


def count_try(limits: Iterable[Limit], *, now: dt.datetime) -> dt.timedelta:
    """Count one try as ``allow_all`` does, and return how long to wait; nothing when all limits allow it."""
    by_row = {_row(limit, now): limit for limit in limits}
    counted = _count(by_row, first=1, change="count + 1")
    ends = {scope: end for scope, key, end, count in counted if count > by_row[scope, key, end].limit}
    if not ends:
        return dt.timedelta(0)
    # Whom it stopped is nobody's business who reads logs.
    log.info("limit.reached", limits=sorted(ends))
    return dt.timedelta(seconds=max(ends.values()) - int(now.timestamp()))


def count_one(limit: Limit, *, now: dt.datetime) -> int:
    """Count one more in the present window and return how many there are now."""
    return _count([_row(limit, now)], first=1, change="count + 1")[0][3]


def was_exceeded(limit: Limit, *, now: dt.datetime) -> bool:
    """Tell whether more than the limit were counted in the present window or in the one before."""
    scope, key, end = _row(limit, now)
    windows = [end, end - int(limit.window.total_seconds())]
    counters = AttemptCounter.objects.filter(scope=scope, key=key, window_ends_at__in=windows)
    return counters.filter(count__gt=limit.limit).exists()


def give_back(limits: Iterable[Limit], *, now: dt.datetime) -> None:
    """Take one try back, because it was right: only failures slow a person down."""
    _count({_row(limit, now) for limit in limits}, first=0, change="count - 1")


def network_of(address: str) -> str:
    """Return the network a client address is counted under: its /24, or its /56 with IPv6.

    A household gets a /56 (RIPE-690, 4.2), which is 256 networks: counted by each /64, one line would have
    256 times as many tries. What is no address (a Unix socket's empty name) counts as itself.
    """
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return str(ip_network(f"{address}/{24 if version == 4 else 56}", strict=False))


def _row(limit: Limit, now: dt.datetime) -> Row:
    """Return scope, hashed key and the end of the window that ``now`` lies in, in seconds since 1970."""
    salt = f"kundenportal.throttle.{limit.scope}"
    seconds = int(limit.window.total_seconds())
    window_end = (int(now.timestamp()) // seconds + 1) * seconds
    return limit.scope, salted_hmac(salt, limit.key, algorithm="sha256").hexdigest(), window_end


def _count(rows: Iterable[Row], *, first: int, change: str) -> list[tuple[str, str, int, int]]:
    """Insert or change counters and return them; one order of locking, so that none wait crosswise."""
    table = connection.ops.quote_name(AttemptCounter._meta.db_table)
    ordered = sorted(rows)
    values = ", ".join([f"(%s, %s, %s, {first})"] * len(ordered))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (scope, key, window_ends_at, count) VALUES {values} "  # noqa: S608
            f"ON CONFLICT (scope, key, window_ends_at) DO UPDATE SET count = {table}.{change} "
            f"WHERE {table}.{change} >= 0 "
            "RETURNING scope, key, window_ends_at, count",
            [column for row in ordered for column in row],
        )
        return list(cursor.fetchall())
