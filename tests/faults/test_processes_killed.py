"""Web server and job runner are killed while customers send: what was acknowledged is there, once."""

import datetime as dt
import http.client
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.mailing.delivery import LEASE, send_due_mails
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import SubmittedReading
from kundenportal.submissions.models import Submission
from tests.faults.processes import (
    Service,
    environment_of_services,
    post_until_answered,
    wait_for_sign_of_life,
    wait_until_healthy,
)
from tests.mailing.sink import Sink, running_sink
from tests.make import make_customer, make_premise, make_reading, make_register, make_user
from tests.personas import sign_in
from tests.ports import free_port

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

CUSTOMERS = 200
CUSTOMERS_AT_ONCE = 4
KILLS = 6


class Sender(NamedTuple):
    """A signed-in customer with one meter to read."""

    session: str
    page: str
    field: str


class Portal(NamedTuple):
    """The running services and the mail server behind them."""

    port: int
    web: Service
    jobs: Service
    sink: Sink


@pytest.fixture
def portal(settings: Settings) -> Iterator[Portal]:
    """The portal as in production: a web server, a job runner, a mail server."""
    with running_sink() as sink:
        settings.SMTP_URL = f"smtp://127.0.0.1:{sink.port}"
        port = free_port()
        environment = environment_of_services(port=port, smtp_url=settings.SMTP_URL)
        web = Service("serve", "--port", str(port), "--workers", "1", environment=environment)
        jobs = Service("run_jobs", environment=environment)
        try:
            web.start()
            jobs.start()
            yield Portal(port, web, jobs, sink)
        finally:
            web.kill()
            jobs.kill()


def make_sender(number: int) -> Sender:
    customer = make_customer()
    premise = make_premise(customer)
    register = make_register(premise)
    make_reading(register, dt.datetime.now(dt.UTC).date() - dt.timedelta(days=365), Decimal(10_000))
    session = sign_in(Client(), make_user(customer, email=f"kunde{number}@beispiel.de"))
    return Sender(session, f"/vs/{premise.public_id}/zaehlerstaende/", f"stand-{register.pk}")


def send_reading(port: int, sender: Sender) -> str:
    """Enter, check and send a reading; return the reference that the portal acknowledged it with."""
    check = post_until_answered(port, sender.page, session=sender.session, **{sender.field: "12500"})
    sent = post_until_answered(port, check, session=sender.session)
    assert "/gesendet/" in sent, sent
    return sent.rstrip("/").rpartition("/")[2]


def kill_in_turn(portal: Portal, answers: list[Future[str]]) -> None:
    """Kill web server and job runner by turns, start them again, and let the customers finish."""
    chance = random.Random(20261122)
    for kill in range(KILLS):
        enough = CUSTOMERS * (kill + 1) // (KILLS + 2)
        while sum(answer.done() and not answer.exception() for answer in answers) < enough:
            assert not any(answer.done() and answer.exception() for answer in answers)
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        service = portal.web if kill % 2 == 0 else portal.jobs
        service.kill()
        service.start()


def test_acknowledged_readings_are_stored_and_mailed_once_although_processes_are_killed(
    portal: Portal,
) -> None:
    senders = [make_sender(number) for number in range(CUSTOMERS)]

    customers = ThreadPoolExecutor(CUSTOMERS_AT_ONCE)
    answers = [customers.submit(send_reading, portal.port, sender) for sender in senders]
    try:
        kill_in_turn(portal, answers)
        acknowledged = [answer.result() for answer in answers]
    finally:
        customers.shutdown(cancel_futures=True)
    wait_for_sign_of_life(portal.jobs)
    assert portal.jobs.stop() == 0
    # What a killed job runner had claimed comes due again when its lease ends.
    while send_due_mails(dt.datetime.now(dt.UTC) + LEASE):
        pass

    stored = [submission.reference for submission in Submission.objects.all()]
    assert Counter(stored) == Counter(acknowledged)
    assert len(set(stored)) == CUSTOMERS
    assert SubmittedReading.objects.count() == CUSTOMERS
    assert AuditEntry.objects.filter(action="reading.submitted").count() == CUSTOMERS
    mails = OutgoingMail.objects.filter(kind="reading_received")
    assert set(mails.values_list("status", flat=True)) == {OutgoingMail.Status.SENT}
    assert set(portal.sink.message_ids) == set(mails.values_list("message_id", flat=True))
    assert len(mails) == CUSTOMERS
    # Between sending and noting it down a kill repeats a mail, with the same Message-ID.
    assert len(portal.sink.messages) - CUSTOMERS <= KILLS // 2


def test_a_killed_worker_is_replaced_and_the_server_ends_when_told_to(portal: Portal) -> None:
    wait_until_healthy(portal.port)

    assert portal.web.kill_children() >= 1
    wait_until_healthy(portal.port)

    assert portal.web.stop() == 0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connections that others can end")
def test_the_web_server_recovers_when_the_database_was_restarted(portal: Portal) -> None:
    wait_until_healthy(portal.port)
    assert database_is_reached(portal.port)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.rowcount >= 1

    # The one that is ended while it is asked may fail; the ones after it get connections that work.
    assert any(database_is_reached(portal.port) for _ in range(3))


def database_is_reached(port: int) -> bool:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    server.request("GET", "/readyz")
    answer = json.loads(server.getresponse().read())
    server.close()
    return bool(answer["database"] == "ok")
