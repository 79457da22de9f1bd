"""Deliveries that were handed in at the demo's utility: one with faults, and one that waits for a release."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from kundenportal.demo.staff import supervisor
from kundenportal.erp.deliveries.taking import PIECE_SIZE, take_upload
from kundenportal.erp.deliveries.worker import work_on_deliveries

Change = Callable[[str, list[str]], list[str]]
"""Gets a file's name and lines, and returns the lines of the delivery that is told of."""


def tell_exchange(delivery: Path, *, now: dt.datetime) -> None:
    """Hand in yesterday's delivery, whose export was cut off in some rows, and this morning's good one.

    Args:
        delivery: the directory of the delivery that the demo's master data came from.
        now: when, aware.

    """
    yesterday, today = now - dt.timedelta(days=1, hours=2), now - dt.timedelta(minutes=40)
    _hand_in(f"lieferung-{yesterday:%Y-%m-%d}.zip", delivery, _cut_off, at=yesterday)
    _hand_in(f"lieferung-{today:%Y-%m-%d}.zip", delivery, _with_news, at=today)


def _hand_in(name: str, delivery: Path, change: Change, *, at: dt.datetime) -> None:
    content = _packed(delivery, change)
    blocks = (content[start : start + PIECE_SIZE] for start in range(0, len(content), PIECE_SIZE))
    take_upload(name=name, blocks=blocks, member=supervisor(), now=at)
    while work_on_deliveries(at + dt.timedelta(seconds=5)):
        pass


def _packed(delivery: Path, change: Change) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(delivery.glob("*.csv")):
            lines = path.read_text(encoding="utf-8").splitlines()
            archive.writestr(path.name, "\n".join(change(path.name, lines)) + "\n")
    return stream.getvalue()


def _cut_off(name: str, lines: list[str]) -> list[str]:
    """Return a file whose rows 12 to 14 have lost their ends; readings are left out."""
    if name != "zaehler.csv":
        return lines[:1] if name == "ablesungen.csv" else lines
    return [line.rpartition(";")[0] if 11 <= place <= 13 else line for place, line in enumerate(lines)]


def _with_news(name: str, lines: list[str]) -> list[str]:
    """Return a file in which the house numbers of three customers got a letter."""
    if name != "kunden.csv":
        return lines
    columns = lines[0].split(";")
    place = columns.index("hausnummer")

    def lettered(line: str) -> str:
        values = line.split(";")
        return ";".join([*values[:place], f"{values[place]}a", *values[place + 1 :]])

    return [lettered(line) if 5 <= number <= 7 else line for number, line in enumerate(lines)]
