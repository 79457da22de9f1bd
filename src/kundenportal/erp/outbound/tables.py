"""What every kind of submission has in common on its way out: a table with a name, columns and rows."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from kundenportal.submissions.models import ExportBatch, Submission

SPINE_COLUMNS = ("vorgang", "eingegangen", "kundennummer", "verbrauchsstelle")
"""Every row of every table begins with these (interfaces.md, "Submissions")."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """The file of one kind of submission.

    ``rows`` yields a batch's rows as texts in the order of ``columns``, never holding all of them; its
    second argument is the decimal mark of the file's format. ``masked`` makes of the values of some columns
    what people may read; the billing system needs them whole.
    """

    kind: Submission.Kind
    name: str
    columns: tuple[str, ...]
    rows: Callable[[ExportBatch, str], Iterator[Row]]
    masked: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    def shown(self, row: Row) -> Row:
        """Return a row as people may read it."""
        return tuple(
            self.masked[column](value) if column in self.masked else value
            for column, value in zip(self.columns, row, strict=True)
        )


def moment_text(moment: dt.datetime) -> str:
    """Return a moment in the utility's local time with its offset: ``2026-11-22T12:00:00+01:00``."""
    return moment.astimezone(settings.UTILITY_TIME_ZONE).isoformat(timespec="seconds")


def one_line(text: str) -> str:
    """Return a customer's text on one line, so that a row is a line for every program that reads it."""
    return " ".join(text.split())
