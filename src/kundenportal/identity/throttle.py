"""Counting tries, so that guessing gets slow while nobody is locked out for good (security.md A2, A13)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from django.db import connection
from django.utils.crypto import salted_hmac

from kundenportal.identity.models import AttemptCounter

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


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
    by_row = {(limit.scope, _hashed(limit), _window_end(limit, now)): limit for limit in limits}
    rows = sorted(by_row)
    table = connection.ops.quote_name(AttemptCounter._meta.db_table)
    values = ", ".join(["(%s, %s, %s, 1)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (scope, key, window_ends_at, count) VALUES {values} "  # noqa: S608
            f"ON CONFLICT (scope, key, window_ends_at) DO UPDATE SET count = {table}.count + 1 "
            "RETURNING scope, key, window_ends_at, count",
            [column for row in rows for column in row],
        )
        counted = cursor.fetchall()
    return all(count <= by_row[scope, key, end].limit for scope, key, end, count in counted)


def give_back(limits: Iterable[Limit], *, now: dt.datetime) -> None:
    """Take one try back, because it was right: only failures slow a person down."""
    for limit in limits:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {connection.ops.quote_name(AttemptCounter._meta.db_table)} "  # noqa: S608
                "SET count = count - 1 WHERE scope = %s AND key = %s AND window_ends_at = %s AND count > 0",
                [limit.scope, _hashed(limit), _window_end(limit, now)],
            )


def network_of(address: str) -> str:
    """Return the network a client address is counted under: its /24, or its /64 with IPv6.

    What is no address (a Unix socket's empty name) counts as itself.
    """
    try:
        version = ip_address(address).version
    except ValueError:
        return address
    return str(ip_network(f"{address}/{24 if version == 4 else 64}", strict=False))


def _hashed(limit: Limit) -> str:
    return salted_hmac(f"kundenportal.throttle.{limit.scope}", limit.key, algorithm="sha256").hexdigest()


def _window_end(limit: Limit, now: dt.datetime) -> int:
    """Return the end of the window that ``now`` lies in, in seconds since 1970."""
    seconds = int(limit.window.total_seconds())
    return (int((now - _EPOCH).total_seconds()) // seconds + 1) * seconds
