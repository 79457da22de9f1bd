"""What the readings of a premise say of its advance payments: metering and advance payments meet here."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from kundenportal.advance_payments.forecast import Balance, Counter, CounterReading, Forecast, forecast
from kundenportal.advance_payments.selectors import PaymentPlan, payment_plan
from kundenportal.core.profiles import shares_of
from kundenportal.customers.models import Premise
from kundenportal.metering.use_history import RegisterHistory, register_histories
from kundenportal.metering.use_periods import one_a_day


def payment_forecasts(premise: Premise, plan: PaymentPlan, *, today: dt.date) -> dict[str, Forecast]:
    """Return by division what a year will cost, as far as the readings tell; one query.

    Args:
        premise: the place of consumption.
        plan: its advance payments.
        today: the utility's local date.

    """
    counters: dict[str, list[Counter]] = defaultdict(list)
    for history in register_histories(premise):
        if not history.feeds_in:
            counters[history.division].append(_counter(history))
    found = {
        division: forecast(counters[division], computed=computed, today=today)
        for division, computed in plan.computed.items()
    }
    return {division: each for division, each in found.items() if each is not None}


@dataclass(frozen=True)
class Misfit:
    """An amount that does not fit the use any more, and what a year with it would end with."""

    division: str
    balance: Balance


def misfits(premise: Premise, *, today: dt.date) -> list[Misfit]:
    """Return by division the amounts that deviate from the forecast, if they can be changed; three queries.

    Args:
        premise: the place of consumption.
        today: the utility's local date.

    """
    plan = payment_plan(premise, today=today)
    if plan.locked or not plan.current:
        return []
    newest = {each.division: each.amount for each in (*plan.current, *plan.upcoming)}
    forecasts = payment_forecasts(premise, plan, today=today)
    return [
        Misfit(division, forecasts[division].balance(amount))
        for division, amount in newest.items()
        if division in forecasts and not forecasts[division].fits(amount)
    ]


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
