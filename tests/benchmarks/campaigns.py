"""What a campaign of very many meters costs: its preview, its start, its mails, its progress and its page.

``python -m tests.benchmarks.campaigns [--meters 100000] [--database postgresql://…]``
"""

import argparse
import datetime as dt
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks.scratch import scratch_portal

PAGE_ROUNDS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--meters", type=int, default=100_000)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database):
        _measure(arguments.meters)


def _measure(meters: int) -> None:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from kundenportal.campaigns.models import Campaign, Invitation
    from kundenportal.campaigns.rules import Days
    from kundenportal.campaigns.services import (
        end_campaign,
        end_campaigns,
        note_progress,
        send_invitations,
        start_campaign,
        write_invitations,
    )
    from kundenportal.campaigns.services.progress import INVITATIONS_AT_A_TIME
    from tests.campaigns import CAMPAIGNS, make_campaign, supervisor
    from tests.staff import sign_in_member

    now = timezone.now()
    today, day = timezone.localdate(now, settings.UTILITY_TIME_ZONE), dt.timedelta(days=1)
    days = Days(today - 7 * day, today + 37 * day, today + 21 * day, 14, 3)
    _fill(meters, today, now)
    campaign = make_campaign(now=now, days=days)
    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, supervisor())
    page = f"{CAMPAIGNS}{campaign.pk}/"
    _page(client, "page of the draft, with its counts", page)
    start_campaign(campaign, member=supervisor(), now=now)
    with _timed("all invitations") as chunks:
        while write_invitations(now):
            chunks.append(time.perf_counter())
    _analyse()
    Campaign.objects.update(next_mails_at=now)
    settings.CAMPAIGN_MAILS_PER_MINUTE = 6_000
    with _timed("1 000 mails put into the outbox"):
        send_invitations(now)
    _let_answer(campaign, now)
    for what in ("one of three was read", "nothing has changed"):
        with _timed(f"one round over all invitations, {what}") as chunks:
            for _ in range(Invitation.objects.count() // INVITATIONS_AT_A_TIME + 1):
                note_progress(now)
                chunks.append(time.perf_counter())
    _page(client, "page of the running campaign", page)
    _page(client, "list of campaigns", CAMPAIGNS)
    _make_links(campaign, now)
    end_campaign(campaign, member=supervisor(), now=now)
    with _timed("closing a link of every invitation") as chunks:
        while end_campaigns(now):
            chunks.append(time.perf_counter())
    _page(client, "page of the ended campaign", page)


@contextmanager
def _timed(what: str) -> Iterator[list[float]]:
    chunks = [time.perf_counter()]
    yield chunks
    whole = time.perf_counter() - chunks[0]
    slowest = max((b - a for a, b in itertools.pairwise(chunks)), default=0)
    tail = f", {len(chunks) - 1} chunks, the slowest {slowest * 1000:.0f} ms" if len(chunks) > 1 else ""
    print(f"{what}: {whole:.2f} s{tail}", flush=True)


def _page(client: Any, what: str, path: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    seconds = []
    for _ in range(PAGE_ROUNDS):
        with CaptureQueriesContext(connection) as captured:
            started = time.perf_counter()
            answer = client.get(path)
            seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"{what} was answered with {answer.status_code}")
    median, worst = statistics.median(seconds) * 1000, max(seconds) * 1000
    print(f"{what}: {len(captured)} queries, median {median:.0f} ms, slowest {worst:.0f} ms", flush=True)


def _fill(meters: int, today: dt.date, now: dt.datetime) -> None:
    """Insert premises with two meters each; a login holds two of three customers, every meter was read."""
    from kundenportal.customers.models import Customer, Premise
    from kundenportal.identity.models import User
    from kundenportal.linking.models import AccountLink
    from kundenportal.metering.models import Meter, MeterReading, Register

    def insert(model: Any, make: Callable[[int], Any], count: int) -> list[Any]:
        return list(model.objects.bulk_create((make(n) for n in range(count)), batch_size=5_000))

    places, begin, last_year = meters // 2, dt.date(2020, 1, 1), today - dt.timedelta(days=360)
    customers = insert(
        Customer, lambda n: Customer(customer_number=f"{n:07d}/1", last_name=f"Name {n}"), places
    )
    premises = insert(
        Premise,
        lambda n: Premise(
            erp_id=f"VS{n}",
            customer=customers[n],
            street="Weg",
            house_number=str(n),
            postal_code=f"{91500 + n % 40}",
            city="Musterbach",
            begin_date=begin,
        ),
        places,
    )
    of_premise = insert(
        Meter,
        lambda n: Meter(
            premise=premises[n // 2],
            meter_number=f"M{n}",
            number_key=f"M{n}",
            division=("strom", "gas")[n % 2],
            installed_date=begin,
        ),
        meters,
    )
    registers = insert(
        Register, lambda n: Register(meter=of_premise[n], code="1", integer_digits=6, unit="kWh"), meters
    )
    insert(
        MeterReading,
        lambda n: MeterReading(register=registers[n], reading_date=last_year, value=n, origin="abgelesen"),
        meters,
    )
    _submit([each.pk for each in registers[::2]], last_year, "completed")
    users = insert(
        User,
        lambda n: User(email=f"k{n}@beispiel.de", email_verified_at=now, created_at=now),
        places * 2 // 3,
    )
    insert(
        AccountLink,
        lambda n: AccountLink(user=users[n], customer=customers[n], proof="mailbox", created_at=now),
        len(users),
    )
    _analyse()


def _let_answer(campaign: Any, now: dt.datetime) -> None:
    """Let one of three invited meters be read, and the mails of all others be sent."""
    from kundenportal.campaigns.models import Invitation, InvitedMeter
    from kundenportal.metering.models import MeterReading, Register

    asked = InvitedMeter.objects.filter(campaign=campaign).values_list("meter", flat=True)
    registers = list(Register.objects.filter(meter__in=asked).order_by("pk").values_list("pk", flat=True))
    MeterReading.objects.bulk_create(
        [
            MeterReading(register_id=pk, reading_date=now.date(), value=1, origin="gemeldet")
            for pk in registers[::6]
        ],
        batch_size=5_000,
    )
    _submit(registers[3::6], now.date(), "received")
    Invitation.objects.filter(campaign=campaign, way="mail").update(delivery="sent", told_at=now)


def _make_links(campaign: Any, now: dt.datetime) -> None:
    """Make a link for every invitation, as its mail or card would."""
    from kundenportal.campaigns.links import make_invitation_links
    from kundenportal.campaigns.models import Invitation

    invitations = Invitation.objects.filter(campaign=campaign).select_related("campaign", "premise")
    make_invitation_links(list(invitations), now=now)
    _analyse()


def _submit(registers: list[int], day: dt.date, status: str) -> None:
    """Insert a submission of a reading for each of the registers."""
    from django.utils import timezone

    from kundenportal.metering.models import ReadingSubmission, Register, SubmittedReading
    from kundenportal.submissions.models import Submission

    at = dt.datetime.combine(day, dt.time(23), tzinfo=timezone.get_current_timezone())
    rows = Register.objects.values_list("pk", "meter__premise__customer", "meter__premise")
    owners = {pk: (customer, premise) for pk, customer, premise in rows}
    submissions = Submission.objects.bulk_create(
        [
            Submission(
                kind="meter_reading",
                customer_id=owners[pk][0],
                premise_id=owners[pk][1],
                channel="portal",
                status=status,
                idempotency_key=f"bench-{status}-{pk}",
                received_at=at,
                received_year=at.year,
            )
            for pk in registers
        ],
        batch_size=5_000,
    )
    ReadingSubmission.objects.bulk_create(
        [ReadingSubmission(submission=each) for each in submissions], batch_size=5_000
    )
    SubmittedReading.objects.bulk_create(
        [
            SubmittedReading(
                reading_submission_id=submission.pk,
                register_id=pk,
                reading_date=day,
                value=1,
                check_result="plausibel",
            )
            for submission, pk in zip(submissions, registers, strict=True)
        ],
        batch_size=5_000,
    )


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
