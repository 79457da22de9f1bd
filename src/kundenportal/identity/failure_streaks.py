"""Wrong passwords in a row: waits that grow, and the hundredth (security.md A2; NIST SP 800-63B-4, 3.2.2)."""

import datetime as dt
from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from kundenportal.identity.models import FailureStreak, User

FREE_TRIES = 5
"""How many wrong passwords cost no wait."""

WAITS = (60, 120, 240, 480)
"""The waits that follow, in seconds; every further one is ``LONGEST_WAIT``."""

LONGEST_WAIT = 900
MAX_FAILURES = 100
"""How many failures in a row shut unknown devices out, until the owner signs in or uses a link."""

QUIET_SECONDS = 3600
"""After an hour without a failure the waits begin anew; the count to a hundred does not."""

KEPT = dt.timedelta(days=90)
"""How long a streak of fewer than a hundred is remembered."""


def streak_of_login(user: User) -> str:
    """Return the name under which the failures of a login are counted, whatever was typed to name it."""
    return f"login:{user.pk}"


def streak_of_typed(identifier: str) -> str:
    """Return the name under which failures are counted for an identifier that names no login."""
    return f"typed:{identifier}"


def count_failures(streaks: Collection[str], *, free: int, now: dt.datetime) -> set[str]:
    """Count a try as failed for every streak that need not wait; return those.

    One statement looks and counts, so that parallel tries cannot pass together. A try that turns out right
    is forgotten with ``forget_failures``. When the database is down it raises: no counter, no try.

    Args:
        streaks: what to count, by ``streak_of_login`` or ``streak_of_typed``.
        free: how many tries cost no wait.
        now: when, aware.

    """
    if not streaks:
        return set()
    by_key = {_key(streak): streak for streak in streaks}
    seconds = int(now.timestamp())
    table = connection.ops.quote_name(FailureStreak._meta.db_table)
    values = ", ".join(["(%s, 1, 1, %s)"] * len(by_key))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (key, failures, recent, last_failed_at) VALUES {values} "  # noqa: S608
            f"ON CONFLICT (key) DO UPDATE SET failures = {table}.failures + 1, last_failed_at = %s, "
            f"recent = CASE WHEN {table}.last_failed_at < %s THEN 1 ELSE {table}.recent + 1 END "
            f"WHERE {table}.failures < {MAX_FAILURES} AND %s - {table}.last_failed_at >= "
            f"CASE WHEN {table}.recent < %s THEN 0 {_waits_as_sql(table, free)} ELSE {LONGEST_WAIT} END "
            "RETURNING key",
            # One order of locking, so that none wait crosswise.
            [
                *(value for key in sorted(by_key) for value in (key, seconds)),
                *(seconds, seconds - QUIET_SECONDS, seconds, free),
            ],
        )
        return {by_key[key] for (key,) in cursor.fetchall()}


def wait_for(streaks: Collection[str], *, free: int, now: dt.datetime) -> dt.timedelta | None:
    """Return the shortest wait among streaks, or None when waiting does not help any of them."""
    open_streaks = _rows(streaks).filter(failures__lt=MAX_FAILURES)
    ends = [streak.last_failed_at + _wait_after(streak.recent, free) for streak in open_streaks]
    return dt.timedelta(seconds=max(min(ends) - int(now.timestamp()), 1)) if ends else None


def exhausted(streaks: Collection[str]) -> set[str]:
    """Return the streaks that reached a hundred failures."""
    by_key = {_key(streak): streak for streak in streaks}
    keys = _rows(streaks).filter(failures__gte=MAX_FAILURES).values_list("key", flat=True)
    return {by_key[key] for key in keys}


def forget_failures(streaks: Collection[str]) -> None:
    """End streaks: the owner signed in, or used a link."""
    if streaks:
        _rows(streaks).delete()


def delete_old_streaks(now: dt.datetime) -> int:
    """Delete short streaks that nothing was added to for long; return how many."""
    before = int((now - KEPT).timestamp())
    count, _ = FailureStreak.objects.filter(last_failed_at__lt=before, failures__lt=MAX_FAILURES).delete()
    return count


def _rows(streaks: Collection[str]) -> QuerySet[FailureStreak]:
    return FailureStreak.objects.filter(key__in=[_key(streak) for streak in streaks])


def _wait_after(recent: int, free: int) -> int:
    if recent < free:
        return 0
    return dict(enumerate(WAITS)).get(recent - free, LONGEST_WAIT)


def _waits_as_sql(table: str, free: int) -> str:
    return " ".join(f"WHEN {table}.recent = {free + step} THEN {wait}" for step, wait in enumerate(WAITS))


def _key(streak: str) -> str:
    return salted_hmac("kundenportal.failures", streak, algorithm="sha256").hexdigest()
