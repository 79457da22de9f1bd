"""What the readings of a premise say of its advance payments: metering and advance payments meet here."""

import datetime as dt
from collections import defaultdict

from kundenportal.advance_payments.forecast import Counter, CounterReading, Forecast, forecast
from kundenportal.advance_payments.selectors import computed_amounts
from kundenportal.core.profiles import shares_of
from kundenportal.customers.models import Premise
from kundenportal.metering.use_history import RegisterHistory, register_histories
from kundenportal.metering.use_periods import one_a_day


def payment_forecasts(premise: Premise, *, today: dt.date) -> dict[str, Forecast]:
    """Return by division what a year will cost, as far as the readings tell; three queries.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    counters: dict[str, list[Counter]] = defaultdict(list)
    for history in register_histories(premise):
        if not history.feeds_in:
            counters[history.division].append(_counter(history))
    found = {
        division: forecast(counters[division], computed=computed, today=today)
        for division, computed in computed_amounts(premise, today=today).items()
    }
    return {division: each for division, each in found.items() if each is not None}


def _counter(history: RegisterHistory) -> Counter:
    return Counter(
        meter_id=history.meter_id,
        unit=history.unit,
        shares=shares_of(history.division, feeds_in=False),
        readings=tuple(
            CounterReading(each.date, each.value, is_estimated=each.is_estimated)
            for each in one_a_day(history.values)
        ),
        factor=history.factor,
        annual_use=history.annual_use,
        installed_date=history.installed_date,
        removed_date=history.removed_date,
    )
