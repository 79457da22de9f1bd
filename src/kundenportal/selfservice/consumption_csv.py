"""The values of a premise as a file for spreadsheets, as German ones read it.

UTF-8 with byte order mark, ``;`` between fields, decimal comma, dates as 22.11.2026.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation

from kundenportal.core.dates import format_date_short
from kundenportal.core.german_numbers import decimal_text
from kundenportal.core.spreadsheets import BYTE_ORDER_MARK, cell_text
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


def consumption_csv(divisions: Iterable[DivisionUse]) -> str:
    """Return the file's text: one row for each value, the oldest of each counter first."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    with translation.override("de"):
        for division in divisions:
            for meter in division.meters:
                for counter in meter.counters:
                    writer.writerows(_rows(division, meter, counter))
    return BYTE_ORDER_MARK + text.getvalue()


def _rows(division: DivisionUse, meter: MeterUse, counter: CounterUse) -> Iterator[tuple[str, ...]]:
    history = counter.history
    for step in counter.steps:
        value = step.value
        yield (
            str(Division(division.division).label),
            cell_text(meter.meter_number),
            cell_text(history.code),
            cell_text(history.label),
            "Einspeisung" if history.feeds_in else "Bezug",
            format_date_short(value.date),
            _number(value.value),
            _number(history.factor),
            str(MeterReading.Origin(value.origin).label),
            str(Submission.Status(value.status).label) if value.status else "",
            *_use(step, counter),
        )


def _use(step: Step, counter: CounterUse) -> tuple[str, ...]:
    period, energy, unit = step.period, counter.energy_of_unit, unit_word(counter.history.unit)
    if period is None:
        return ("", "", "", unit, "", "", "")
    gas = counter.history.gas if energy is not None else None
    return (
        str(period.days),
        _number(period.use),
        _number(period.per_day.quantize(_PER_DAY, rounding=ROUND_HALF_UP)),
        unit,
        _number(gas.state_number) if gas else "",
        _number(gas.calorific_value) if gas else "",
        _number(whole_kilowatt_hours(period.use * energy)) if energy is not None else "",
    )


def _number(value: Decimal) -> str:
    return decimal_text(value, ",")
