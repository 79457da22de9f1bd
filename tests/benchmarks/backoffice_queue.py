"""What a page of the inbox costs when very much waits: queries and milliseconds, for the first page and a late one.

``python -m tests.benchmarks.backoffice_queue [--waiting 100000] [--rounds 20] [--database postgresql://…]``
"""

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Iterator

from tests.benchmarks.scratch import scratch_portal

FILTERS = {
    "first page": "",
    "readings": "art=meter_reading",
    "bank changes": "art=bank_change",
    "older than 3 days": "alter=3",
    "mine": "zustaendig=ich",
    "nobody's": "zustaendig=niemand",
    "unusual": "pruefung=auffaellig",
    "completed": "status=completed",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        _measure(arguments.waiting, arguments.rounds)


def _measure(waiting: int, rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from kundenportal.submissions.models import Submission
    from tests.cases import INBOX
    from tests.staff import make_member, sign_in_member

    now = timezone.now()
    member = make_member()
    Submission.objects.bulk_create(_submissions(waiting, now, member), batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, member)
    middle = now - dt.timedelta(minutes=waiting // 2)
    pages = FILTERS | {"halfway down": f"nach={round(middle.timestamp() * 1_000_000)}-0"}
    print(f"{waiting} wait{'':24}queries   median ms   slowest ms")
    for name, query in pages.items():
        client.get(f"{INBOX}?{query}")
        seconds = []
        for _ in range(rounds):
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get(f"{INBOX}?{query}")
                seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise RuntimeError(f"{name} was answered with {answer.status_code}")
        figures = f"{statistics.median(seconds) * 1000:12.1f}{max(seconds) * 1000:13.1f}"
        print(f"{name:32}{len(captured):8}{figures}")


def _submissions(count: int, now: dt.datetime, member: object) -> Iterator[object]:
    """Yield what waits, one a minute, and as much that was completed."""
    from kundenportal.submissions.models import Submission
    from tests.make import make_premise

    premises = [make_premise() for _ in range(200)]
    # A customer has one open change of address at most.
    kinds = [kind for kind in Submission.Kind if kind != Submission.Kind.ADDRESS_CHANGE]
    for number in range(2 * count):
        is_done, premise = number % 2 == 1, premises[number % len(premises)]
        at = now - dt.timedelta(minutes=number // 2)
        yield Submission(
            kind=kinds[number % 97 % len(kinds)]
            if number % 97 < len(kinds)
            else Submission.Kind.METER_READING,
            customer_id=premise.customer_id,
            premise=premise,
            channel=Submission.Channel.PORTAL,
            status=Submission.Status.COMPLETED if is_done else Submission.Status.RECEIVED,
            idempotency_key=f"bench-{number}",
            received_at=at,
            received_year=at.year,
            waits_since=None if is_done else at,
            is_unusual=number % 40 == 0,
            assigned_to_id=getattr(member, "pk", None) if number % 1000 == 0 else None,
        )


if __name__ == "__main__":
    main()
