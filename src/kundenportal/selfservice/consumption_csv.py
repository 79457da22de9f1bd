"""The values of a premise as a file for spreadsheets; dates as 22.11.2026."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation

from kundenportal.core.dates import format_date_short
from kundenportal.core.spreadsheets import Cell, csv_file
from kundenportal.core.use_figures import unit_word
from kundenportal.customers.models import Division
from kundenportal.metering.consumption import CounterUse, DivisionUse, MeterUse
from kundenportal.metering.gas_energy import whole_kilowatt_hours
from kundenportal.metering.models import MeterReading
from kundenportal.metering.use_periods import Step
from kundenportal.submissions.models import Submission

HEADER = (
    "Versorgungsart",
    "Zählernummer",
    "Zählwerk",
    "Bezeichnung",
    "Richtung",
    "Datum",
    "Zählerstand",
    "Faktor",
    "Art",
    "Status",
    "Tage",
    "Verbrauch",
    "Verbrauch pro Tag",
    "Einheit",
    "Zustandszahl",
    "Brennwert in kWh/m³",
    "Verbrauch in kWh",
)
"""The columns. They are German in every language, as the words in them are: a file that somebody works with
must not change with the language of the page."""

_PER_DAY = Decimal("0.0001")


def consumption_csv(divisions: Iterable[DivisionUse]) -> bytes:
    """Return the file: one row for each value, the oldest of each counter first."""
    with translation.override("de"):
        rows = [
            row
            for division in divisions
            for meter in division.meters
            for counter in meter.counters
            for row in _rows(division, meter, counter)
        ]
    return csv_file([HEADER, *rows])


def _rows(division: DivisionUse, meter: MeterUse, counter: CounterUse) -> Iterator[tuple[Cell, ...]]:
    history = counter.history
    for step in counter.steps:
        value = step.value
        yield (
            str(Division(division.division).label),
            meter.meter_number,
            history.code,
            history.label,
            "Einspeisung" if history.feeds_in else "Bezug",
            format_date_short(value.date),
            value.value,
            history.factor,
            str(MeterReading.Origin(value.origin).label),
            str(Submission.Status(value.status).label) if value.status else "",
            *_use(step, counter),
        )


def _use(step: Step, counter: CounterUse) -> tuple[Cell, ...]:
    period, energy, unit = step.period, counter.energy_of_unit, unit_word(counter.history.unit)
    if period is None:
        return ("", "", "", unit, "", "", "")
    gas = counter.history.gas if energy is not None else None
    return (
        str(period.days),
        period.use,
        period.per_day.quantize(_PER_DAY, rounding=ROUND_HALF_UP),
        unit,
        gas.state_number if gas else "",
        gas.calorific_value if gas else "",
        whole_kilowatt_hours(period.use * energy) if energy is not None else "",
    )
