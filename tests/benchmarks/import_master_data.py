"""How fast master data is imported, beside what the database can do at best.

``python -m tests.benchmarks.import_master_data --customers 100000 [--database postgresql://…]``

In a database of its own it measures, one after the other:

* the first import of a generated delivery, with the process's memory;
* the import of the same delivery again, and with 5 % of the customers changed;
* the floor: a hand-written bulk load of the very rows that were imported, ready and typed, into the same
  tables with the same indexes (COPY on PostgreSQL, ``executemany`` on SQLite, then INSERT … SELECT);
* the bare reading: COPY of the delivery's files into tables of text (PostgreSQL only).

The ratios are what counts. They are of CPU seconds, of this process and of the database's, because a
machine that does other things as well makes a clock useless.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

QUIET: Callable[[str, int, int], None] = lambda _name, _done, _size: None  # noqa: E731

FLOOR = (
    # Table, its columns with what its foreign keys are found by, where these come from, and how they are found.
    ("customers_customer", "t.*", "FROM customers_customer t", "FROM floor"),
    (
        "addresses_billingaddress",
        "t.*, c.customer_number",
        "FROM addresses_billingaddress t JOIN customers_customer c ON c.id = t.customer_id",
        "FROM floor JOIN customers_customer c USING (customer_number)",
    ),
    (
        "banking_bankaccount",
        "t.*, c.customer_number",
        "FROM banking_bankaccount t JOIN customers_customer c ON c.id = t.customer_id",
        "FROM floor JOIN customers_customer c USING (customer_number)",
    ),
    (
        "customers_premise",
        "t.*, c.customer_number",
        "FROM customers_premise t JOIN customers_customer c ON c.id = t.customer_id",
        "FROM floor JOIN customers_customer c USING (customer_number)",
    ),
    (
        "customers_searchword",
        "t.*, c.customer_number",
        "FROM customers_searchword t JOIN customers_customer c ON c.id = t.customer_id",
        "FROM floor JOIN customers_customer c USING (customer_number)",
    ),
    (
        "metering_meter",
        "t.*, p.erp_id",
        "FROM metering_meter t JOIN customers_premise p ON p.id = t.premise_id",
        "FROM floor JOIN customers_premise p USING (erp_id)",
    ),
    (
        "metering_register",
        "t.*, m.meter_number",
        "FROM metering_register t JOIN metering_meter m ON m.id = t.meter_id",
        "FROM floor JOIN metering_meter m USING (meter_number)",
    ),
    (
        "metering_meterreading",
        "t.*, m.meter_number, g.code",
        """
        FROM metering_meterreading t JOIN metering_register g ON g.id = t.register_id
        JOIN metering_meter m ON m.id = g.meter_id
        """,
        """
        FROM floor JOIN metering_meter m USING (meter_number)
        JOIN metering_register g ON g.meter_id = m.id AND g.code = floor.code
        """,
    ),
    (
        "advance_payments_advancepayment",
        "t.*, p.erp_id",
        "FROM advance_payments_advancepayment t JOIN customers_premise p ON p.id = t.premise_id",
        "FROM floor JOIN customers_premise p USING (erp_id)",
    ),
)
PARENTS = {"customer_id": "c.id", "premise_id": "p.id", "meter_id": "m.id", "register_id": "g.id"}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = arguments.database
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        with scratch_database():
            _measure(Path(directory), arguments.customers)


@contextmanager
def scratch_database() -> Iterator[None]:
    """Create an empty database with the portal's tables, as durable as in production, and drop it."""
    from django.db import connection

    connection.settings_dict["OPTIONS"].pop("init_command", None)
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] = (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;"
        )
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _measure(directory: Path, customers: int) -> None:
    from tests.benchmarks.make_delivery import write_delivery

    delivery, changed = directory / "delivery", directory / "changed"
    rows = sum(write_delivery(delivery, customers=customers).values())
    write_delivery(changed, customers=customers, changed_percent=5)
    _line("rows", rows)
    first = _timed("first import", lambda: _import(delivery), rows)
    _line("memory (MB)", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    again = _timed("unchanged import", lambda: _import(delivery), rows)
    few = _timed("5 % of customers changed", lambda: _import(changed), rows)
    floor = _floor(rows)
    bare = _bare_copy(delivery, rows)
    _line("first import / floor (>= 0.5)", round(floor / first, 2))
    _line("first / unchanged (>= 5)", round(first / again, 1))
    _line("first / 5 % changed (>= 3)", round(first / few, 1))
    if bare:
        _line("unchanged import / COPY (>= 0.5)", round(bare / again, 2))


def _import(path: Path) -> None:
    from django.utils import timezone

    from kundenportal.erp.inbound.import_run import import_master_data
    from kundenportal.erp.inbound.source import open_source

    report = import_master_data(
        open_source(path), is_dry_run=False, allow_loss=False, now=timezone.now(), progress=QUIET
    )
    if report.is_refused:
        sys.exit(report.as_text())


def _floor(rows: int) -> float:
    """Load the imported rows again by hand and return the seconds that took."""
    from django.db import connection

    ready = [_take_out(*step[:3]) for step in FLOOR]
    with connection.cursor() as cursor:
        for table, *_rest in reversed(FLOOR):
            if connection.vendor == "postgresql":
                cursor.execute(f"TRUNCATE {table} CASCADE")
            else:
                cursor.execute(f"DELETE FROM {table}")
    return _timed(
        "floor: the same rows by hand",
        lambda: [_load(step[0], step[3], *taken) for step, taken in zip(FLOOR, ready, strict=True)],
        rows,
    )


Taken = tuple[list[str], list[str], bytes | list[tuple[object, ...]]]


def _take_out(table: str, columns: str, source: str) -> Taken:
    """Return a table's columns, those of its ready rows, and these: a COPY's bytes, or a list on SQLite."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t.* FROM {table} t LIMIT 0")
        own = [column[0] for column in cursor.description]
        cursor.execute(f"SELECT {columns} {source} LIMIT 0")
        names = [column[0] for column in cursor.description]
        query = f"SELECT {columns} {source} ORDER BY t.{own[0]}"
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
                return own, names, b"".join(bytes(block) for block in copy)
        cursor.execute(query)
        return own, names, list(cursor.fetchall())


def _load(table: str, source: str, own: list[str], names: list[str], rows: object) -> None:
    """Put ready rows into a temporary table in bulk, then into their own with one statement."""
    from django.db import connection, transaction

    extra = [f"{name} text" for name in names[len(own) :]]
    written = [column for column in own if column != "id"]
    values = [PARENTS.get(column, f"floor.{column}") for column in written]
    if table == "banking_bankaccount":
        values[written.index("premise_id")] = "floor.premise_id"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS floor")
        cursor.execute(f"CREATE TEMPORARY TABLE floor AS SELECT * FROM {table} LIMIT 0")
        for column in extra:
            cursor.execute(f"ALTER TABLE floor ADD COLUMN {column}")
        if isinstance(rows, bytes):
            with cursor.copy("COPY floor FROM STDIN") as copy:
                copy.write(rows)
            cursor.execute("ANALYZE floor")
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO floor VALUES ({marks})", rows)
        cursor.execute(f"INSERT INTO {table} ({', '.join(written)}) SELECT {', '.join(values)} {source}")


def _bare_copy(delivery: Path, rows: int) -> float:
    """Return the seconds COPY takes to read the delivery's files into tables of text; 0 on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0

    def copy_files() -> None:
        with connection.cursor() as cursor:
            for path in delivery.glob("*.csv"):
                names = path.read_text(encoding="utf-8").partition("\n")[0].split(";")
                cursor.execute("DROP TABLE IF EXISTS bare")
                cursor.execute(f"CREATE TEMPORARY TABLE bare ({', '.join(f'{name} text' for name in names)})")
                with cursor.copy("COPY bare FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)") as copy:
                    copy.write(path.read_bytes())

    return _timed("COPY of the files", copy_files, rows)


def _timed(name: str, action: Callable[[], object], rows: int) -> float:
    """Run something; print its seconds by the clock and return those of CPU it took, here and in the server."""
    start, start_cpu = time.perf_counter(), _cpu_seconds()
    action()
    seconds, cpu = time.perf_counter() - start, _cpu_seconds() - start_cpu
    print(f"{name:34} {seconds:7.1f} s {cpu:7.1f} CPU s {rows / cpu / 1000:7.1f} k rows/CPU s", flush=True)
    return cpu


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and of its PostgreSQL backend, which is on the same machine."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        fields = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _line(name: str, value: object) -> None:
    print(f"{name:34} {value!s:>8}", flush=True)


if __name__ == "__main__":
    main()
