"""The rows of ``dokumente.csv``, and to which customers and premises of the portal they belong."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.checks import MAX_SIZE
from kundenportal.documents.deliveries import Described
from kundenportal.documents.models import Document
from kundenportal.erp.inbound.document_report import DocumentReport
from kundenportal.erp.inbound.files import DOCUMENTS
from kundenportal.erp.inbound.plain_rows import read_rows
from kundenportal.erp.inbound.source import Source

_SPEC = replace(DOCUMENTS, finish=None)
_ROWS_AT_A_TIME, _BYTES_AT_A_TIME = 200, 32 * 1024 * 1024
"""What is read, checked and filed together: so much of it is in the memory twice."""


@dataclass(frozen=True)
class DocumentRow:
    """A good row: what it says, and where its file is."""

    line: int
    erp_id: str
    customer_number: str
    premise_erp_id: str
    kind: str
    title: str
    document_date: dt.date
    path: str
    size: int


@dataclass(frozen=True)
class MatchedRow:
    """A row that belongs to a customer of the portal."""

    row: DocumentRow
    described: Described


def chunks_of_rows(source: Source, report: DocumentReport) -> Iterator[list[MatchedRow]]:
    """Yield the good rows of a delivery's list, some at a time, and report the others.

    Args:
        source: the delivery.
        report: where faults and notes go.

    """
    chunk: list[DocumentRow] = []
    size = 0
    for row in _rows(source, report):
        if chunk and (len(chunk) == _ROWS_AT_A_TIME or size + row.size > _BYTES_AT_A_TIME):
            yield _matched(chunk, report)
            chunk, size = [], 0
        chunk.append(row)
        size += row.size
    if chunk:
        yield _matched(chunk, report)


def _rows(source: Source, report: DocumentReport) -> Iterator[DocumentRow]:
    seen: set[str] = set()
    if DOCUMENTS.name not in source:
        report.add(DOCUMENTS.name, 0, "", "", _("Die Datei fehlt."))
        return
    rows = read_rows(
        lambda: source.open(DOCUMENTS.name),
        _SPEC,
        name=DOCUMENTS.name,
        report=report,
        most_rows=source.most_rows,
    )
    for line, values in rows:
        erp_id, number, premise, kind, title, date, path = (str(value or "") for value in values)
        if erp_id in seen:
            report.blame(line, "dokument", erp_id, _("Kommt mehrfach vor."))
        elif path not in source:
            report.blame(line, "datei", path, _("Die Datei fehlt in der Lieferung."))
        elif (size := source.size(path)) > MAX_SIZE:
            told = _("Die Datei hat %(size)d MB; erlaubt sind %(most)d.")
            report.blame(line, "datei", path, told % {"size": size >> 20, "most": MAX_SIZE >> 20})
        else:
            day = dt.date.fromisoformat(date)
            yield DocumentRow(line, erp_id, number, premise, kind, title, day, path, size)
        seen.add(erp_id)


def _matched(rows: Sequence[DocumentRow], report: DocumentReport) -> list[MatchedRow]:
    """Return the rows whose customer and premise the portal knows, also those that ended; two queries."""
    numbers = {row.customer_number for row in rows}
    customers = dict(
        Customer.objects.filter(customer_number__in=numbers).values_list("customer_number", "pk")
    )
    ids = {row.premise_erp_id for row in rows}
    premises = {each.erp_id: each for each in Premise.objects.filter(erp_id__in=ids)}
    matched = []
    for row in rows:
        customer, premise = customers.get(row.customer_number), premises.get(row.premise_erp_id)
        if customer is None:
            report.blame(
                row.line, "kundennummer", row.customer_number, _("Diese Kundennummer gibt es nicht.")
            )
        elif row.premise_erp_id and premise is None:
            report.blame(
                row.line, "verbrauchsstelle", row.premise_erp_id, _("Diese Verbrauchsstelle gibt es nicht.")
            )
        elif premise is not None and premise.customer_id != customer:
            report.blame(
                row.line,
                "verbrauchsstelle",
                row.premise_erp_id,
                _("Gehört nicht zu dieser Kundennummer."),
            )
        else:
            described = Described(
                row.erp_id,
                customer,
                premise.pk if premise else None,
                Document.Kind(row.kind),
                row.title,
                row.document_date,
            )
            matched.append(MatchedRow(row, described))
    return matched
