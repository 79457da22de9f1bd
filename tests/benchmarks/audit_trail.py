"""What a long audit trail costs: sealing and checking it, and a page of its list, first and far down.

``python -m tests.benchmarks.audit_trail [--entries 1000000] [--rounds 5] [--database postgresql://…]``
"""

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.scratch import scratch_portal

SEARCHES = {
    "everything": "",
    "one hour": "von=HOUR&bis=HOUR",
    "one member of staff": "wer=staff:1",
    "all customers": "wer=user:",
    "sign-ins": "was=anmeldung",
    "settings, which are rare": "was=verwaltung",
    "one customer": "kunde=NUMBER",
    "one submission": "woran=V-2026-000017",
    "far down": "nach=MIDDLE",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        _measure(arguments.entries, arguments.rounds)


def _measure(count: int, rounds: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from kundenportal.audit.models import AuditEntry
    from kundenportal.audit.sealing import seal_entries
    from kundenportal.audit.services import record
    from kundenportal.audit.verification import verify_trail
    from tests.make import make_customer

    now, customers = timezone.now(), [make_customer() for _ in range(500)]
    _timed(
        "record", 2_000, lambda: [record("language.chosen", actor="user:1", now=now) for _ in range(2_000)]
    )
    AuditEntry.objects.bulk_create(_entries(count, now, customers), batch_size=2_000)

    def seal_all() -> None:
        while seal_entries(now):
            pass

    _timed("seal", count + 2_000, seal_all)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def verify() -> None:
        walked, _waiting = verify_trail()
        if walked.broken is not None or walked.place.number != count + 2_000:
            raise RuntimeError(f"the chain is not whole: {walked}")

    _timed("verify", count + 2_000, verify)
    _measure_pages(now, customers[7], count, rounds)


def _measure_pages(now: dt.datetime, customer: Any, count: int, rounds: int) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from kundenportal.identity.models import StaffMember
    from tests.staff import make_member, sign_in_member

    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, make_member(StaffMember.Role.SUPERVISOR))
    middle = now - dt.timedelta(seconds=20 * count // 2)
    local = middle.astimezone(settings.UTILITY_TIME_ZONE)
    values = {
        "HOUR": f"{local:%d.%m.%Y+%H:%M}",
        "NUMBER": customer.customer_number.replace("/", "%2F"),
        "MIDDLE": f"{round(middle.timestamp() * 1_000_000)}-0",
    }
    print(f"{'a page of':32}queries   median ms   slowest ms")
    for name, search in SEARCHES.items():
        query = search
        for key, value in values.items():
            query = query.replace(key, value)
        seconds = []
        for _ in range(rounds):
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get(f"/verwaltung/protokoll/?{query}")
                seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise RuntimeError(f"{name} was answered with {answer.status_code}")
        figures = f"{statistics.median(seconds) * 1000:12.1f}{max(seconds) * 1000:13.1f}"
        print(f"{name:32}{len(captured):8}{figures}", flush=True)


def _timed(what: str, count: int, act: Any) -> None:
    started = time.perf_counter()
    act()
    seconds = time.perf_counter() - started
    print(f"{what:12}{count:>10} entries {seconds:9.1f} s {count / seconds:10.0f} a second", flush=True)


def _entries(count: int, now: dt.datetime, customers: list[Any]) -> Iterator[Any]:
    """Yield entries, one every twenty seconds, as customers, staff and the portal write them."""
    from kundenportal.audit.content import mark_of
    from kundenportal.audit.models import AuditEntry

    for number in range(count):
        action, actor = "sign_in.succeeded", f"user:{number % 5_000}"
        if number % 3 == 1:
            action = "reading.submitted"
        elif number % 3 == 2:
            action, actor = "submission.viewed", f"staff:{number % 10}"
        if number % 50_000 == 49_999:
            action, actor = "settings.changed", "staff:1"
        entry = AuditEntry(
            at=now - dt.timedelta(seconds=20 * (count - number)),
            actor=actor,
            action=action,
            customer_id=customers[number % len(customers)].pk if number % 2 else None,
            subject=f"V-2026-{number % 200_000:06d}" if number % 3 else "",
            details={"count": number} if number % 4 == 0 else {},
        )
        entry.mark = mark_of(entry)
        yield entry


if __name__ == "__main__":
    main()
