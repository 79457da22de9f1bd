"""What a page of the mail log costs when very many mails were sent: queries and milliseconds.

``python -m tests.benchmarks.mail_log [--mails 1000000] [--rounds 10] [--database postgresql://…]``
"""

import argparse
import datetime as dt
import statistics
import time
import uuid
from collections.abc import Iterator

from tests.benchmarks.scratch import scratch_portal

KINDS = ("new_documents", "reading_received", "reading_requested", "password_reset", "bank_accepted")
RARE = "data_export_ready"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mails", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        _measure(arguments.mails, arguments.rounds)


def _measure(mails: int, rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from kundenportal.mailing.models import OutgoingMail
    from tests.staff import make_member, sign_in_member

    now = timezone.now()
    OutgoingMail.objects.bulk_create(_mails(mails, now), batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, make_member())
    middle = OutgoingMail.objects.order_by("pk")[mails // 2].pk
    day = (now - dt.timedelta(days=45)).strftime("%d.%m.%Y")
    pages = {
        "first page": "",
        "halfway down": f"nach={middle}",
        "sent": "stand=sent",
        "came back": "stand=bounced",
        "to see to": "stand=klaeren",
        "one address": "adresse=kunde4711@beispiel.de",
        "a rare kind": f"art={RARE}",
        "a kind that failed": f"art={KINDS[0]}&stand=failed",
        "one day long ago": f"von={day}&bis={day}",
        "one day, one kind, sent": f"von={day}&bis={day}&art={KINDS[1]}&stand=sent",
    }
    print(f"{mails} mails{'':20}queries   median ms   slowest ms")
    for name, query in pages.items():
        client.get(f"/verwaltung/mails/?{query}")
        seconds = []
        for _ in range(rounds):
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get(f"/verwaltung/mails/?{query}")
                seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise RuntimeError(f"{name} was answered with {answer.status_code}")
        figures = f"{statistics.median(seconds) * 1000:12.1f}{max(seconds) * 1000:13.1f}"
        print(f"{name:32}{len(captured):8}{figures}")


def _mails(count: int, now: dt.datetime) -> Iterator[object]:
    """Yield the mails of 90 days, the oldest first; one in a hundred failed or came back."""
    from kundenportal.mailing.models import OutgoingMail

    status = OutgoingMail.Status
    for number in range(count):
        at = now - dt.timedelta(days=90) * (count - number) / count
        state = {3: status.FAILED, 53: status.BOUNCED}.get(number % 200, status.SENT)
        yield OutgoingMail(
            kind=RARE if number % 5_000 == 7 else KINDS[number % len(KINDS)],
            recipient=f"kunde{number % 100_000}@beispiel.de",
            subject="Ein neues Dokument liegt für Sie bereit",
            context={"customer": number},
            message_id=f"<{uuid.uuid4()}@localhost>",
            status=state,
            attempts=1,
            created_at=at,
            next_try_at=at,
            sent_at=at,
            content_until=at + dt.timedelta(days=30),
            bounce="hard" if state == status.BOUNCED else "",
            needs_staff=number % 2_000 == 53,
            last_error="550 5.1.1 unknown" if state != status.SENT else "",
        )


if __name__ == "__main__":
    main()
