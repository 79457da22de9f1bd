"""The rule that turns cubic metres of gas into kilowatt hours (DVGW worksheet G 685, "Gasabrechnung").

The formula is::

    kWh = m³ x Zustandszahl x Brennwert

A gas meter counts the volume that flows through it. The state number (Zustandszahl) makes of it the volume
under normal conditions, the calorific value (Brennwert) is the energy in a cubic metre of that. Nothing is
rounded on the way; the result is, half up to whole kilowatt hours: the house's own rule.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class GasQuality:
    """What a register's gas holds: ``calorific_value`` in kWh/m³, ``state_number`` without a unit."""

    calorific_value: Decimal
    state_number: Decimal

    @property
    def energy_of_cubic_metre(self) -> Decimal:
        """Return the kilowatt hours in a cubic metre as the meter counts it, unrounded."""
        return self.state_number * self.calorific_value


def gas_quality(calorific_value: Decimal | None, state_number: Decimal | None) -> GasQuality | None:
    """Return what a register's gas holds, or None unless both figures are known."""
    if calorific_value is None or state_number is None:
        return None
    return GasQuality(calorific_value, state_number)


def whole_kilowatt_hours(energy: Decimal) -> Decimal:
    """Return an energy in kWh rounded half up to whole kilowatt hours."""
    return energy.quantize(Decimal(1), rounding=ROUND_HALF_UP)
