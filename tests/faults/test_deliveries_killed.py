"""Killing the exchange at every step: each delivery is imported once, and each submission leaves once."""

from collections import Counter
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.erp.exchange import run_exchange
from kundenportal.erp.models import Delivery
from tests.erp.deliveries import two_customers
from tests.erp.uploads import later, packed, put_in_inbox
from tests.faults.stopping import (
    FINISHED,
    Stop,
    in_child,
    killed,
    status_of,
    stopping_at,
)
from tests.faults.test_export_killed import written_once
from tests.make import make_reading_submission

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

MOST_STEPS = 2000
STRIDE = 41
"""Every so many steps are tried: the steps are many, and a whole delivery is imported for each."""


def database_full() -> None:
    raise OperationalError("database or disk is full")


def exchange() -> None:
    moment = later()
    while run_exchange(moment):
        pass


def exchange_stopped_at(step: int, stop: Stop) -> None:
    with stopping_at(step, stop):
        exchange()


def settle() -> None:
    """Let a next process do what is left, after the waits between tries are over."""
    exchange()
    while Delivery.objects.filter(filed_at=None).exists():
        Delivery.objects.filter(ended_at=None).update(due_at=later(minutes=0))
        exchange()


@pytest.mark.parametrize("stop", [killed, database_full])
def test_an_exchange_stopped_at_any_step_is_made_good_by_the_next(
    stop: Stop, tmp_path: Path, settings: Settings
) -> None:
    inbox, outbox = tmp_path / "inbox", tmp_path / "outbox"
    inbox.mkdir()
    settings.INBOX_DIR, settings.OUTBOX_DIR = str(inbox), str(outbox)
    settings.IMPORT_RELEASE = "automatic"
    deliveries = 0
    for step in range(1, MOST_STEPS, STRIDE):
        deliveries += 1
        make_reading_submission()
        changed = two_customers(kunden={"telefon": str(step), "kontoinhaber": "Michael Bauer"})
        put_in_inbox(inbox / "lieferung.zip", packed(changed))
        status = status_of(in_child(lambda: exchange_stopped_at(step, stop)))  # noqa: B023
        is_done = Delivery.objects.exclude(filed_at=None).count() == deliveries
        settle()
        assert Customer.objects.get(customer_number="0012345/1").phone == str(step)
        if status == FINISHED and is_done:
            break
    assert 5 * STRIDE < step < MOST_STEPS - STRIDE
    assert [(each.status, each.filed_at is not None) for each in Delivery.objects.all()] == [
        ("imported", True)
    ] * deliveries
    assert len(list((inbox / "done").glob("*.zip"))) == deliveries
    assert not list((inbox / "working").iterdir())
    imported = Counter(
        AuditEntry.objects.filter(action="delivery.imported").values_list("subject", flat=True)
    )
    assert set(imported.values()) == {1}
    assert AuditEntry.objects.filter(action="erp.master_data_imported").count() == deliveries
    exchange()
    assert written_once(outbox)


def test_several_runners_at_once_do_each_thing_once(tmp_path: Path, settings: Settings) -> None:
    inbox, outbox = tmp_path / "inbox", tmp_path / "outbox"
    inbox.mkdir()
    settings.INBOX_DIR, settings.OUTBOX_DIR = str(inbox), str(outbox)
    settings.IMPORT_RELEASE = "automatic"
    make_reading_submission()
    for number in range(3):
        put_in_inbox(inbox / f"{number}.zip", packed(two_customers(kunden={"telefon": str(number)})))
    assert [status_of(child) for child in [in_child(exchange) for _ in range(4)]] == [FINISHED] * 4
    settle()
    assert sorted(Delivery.objects.values_list("name", "status")) == [
        (f"{number}.zip", "imported") for number in range(3)
    ]
    assert AuditEntry.objects.filter(action="erp.master_data_imported").count() == 3
    assert [each.name for each in outbox.iterdir()] == ["batch-000001"]
