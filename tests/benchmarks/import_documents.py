"""How fast documents are imported, beside what the disk can do at best.

``python -m tests.benchmarks.import_documents --documents 10000 --kilobytes 60 [--database postgresql://…]``

In a database of its own it measures, one after the other:

* the floor: every PDF written to a file of its own and put on disk (fsync), one after the other;
* storing: the same PDFs filed as documents that were found good beforehand;
* the checks: looking into every PDF, on all cores;
* the import as a whole, with what the process's memory grew by, and the same delivery once more.

The ratio of the first two is what counts: at least 0.6. Each is of clock time, because a disk is waited for;
they take turns, so that a machine that does other things disturbs both alike.
"""

import argparse
import datetime as dt
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.export_submissions import forget_peak, peak, seconds
from tests.benchmarks.scratch import scratch_portal

AT_A_TIME = 200
HEADER = "dokument;kundennummer;verbrauchsstelle;art;titel;datum;datei\n"


def main() -> None:
    """Measure and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=60, help="of each PDF, most of it as of a picture")
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with scratch_portal(arguments.database) as directory:
        _measure(directory, arguments.documents, arguments.kilobytes)


def _measure(directory: Path, documents: int, kilobytes: int) -> None:
    from kundenportal.erp.inbound.document_import import import_documents
    from kundenportal.erp.inbound.source import open_source
    from tests.benchmarks.import_master_data import QUIET

    delivery = directory / "delivery"
    numbers = make_delivery(delivery, documents, kilobytes)
    now = dt.datetime.now(dt.UTC)
    floor = stored = 0.0
    for number, paths in enumerate(_lots(sorted(delivery.glob("*.pdf")))):
        contents = [path.read_bytes() for path in paths]
        floor += seconds(lambda: _write_raw(directory / "floor", number, contents))  # noqa: B023
        stored += _seconds_to_store(numbers[: len(paths)], contents, number, now)
    checks = _seconds_to_check(delivery, numbers)
    before = forget_peak()
    first = seconds(
        lambda: import_documents(open_source(delivery), is_dry_run=False, now=now, progress=QUIET)
    )
    memory = peak() - before
    again = seconds(
        lambda: import_documents(open_source(delivery), is_dry_run=False, now=now, progress=QUIET)
    )
    print(f"{documents} PDFs of {kilobytes} KB")
    print(f"floor: write and fsync  {floor:6.2f} s  {documents / floor:8,.0f} a second")
    print(f"store as documents      {stored:6.2f} s  {documents / stored:8,.0f} a second")
    print(f"floor / store (>= 0.6)  {floor / stored:6.2f}")
    print(f"checks on all cores     {checks:6.2f} s  {documents / checks:8,.0f} a second")
    print(f"import as a whole       {first:6.2f} s  {documents / first:8,.0f} a second")
    print(f"memory                  {memory:6.1f} MB more")
    print(f"the same once more      {again:6.2f} s  {documents / again:8,.0f} a second")


def make_delivery(directory: Path, documents: int, kilobytes: int) -> list[str]:
    """Write a delivery of one PDF for each customer, and return the customer numbers."""
    from tests.make import make_customer
    from tests.pdfs import make_pdf

    directory.mkdir()
    rows, numbers = [HEADER], []
    noise = random.Random(1).randbytes(kilobytes * 1000).hex()[: kilobytes * 1000]
    for place in range(documents):
        number = make_customer(customer_number=f"{place + 1:07d}/1").customer_number
        lines = [f"Kundennummer {number}", *(f"Zeile {line} der Rechnung {place}" for line in range(60))]
        picture = f"<< /Length {len(noise)} >>\nstream\n{noise}\nendstream"
        (directory / f"{place:06d}.pdf").write_bytes(make_pdf(lines, objects=[picture]))
        rows.append(f"D{place};{number};;rechnung;Rechnung {place};2026-01-20;{place:06d}.pdf\n")
        numbers.append(number)
    (directory / "dokumente.csv").write_text("".join(rows), encoding="utf-8")
    return numbers


def _lots(paths: Sequence[Path]) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), AT_A_TIME):
        yield paths[start : start + AT_A_TIME]


def _write_raw(directory: Path, number: int, contents: Sequence[bytes]) -> None:
    directory.mkdir(exist_ok=True)
    for place, content in enumerate(contents):
        with (directory / f"{number}-{place}").open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())


def _seconds_to_store(numbers: Sequence[str], contents: Sequence[bytes], lot: int, now: dt.datetime) -> float:
    """File contents as documents of some customers, and forget the documents, but not the files."""
    from kundenportal.customers.models import Customer
    from kundenportal.documents.checks import Checked
    from kundenportal.documents.deliveries import Delivered, Described, file_delivered
    from kundenportal.documents.models import Document
    from kundenportal.files.services import storing_many

    customers = list(Customer.objects.filter(customer_number__in=numbers).values_list("pk", flat=True))
    good = Checked(1, has_text=True, names_customer=True)
    day = dt.date(2026, 1, 20)
    delivered = [
        Delivered(
            Described(f"L{lot}-{place}", pk, None, Document.Kind.INVOICE, f"Rechnung {place}", day),
            content,
            good,
        )
        for place, (pk, content) in enumerate(zip(customers, contents, strict=True))
    ]
    with storing_many() as store:
        return seconds(
            lambda: file_delivered(delivered, amended=[], store=store, tell=lambda _ids: None, now=now)
        )


def _seconds_to_check(delivery: Path, numbers: Sequence[str]) -> float:
    from django.conf import settings

    from kundenportal.erp.inbound.document_checker import Job, checking

    def check() -> None:
        with checking(settings.UTILITY.customer_number) as checker:
            for start in range(0, len(numbers), AT_A_TIME):
                jobs = [
                    Job((delivery / f"{place:06d}.pdf").read_bytes(), numbers[place])
                    for place in range(start, min(start + AT_A_TIME, len(numbers)))
                ]
                verdicts = checker.finish(checker.start(jobs))
                assert all(getattr(verdict, "names_customer", False) for verdict in verdicts)

    return seconds(check)


if __name__ == "__main__":
    main()
