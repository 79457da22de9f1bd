"""How fast submissions are exported, beside what the database can do at best.

``python -m tests.benchmarks.export_submissions --submissions 100000 [--database postgresql://…]``

In a database of its own it measures, one after the other:

* giving all submissions to a batch and writing it, with what the process's memory grew by;
* the floor: the batch's bare rows in the same order to a file, by COPY on PostgreSQL, by a cursor and a CSV
  writer on SQLite;
* writing the batch again.

The ratio of the last two is what counts. Each is the best of five, because a machine that does other things
as well only ever makes a clock show more.
"""

import argparse
import csv
import datetime as dt
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.scratch import scratch_portal

TIMES = 5

FLOOR = """
    SELECT s.received_year, s.id, s.received_at, c.customer_number, p.erp_id, m.meter_number, g.code,
           r.reading_date, r.value, r.check_result, r.reason, r.remark
    FROM metering_submittedreading r
    JOIN submissions_submission s ON s.id = r.reading_submission_id
    JOIN customers_customer c ON c.id = s.customer_id
    JOIN customers_premise p ON p.id = s.premise_id
    JOIN metering_register g ON g.id = r.register_id
    JOIN metering_meter m ON m.id = g.meter_id
    WHERE s.batch_id = 1 AND r.replaced_by_id IS NULL
    ORDER BY s.id, r.id
"""


def main() -> None:
    """Measure and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--submissions", type=int, default=100_000)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database) as directory:
        _measure(directory, arguments.submissions)


def _measure(directory: Path, submissions: int) -> None:
    from kundenportal.erp.outbound.export import export_submissions, repeat_batch

    _fill(submissions)
    now = dt.datetime.now(dt.UTC)
    before = forget_peak()
    first = seconds(lambda: export_submissions(directory / "out", file_format="csv", now=now))
    memory = peak() - before
    floor = min(seconds(lambda: _copy(directory / "floor.csv")) for _ in range(TIMES))
    again = min(
        seconds(lambda: repeat_batch(1, directory / f"again-{number}", now=now))  # noqa: B023
        for number in range(TIMES)
    )
    print(f"assign and write       {first:6.2f} s  {submissions / first:,.0f} submissions a second")
    print(f"memory (<= 20 MB)      {memory:6.1f} MB more")
    print(f"write again            {again:6.2f} s")
    print(f"floor                  {floor:6.2f} s")
    print(f"floor / again (>= 0.35){floor / again:6.2f}")


def _fill(submissions: int) -> None:
    """Store submissions of one reading each, ten for each register."""
    from django.db import connection

    from kundenportal.metering.models import ReadingSubmission, SubmittedReading
    from kundenportal.submissions.models import Submission
    from tests.make import NOW, TODAY, make_premise, make_register

    registers = [make_register(make_premise()) for _ in range(max(1, submissions // 10))]
    for start in range(0, submissions, 10_000):
        part = [
            registers[number % len(registers)] for number in range(start, min(start + 10_000, submissions))
        ]
        made = Submission.objects.bulk_create(
            Submission(
                kind=Submission.Kind.METER_READING,
                customer_id=register.meter.premise.customer_id,
                premise_id=register.meter.premise_id,
                channel=Submission.Channel.PORTAL,
                idempotency_key=f"{start}-{number}",
                received_at=NOW,
                received_year=2026,
            )
            for number, register in enumerate(part)
        )
        ReadingSubmission.objects.bulk_create(ReadingSubmission(submission=each) for each in made)
        SubmittedReading.objects.bulk_create(
            SubmittedReading(
                reading_submission_id=each.pk,
                register=register,
                reading_date=TODAY,
                value=24318 + number,
                check_result="plausibel",
                remark="Zähler hängt im Keller" if number % 5 == 0 else "",
            )
            for number, (each, register) in enumerate(zip(made, part, strict=True))
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(path: Path) -> None:
    """Write the floor's file and put it on disk."""
    from django.db import connection

    with path.open("wb") as stream, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY ({FLOOR}) TO STDOUT (FORMAT csv, DELIMITER ';')") as copy:
                for block in copy:
                    stream.write(block)
        else:
            with path.open("w", newline="", encoding="utf-8") as text:
                csv.writer(text, delimiter=";", lineterminator="\n").writerows(
                    cursor.connection.execute(FLOOR)
                )
        stream.flush()
        os.fsync(stream.fileno())


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget_peak() -> float:
    """Let the process's peak of memory be what it uses now, and return that in MB."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
