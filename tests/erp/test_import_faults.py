"""What an import leaves behind when it is disturbed, and whom it disturbs."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer, Premise
from kundenportal.erp.inbound import merge_customers
from kundenportal.erp.inbound.import_run import import_master_data
from kundenportal.erp.inbound.source import open_source
from kundenportal.erp.progress import progress_on
from kundenportal.metering.models import Meter, MeterReading, Register
from tests.erp.deliveries import run_import, two_customers, write_delivery
from tests.make import NOW, make_customer


class Disturbance(Exception):
    """Stands for whatever ends an import in the middle."""


def fail_at(number: int) -> Callable[..., Any]:
    """Return a wrapper of statements that lets so many pass and fails at the next."""
    remaining = number

    def execute(run: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal remaining
        remaining -= 1
        if remaining == -1:
            raise Disturbance
        return run(*arguments)

    return execute


def state() -> list[list[dict[str, Any]]]:
    models = (Customer, Premise, Meter, Register, MeterReading, AuditEntry)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.mark.django_db
def test_an_import_that_fails_at_any_statement_leaves_nothing_behind(tmp_path):
    run_import(write_delivery(tmp_path / "d"))
    files = two_customers(kunden={"name": "Neumann"}, zaehler={"einbau": "2016-05-01"})
    del files["ablesungen.csv"][1]
    changed = write_delivery(tmp_path / "changed", files)
    before = state()

    failed_at = 0
    while AuditEntry.objects.count() == 1:
        assert state() == before
        failed_at += 1 if connection.vendor == "sqlite" else 5
        with suppress(Disturbance), connection.execute_wrapper(fail_at(failed_at)):
            run_import(changed)

    assert failed_at > 50
    assert Customer.objects.filter(last_name="Neumann").exists()
    assert MeterReading.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_portal_can_write_while_a_delivery_is_read(tmp_path):
    written = []

    def write_in_another_session() -> None:
        written.append(make_customer().pk)
        connection.close()

    def progress(name: str, _done: int, _size: int) -> None:
        if not name.endswith(".csv"):
            return
        with ThreadPoolExecutor(max_workers=1) as other:
            other.submit(write_in_another_session).result()

    report = import_master_data(
        open_source(write_delivery(tmp_path / "d")),
        is_dry_run=False,
        allow_loss=False,
        now=NOW,
        progress=progress,
    )

    assert not report.is_refused
    assert len(written) == 6
    assert Customer.objects.filter(pk__in=written, ended_at=None).count() == 6


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_import_left_in_the_data_directory_goes_with_the_next(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    left_behind = settings.DATA_DIR / "import-tables-killed"
    left_behind.mkdir(parents=True)
    (left_behind / "tables.sqlite3").write_bytes(b"customers")

    run_import(write_delivery(tmp_path / "d"))

    left = [path.name for path in settings.DATA_DIR.glob("import-tables-*")]
    assert left == ([] if connection.vendor == "sqlite" else ["import-tables-killed"])
    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_a_public_id_that_is_taken_is_drawn_again(tmp_path, monkeypatch):
    from kundenportal.erp.inbound import staged_rows  # noqa: PLC0415

    again = iter(["AAAAAAA", "BBBBBBB", "CCCCCCC", "DDDDDDD"])
    monkeypatch.setattr(staged_rows, "new_public_id", lambda: "AAAAAAA")
    monkeypatch.setattr(merge_customers, "new_public_id", lambda: next(again))

    report = run_import(write_delivery(tmp_path / "d"))

    assert not report.is_refused
    assert Premise.objects.values("public_id").distinct().count() == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only():
    terminal, file = Terminal(), io.StringIO()

    for stream in (terminal, file):
        show = progress_on(stream)
        show("kunden.csv", 50, 100)
        show("kunden.csv", 51, 100)
        show("kunden.csv", 100, 100)
        show("leer.csv", 0, 0)

    assert terminal.getvalue() == "\rkunden.csv:  50 %\rkunden.csv: 100 %\n\rleer.csv: 100 %\n"
    assert file.getvalue() == ""
