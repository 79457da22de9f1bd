"""Ready tables: staged rows with what they refer to found, and the checks that refuse some of them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.releases import Release
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.scan import REJECTED, Scan


@dataclass(frozen=True)
class Merge:
    """What all steps of a merge share.

    Attributes:
        scans: what reading each delivered file brought, by file name; a file that is not there has none.
        report: where faults and changes go.
        now: when, aware.
        released: who let the delivery in, if somebody did.

    """

    scans: Mapping[str, Scan]
    report: Report
    now: dt.datetime
    released: Release | None = None


@dataclass(frozen=True)
class Ready:
    """The ready table of one file.

    ``key`` is the column that holds what other files call a row, for ``FileSpec.key``.
    """

    spec: FileSpec
    key: str

    @property
    def table(self) -> str:
        """The name of the ready table."""
        return f"ready_{self.spec.stem}"

    @property
    def gone(self) -> str:
        """The name of the gone table."""
        return gone_table(self.spec)

    def create(self, query: str) -> None:
        """Make the table from a query that yields each staged line at least once."""
        staging.create_table_as(self.table, query)

    def drop_rows(self, condition: str) -> int:
        """Drop the rows that meet a condition; return how many."""
        return staging.execute(f"DELETE FROM {self.table} WHERE {condition}")  # noqa: S608


def gone_table(spec: FileSpec) -> str:
    """Return the name of the table of a file's unconfirmed hashes."""
    return f"gone_{spec.stem}"


def refuse_rows(merge: Merge, ready: Ready, condition: str, *, column: str, value: str, reason: str) -> None:
    """Report the ready rows that meet a condition, and take them out.

    Args:
        merge: the merge.
        ready: the rows' table.
        condition: an SQL condition on it.
        column: the column of the file the fault is told beside.
        value: the SQL expression of the wrong value.
        reason: the German sentence.

    """
    file, report = ready.spec.name, merge.report
    count = staging.fetch_number(f"SELECT COUNT(DISTINCT line) FROM {ready.table} WHERE {condition}")  # noqa: S608
    if not count:
        return
    wrong_rows = f"SELECT DISTINCT line, {value} FROM {ready.table} WHERE {condition}"  # noqa: S608
    found = staging.fetch(f"{wrong_rows} ORDER BY line LIMIT {report.room(file)}")
    for line, wrong in found:
        report.add(file, line, column, wrong, reason)
    report.count_more(file, count - len(found))
    _reject(ready, condition)


def refuse_unknown(
    merge: Merge,
    ready: Ready,
    missing: str,
    *,
    parent: FileSpec,
    reference: str,
    column: str,
    value: str = "",
    reason: str = "",
) -> None:
    """Refuse the ready rows that refer to something the delivery does not have.

    Rows that refer to a refused row, or to a file that could not be read whole, are taken out silently:
    there is one fault, not two.

    Args:
        merge: the merge.
        ready: the rows' table.
        missing: the SQL condition that the row referred to was not found.
        parent: the file it should be in.
        reference: the SQL expression of the key it has there.
        column: the column the fault is told beside.
        value: the SQL expression of the value told; the reference when empty.
        reason: the German sentence; when empty, that it is not in the other file.

    """
    told = reason or _("Steht nicht in %(file)s.") % {"file": parent.name}
    if parent.name in merge.scans and merge.scans[parent.name].is_complete:
        refuse_rows(
            merge,
            ready,
            f"{missing} AND {reference} NOT IN (SELECT key FROM {REJECTED} WHERE file = '{parent.name}')",  # noqa: S608
            column=column,
            value=value or reference,
            reason=told,
        )
    _reject(ready, missing)


def _reject(ready: Ready, condition: str) -> None:
    """Take out rows, and remember their keys so that nothing is blamed for referring to them."""
    staging.execute(
        f"INSERT INTO {REJECTED} (file, key) SELECT '{ready.spec.name}', {ready.key} FROM {ready.table}"  # noqa: S608
        f" WHERE {condition}"
    )
    ready.drop_rows(condition)


def refuse_duplicates(merge: Merge, ready: Ready, identity: str, *, column: str, value: str) -> None:
    """Refuse the ready rows whose identity another row of the file has: the second and those after it.

    Args:
        merge: the merge.
        ready: the rows' table.
        identity: the SQL columns that make a row's identity.
        column: the column the fault is told beside.
        value: the SQL expression of the value shown.

    """
    reason = _("Doppelt: Dieser Schlüssel kommt in der Datei schon vor.")
    repeated = f"SELECT 1 FROM {ready.table} GROUP BY {identity} HAVING COUNT(*) > 1"  # noqa: S608
    if staging.fetch_number(f"SELECT COUNT(*) FROM ({repeated}) AS repeated"):  # noqa: S608
        place = f"ROW_NUMBER() OVER (PARTITION BY {identity} ORDER BY line) AS place"
        numbered = f"SELECT line, {place} FROM {ready.table}"  # noqa: S608
        condition = f"line IN (SELECT line FROM ({numbered}) AS numbered WHERE place > 1)"  # noqa: S608
        refuse_rows(merge, ready, condition, column=column, value=value, reason=reason)
    # A row made in the portal has no hash; SQL calls NULL NOT IN an empty list true.
    confirmed_twin = (
        f"is_live AND old_hash IS NOT NULL AND old_hash NOT IN (SELECT row_hash FROM {ready.gone})"  # noqa: S608
    )
    refuse_rows(merge, ready, confirmed_twin, column=column, value=value, reason=reason)
