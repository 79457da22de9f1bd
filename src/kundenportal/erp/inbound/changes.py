"""Bringing a table of the portal to what a delivery says, in a handful of statements for any number of rows.

The rows to bring are in a *ready* table: those staged, with the rows they refer to found, and ``target_id``,
``old_hash`` and ``is_live`` of the portal's row with the same identity, if it has one. The hashes of the
portal's rows that were not confirmed are in a *gone* table; those not found again have ended.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from kundenportal.erp.inbound import staging
from kundenportal.erp.inbound.report import Changes


@dataclass(frozen=True)
class Target:
    """A table of the portal and where its rows come from.

    Attributes:
        table: the portal's table.
        ready: the ready table.
        gone: the gone table.
        columns: from the portal's columns to those of the ready table.
        only_new: likewise, for columns that are written once and never again.
        ends: whether rows end (``ended_at``) or are removed.

    """

    table: str
    ready: str
    gone: str
    columns: Mapping[str, str]
    only_new: Mapping[str, str]
    ends: bool


def apply_changes(target: Target, *, now: dt.datetime) -> Changes:
    """Insert, update and end rows; return how many.

    Args:
        target: what to bring where.
        now: when rows end, aware.

    """
    new, changed, unchanged = _count(target)
    if staging.fetch_number(f"SELECT COUNT(target_id) FROM {target.ready}"):  # noqa: S608
        _update(target)
    if new:
        _insert(target)
    return Changes(new=new, changed=changed, ended=_end(target, now), unchanged=unchanged)


def _count(target: Target) -> tuple[int, int, int]:
    new = "target_id IS NULL OR NOT is_live"
    same = "target_id IS NOT NULL AND is_live AND old_hash = row_hash"
    row = staging.fetch(
        f"SELECT COUNT(*), COUNT(*) FILTER (WHERE {new}), COUNT(*) FILTER (WHERE {same}) FROM {target.ready}"  # noqa: S608
    )[0]
    return row[1], row[0] - row[1] - row[2], row[2]


def _update(target: Target) -> None:
    settings = [f"{column} = r.{source}" for column, source in target.columns.items()]
    settings.append("row_hash = r.row_hash")
    if target.ends:
        settings.append("ended_at = NULL")
    staging.execute(
        f"UPDATE {target.table} AS t SET {', '.join(settings)} FROM {target.ready} r"  # noqa: S608
        " WHERE t.id = r.target_id AND (NOT r.is_live OR r.old_hash IS NULL OR r.old_hash <> r.row_hash)"
    )


def _insert(target: Target) -> None:
    columns = {**target.columns, **target.only_new, "row_hash": "row_hash"}
    staging.execute(
        f"INSERT INTO {target.table} ({', '.join(columns)})"  # noqa: S608
        f" SELECT {', '.join(columns.values())} FROM {target.ready} WHERE target_id IS NULL ORDER BY line"
    )


def _end(target: Target, now: dt.datetime) -> int:
    if not staging.fetch_number(f"SELECT COUNT(*) FROM {target.gone}"):  # noqa: S608
        return 0
    is_gone = (
        f"row_hash IN (SELECT row_hash FROM {target.gone})"  # noqa: S608
        f" AND id NOT IN (SELECT target_id FROM {target.ready} WHERE target_id IS NOT NULL)"
    )
    if target.ends:
        at = connection.ops.adapt_datetimefield_value(now)
        return staging.execute(
            f"UPDATE {target.table} SET ended_at = %s WHERE ended_at IS NULL AND {is_gone}",  # noqa: S608
            [at],
        )
    return staging.execute(f"DELETE FROM {target.table} WHERE {is_gone}")  # noqa: S608
