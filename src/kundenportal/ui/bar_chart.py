"""A chart of bars as SVG whose geometry is in percents, so that it fits every width without a script.

``ui/components/bar_chart.html`` draws it. A chart never stands alone: the page tells its figures in words and
in a table, too (ux.md 4, charts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

GAP = Decimal("0.3")
"""Which part of its place a bar leaves empty."""

ROW_HEIGHT = Decimal("2.75")
"""How high a lying bar is with its name."""

LONG_LABEL, MANY_BARS = 5, 8
"""Labels so long, or so many bars, do not fit side by side on a telephone."""


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: what stands below it.
        name: the same in full, for those who hear the chart.
        value: its height, not below zero.
        text: its value with its unit.
        is_estimated: whether it is hatched.

    """

    label: str
    name: str
    value: Decimal
    text: str
    is_estimated: bool = False


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its geometry, in percents of the chart as SVG writes them."""

    bar: Bar
    x: str
    y: str
    width: str
    height: str
    middle: str


@dataclass(frozen=True)
class LyingBar:
    """A bar that lies below its name, with its geometry as SVG writes it."""

    bar: Bar
    text_y: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class BarChart:
    """Bars side by side, the newest last.

    Attributes:
        key: what tells it apart from other charts of the page: ASCII, without blanks.
        division: whose colour it has.
        title: what it shows.
        bars: at least one.

    """

    key: str
    division: str
    title: str
    bars: tuple[Bar, ...]

    @property
    def has_estimated(self) -> bool:
        """Whether any bar is hatched."""
        return any(each.is_estimated for each in self.bars)

    @property
    def is_crowded(self) -> bool:
        """Whether its labels do not fit side by side on a telephone."""
        return len(self.bars) > MANY_BARS or any(len(each.label) > LONG_LABEL for each in self.bars)

    @property
    def drawn(self) -> Sequence[DrawnBar]:
        """The bars with their geometry: the highest one fills the chart."""
        place = Decimal(100) / len(self.bars)
        highest = max(each.value for each in self.bars) or Decimal(1)
        return [
            DrawnBar(
                bar,
                x=_percent(place * (number + GAP / 2)),
                y=_percent(100 - 100 * bar.value / highest),
                width=_percent(place * (1 - GAP)),
                height=_percent(100 * bar.value / highest),
                middle=_percent(place * (number + Decimal("0.5"))),
            )
            for number, bar in enumerate(self.bars)
        ]

    @property
    def lying(self) -> Sequence[LyingBar]:
        """The bars below each other, for long names: the longest is as wide as the chart."""
        place = Decimal(100) / len(self.bars)
        highest = max(each.value for each in self.bars) or Decimal(1)
        return [
            LyingBar(
                bar,
                text_y=_percent(place * (number + Decimal("0.4"))),
                y=_percent(place * (number + Decimal("0.55"))),
                width=_percent(100 * bar.value / highest),
                height=_percent(place * Decimal("0.25")),
            )
            for number, bar in enumerate(self.bars)
        ]

    @property
    def lying_height(self) -> str:
        """How high the bars below each other are together, in the size of the text."""
        return f"{ROW_HEIGHT * len(self.bars)}rem"


def _percent(value: Decimal) -> str:
    return f"{value:.2f}%"
