"""Charts over time and by kind, and counts and shares so that nobody can be guessed from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.german_numbers import format_number
from kundenportal.statistics.rules import FEWEST, is_told
from kundenportal.statistics.selectors import Figures
from kundenportal.ui.bar_chart import Bar, BarChart

Words = str | Promise


@dataclass(frozen=True)
class Chart:
    """One chart of the page.

    Attributes:
        key: its name in addresses and ids.
        title: what it shows.
        lead: its main figure in a sentence.
        note: what is counted.
        columns: the heads of the table; the first one names the rows.
        rows: the table's cells, as they are read.
        bars: the chart; None when there is nothing to draw.
        is_lying: whether its bars lie below each other.

    """

    key: str
    title: Words
    lead: str
    note: Words
    columns: tuple[Words, ...]
    rows: tuple[tuple[str, ...], ...]
    bars: BarChart | None
    is_lying: bool


def over_time(
    key: str, title: Words, lead: str, note: Words, figures: Figures, counts: Sequence[int]
) -> Chart:
    """Return a chart of how many there were in each part of a period.

    Args:
        key: its name in addresses and ids.
        title: what it shows.
        lead: its main figure in a sentence.
        note: what is counted.
        figures: what was counted.
        counts: how many there were in each part.

    """
    parts = figures.period.parts
    bars = tuple(
        Bar(part.label, part.name, _height(count), _count(count))
        for part, count in zip(parts, counts, strict=True)
    )
    rows = tuple((part.name, _count(count)) for part, count in zip(parts, counts, strict=True))
    columns = (gettext_lazy("Zeit"), gettext_lazy("Anzahl"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=False)


def shares(
    key: str,
    title: Words,
    note: Words,
    figures: Figures,
    some: tuple[Words, Sequence[int]],
    everything: tuple[Words, Sequence[int]],
    *,
    said: Words,
    is_stand: bool = False,
) -> Chart:
    """Return a chart of shares in each part of a period.

    Args:
        key: its name in addresses and ids.
        title: what it shows.
        note: what is counted.
        figures: what was counted.
        some: what has a share, and how many there were in each part.
        everything: of what, and how many.
        said: the sentence with its main ``share``.
        is_stand: whether the last part tells how it stands, so that nothing is added up.

    """
    parts = figures.period.parts
    triples = list(zip(parts, some[1], everything[1], strict=True))
    told = [told_share(few, total) for _part, few, total in triples]
    bars = tuple(
        Bar(part.label, part.name, _percent(few, total), share)
        for (part, few, total), share in zip(triples, told, strict=True)
    )
    rows = tuple(
        (part.name, _count(few), _count(total), share)
        for (part, few, total), share in zip(triples, told, strict=True)
    )
    last = triples[-1] if is_stand else (None, sum(some[1]), sum(everything[1]))
    lead = str(said) % {"share": told_share(last[1], last[2])}
    columns = (gettext_lazy("Zeit"), some[0], everything[0], gettext_lazy("Anteil"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=False)


def by_kind(
    key: str, title: Words, lead: str, note: Words, head: Words, counts: Collection[tuple[Words, int]]
) -> Chart:
    """Return a chart of how many there were of each kind in the whole period.

    Args:
        key: its name in addresses and ids.
        title: what it shows.
        lead: its main figure in a sentence.
        note: what is counted.
        head: what the kinds are.
        counts: the name of each kind, and how many there were.

    """
    rows = tuple((str(label), _count(count)) for label, count in counts)
    heights = [_height(count) for _label, count in counts]
    bars = tuple(Bar(label, label, height, text) for (label, text), height in zip(rows, heights, strict=True))
    columns = (head, gettext_lazy("Anzahl"))
    return Chart(key, title, lead, note, columns, rows, _drawn(key, title, bars), is_lying=True)


def _drawn(key: str, title: Words, bars: tuple[Bar, ...]) -> BarChart | None:
    return BarChart(key, "", str(title), bars) if any(bar.value for bar in bars) else None


def _count(count: int) -> str:
    return format_number(count) if is_told(count) else _("unter %(fewest)s") % {"fewest": FEWEST}


def told_total(counts: Collection[int]) -> str:
    """Return a sum; where one of its numbers is too small to be told, only more than what the others make."""
    told = sum(count for count in counts if is_told(count))
    if all(is_told(count) for count in counts):
        return format_number(told)
    return _("über %(count)s") % {"count": format_number(told)} if told else _("wenige")


def _height(count: int) -> Decimal:
    """Return the height of a bar: none for what is too few to be told, or one could measure it."""
    return Decimal(count if is_told(count) else 0)


def _percent(some: int, everything: int) -> Decimal:
    is_readable = everything >= FEWEST and is_told(some) and is_told(everything - some)
    return Decimal(100 * some) / everything if is_readable else Decimal(0)


def told_share(some: int, everything: int) -> str:
    """Return a share in per cent; a dash where it would tell a number that is too small."""
    if everything < FEWEST or not is_told(some) or not is_told(everything - some):
        return "–"
    return f"{format_number(_percent(some, everything), 0)}\N{NO-BREAK SPACE}%"
