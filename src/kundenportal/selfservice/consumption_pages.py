"""How the use of a premise is shown: charts, the rows of tables, the words of origins and states."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.dates import format_date_short
from kundenportal.core.use_figures import format_use, format_use_per_day
from kundenportal.customers.models import Division
from kundenportal.metering.consumption import Column, CounterUse, DivisionUse, Flow, MeterUse, Told
from kundenportal.metering.gas_energy import GasQuality, whole_kilowatt_hours
from kundenportal.metering.models import MeterReading
from kundenportal.metering.use_periods import Step
from kundenportal.metering.year_before import LEAST_DAYS
from kundenportal.metering.yearly_use import Slice, YearOfUse
from kundenportal.submissions.models import Submission
from kundenportal.ui.bar_chart import Bar, BarChart
from kundenportal.ui.tones import TONES

YEARS_DRAWN = 6
READINGS_DRAWN = 13
"""Bars that fit side by side on a telephone; thirteen are a year of monthly values."""

OFTEN_READ = 4
"""Who was read so often within a year sees a chart of the use between readings, too."""

UNKNOWN_WORDS: dict[str, str | Promise] = {
    "no_value_before": gettext_lazy("erster Wert"),
    "estimate_refuted": gettext_lazy("Die Schätzung lag daneben. Sie zählt hier nicht."),
    "value_fell": gettext_lazy("Nicht bekannt: Der Stand ist kleiner als der davor."),
    "other_meter": gettext_lazy("Sie haben uns gemeldet, dass der Zähler getauscht wurde."),
}


@dataclass(frozen=True)
class YearCell:
    """What one counter of several counted in a year, None where nothing is known."""

    column: str
    year: YearOfUse | None


@dataclass(frozen=True)
class YearRow:
    """A row of the table of years; ``energy`` is in whole kilowatt hours."""

    year: YearOfUse
    cells: tuple[YearCell, ...]
    energy: Decimal | None


@dataclass(frozen=True)
class ShownFlow:
    """What is drawn or fed in, as it is shown.

    Attributes:
        flow: what is known of it.
        years_chart: the last whole years, None for fewer than two.
        readings_chart: the use between readings, where that tells more.
        tells_unit: whether the heading has to tell it from another one by its unit.
        column_names: the names of the counters, where there are several.
        rows: the years of the table, the newest first.
        gas: what a cubic metre of gas holds, None unless it is the same for all counters.

    """

    flow: Flow
    years_chart: BarChart | None
    readings_chart: BarChart | None
    tells_unit: bool
    column_names: tuple[str, ...]
    rows: tuple[YearRow, ...]
    gas: GasQuality | None

    @property
    def key(self) -> str:
        """What tells it apart from others of the page."""
        return _key(self.flow)

    @property
    def has_energy(self) -> bool:
        """Whether the table tells kilowatt hours."""
        return any(row.energy is not None for row in self.rows)

    @property
    def has_estimated(self) -> bool:
        """Whether any year holds estimated values."""
        return any(row.year.is_estimated for row in self.rows)

    @property
    def is_shared_out(self) -> bool:
        """Whether any year holds a part of a period that reaches into another year."""
        return any(row.year.is_shared_out for row in self.rows)


@dataclass(frozen=True)
class ValueRow:
    """A row of the table of values: a value, where it comes from, and the use since the one before."""

    step: Step
    origin: str
    energy: Decimal | None
    unknown: str | Promise
    status: str | Promise
    tone: str


@dataclass(frozen=True)
class ShownCounter:
    """A counter as it is shown; ``name`` is empty where it is the only one of its meter."""

    counter: CounterUse
    name: str
    rows: tuple[ValueRow, ...]

    @property
    def has_pending(self) -> bool:
        """Whether a value of it is not accepted yet."""
        return any(row.status for row in self.rows)


@dataclass(frozen=True)
class ShownMeter:
    """A meter as it is shown."""

    meter: MeterUse
    counters: tuple[ShownCounter, ...]


def shown_flows(use: DivisionUse) -> list[ShownFlow]:
    """Return what is drawn and what is fed in of a division, as it is shown."""
    ways = [flow.feeds_in for flow in use.flows]
    return [_shown(flow, use.meters, tells_unit=ways.count(flow.feeds_in) > 1) for flow in use.flows]


def shown_meters(use: DivisionUse) -> list[ShownMeter]:
    """Return the meters of a division with their values, the newest first."""
    return [
        ShownMeter(
            meter,
            tuple(
                ShownCounter(
                    counter,
                    name=_counter_name(counter) if len(meter.counters) > 1 else counter.history.label,
                    rows=tuple(_value_row(step, counter) for step in reversed(counter.steps)),
                )
                for counter in meter.counters
            ),
        )
        for meter in use.meters
    ]


@dataclass(frozen=True)
class FlowAtHome:
    """What is drawn or fed in, as the home page shows it.

    Attributes:
        flow: what is known of it.
        told: the last whole year, or without one the last months.
        is_year: whether it is a year.
        chart: the years before it, too, or the use between readings; None when there is but one figure.

    """

    flow: Flow
    told: Told
    is_year: bool
    chart: BarChart | None

    @property
    def year_before(self) -> int:
        """The year that a whole year is compared with."""
        return self.told.known.last_day.year - 1


def flows_at_home(divisions: Iterable[DivisionUse]) -> list[FlowAtHome]:
    """Return what the home page shows of the use: nothing of a counter that was read but once."""
    return [
        FlowAtHome(flow, told, flow.last_year is not None, years_chart(flow) or readings_chart(flow))
        for division in divisions
        for flow in division.flows
        if (told := flow.last_year or flow.lately)
    ]


def years_chart(flow: Flow) -> BarChart | None:
    """Return the last whole years as bars, or None when there are fewer than two."""
    years = flow.whole_years[-YEARS_DRAWN:]
    if len(years) < 2:
        return None
    bars = (
        Bar(str(each.year), str(each.year), each.use, format_use(each.use, flow.unit), each.is_estimated)
        for each in years
    )
    return BarChart(f"{_key(flow)}-jahre", flow.division, _title(flow), tuple(bars))


def readings_chart(flow: Flow) -> BarChart | None:
    """Return the use per day between the last readings as bars, or None when there are fewer than two."""
    slices = flow.between_readings[-READINGS_DRAWN:]
    if len(slices) < 2:
        return None
    bars = (
        Bar(
            f"{each.end.day}.{each.end.month}.",
            _("bis %(date)s") % {"date": format_date_short(each.end)},
            each.per_day,
            format_use_per_day(each.per_day, flow.unit),
            each.is_estimated,
        )
        for each in slices
    )
    title = _("%(title)s pro Tag") % {"title": _title(flow)}
    return BarChart(f"{_key(flow)}-ablesungen", flow.division, title, tuple(bars))


def _shown(flow: Flow, meters: Sequence[MeterUse], *, tells_unit: bool) -> ShownFlow:
    by_year, names = years_chart(flow), tuple(_names(flow.columns))
    qualities = {counter.history.gas for counter in _counters(flow, meters)}
    return ShownFlow(
        flow,
        by_year,
        readings_chart(flow) if by_year is None or _is_often_read(flow.between_readings) else None,
        tells_unit=tells_unit,
        column_names=names,
        rows=tuple(_year_row(year, names, flow.columns) for year in reversed(_years_told(flow))),
        gas=qualities.pop() if len(qualities) == 1 else None,
    )


def _years_told(flow: Flow) -> Sequence[YearOfUse]:
    """Return the years of the table: without those that the first or the last days alone are known of."""
    return [each for each in flow.years if each.days >= LEAST_DAYS] or flow.years


def _year_row(year: YearOfUse, names: Sequence[str], columns: Sequence[Column]) -> YearRow:
    cells = tuple(
        YearCell(name, column.years.get(year.year)) for name, column in zip(names, columns, strict=True)
    )
    return YearRow(year, cells, None if year.energy is None else whole_kilowatt_hours(year.energy))


def _counters(flow: Flow, meters: Sequence[MeterUse]) -> Iterator[CounterUse]:
    for meter in meters:
        for counter in meter.counters:
            if (counter.history.feeds_in, counter.history.unit) == (flow.feeds_in, flow.unit):
                yield counter


def _counter_name(counter: CounterUse) -> str:
    return counter.history.label or _("Zählwerk %(code)s") % {"code": counter.history.code}


def _is_often_read(slices: Sequence[Slice]) -> bool:
    since = slices[-1].end - dt.timedelta(days=365)
    return sum(each.start >= since for each in slices) >= OFTEN_READ


def _names(columns: Sequence[Column]) -> Iterator[str]:
    """Yield the name of each counter: its label where that tells them apart, else with its meter's number."""
    labels = [each.label or _("Zählwerk %(code)s") % {"code": each.code} for each in columns]
    for label, column in zip(labels, columns, strict=True):
        if column.label and labels.count(label) == 1:
            yield label
        else:
            yield f"{column.meter_number} {column.label}".strip()


def _title(flow: Flow) -> str:
    division = Division(flow.division).label
    return _("%(division)s, Einspeisung") % {"division": division} if flow.feeds_in else str(division)


def _key(flow: Flow) -> str:
    return f"{flow.division}-{'einspeisung' if flow.feeds_in else 'bezug'}-{flow.unit.lower()}"


def _value_row(step: Step, counter: CounterUse) -> ValueRow:
    value, energy = step.value, counter.energy_of_unit
    return ValueRow(
        step,
        origin=str(MeterReading.Origin(value.origin).label),
        energy=whole_kilowatt_hours(step.period.use * energy) if step.period and energy else None,
        unknown=UNKNOWN_WORDS[step.unknown] if step.unknown else "",
        status=Submission.Status(value.status).label if value.status else "",
        tone=TONES[value.status] if value.status else "",
    )
