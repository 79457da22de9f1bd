"""Stopping an import of documents at every step: what is there is whole, and running it again completes it."""

from pathlib import Path

import pytest

from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.erp.inbound import document_rows
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.mailing.models import OutgoingMail
from tests.erp.document_deliveries import NUMBER, OTHER, bill, counts, row, run, write_documents
from tests.faults.stopping import (
    FINISHED,
    Stop,
    disk_full,
    in_child,
    interrupted,
    killed,
    status_of,
    stopping_at,
)
from tests.make import make_customer, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault]

MOST_STEPS = 200


@pytest.fixture
def customer() -> Customer:
    customer = make_customer(customer_number=NUMBER)
    make_user(customer)
    return customer


@pytest.fixture
def delivery(customer: Customer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three documents that are filed in two lots; the last one does not name its customer."""
    monkeypatch.setattr(document_rows, "_ROWS_AT_A_TIME", 2)
    return write_documents(tmp_path / "d", row(1), row(2), row(3), files={"pdf/3.pdf": bill(OTHER)})


def import_stopped_at(step: int, stop: Stop, delivery: Path) -> None:
    with stopping_at(step, stop):
        run(delivery)


def assert_whole() -> int:
    """Fail when anything is half there; return how many documents are."""
    visible, waiting = list(Document.objects.select_related("file")), list(QuarantinedDocument.objects.all())
    for each in visible:
        assert each.file is not None
        assert read_file(each.file) == bill(NUMBER, each.title)
    assert OutgoingMail.objects.count() == bool(visible)
    assert StoredFile.objects.count() == len(visible) + len(waiting)
    return len(visible) + len(waiting)


@pytest.mark.parametrize("stop", [killed, interrupted, disk_full])
def test_an_import_stopped_at_any_step_is_completed_by_the_next(stop: Stop, delivery: Path) -> None:
    seen = set()
    for step in range(1, MOST_STEPS):
        status = status_of(in_child(lambda: import_stopped_at(step, stop, delivery)))  # noqa: B023
        seen.add(there := assert_whole())
        # A fault in reading the delivery is one of its rows, and the import goes on.
        if status == FINISHED and there == 3:
            break

    assert seen >= {0, 2, 3}
    if stop is not disk_full:
        assert 1 not in seen
    assert 10 < step < MOST_STEPS - 1
    assert counts(run(delivery)) == {"unchanged": 2, "waiting": 1}
    assert assert_whole() == 3
