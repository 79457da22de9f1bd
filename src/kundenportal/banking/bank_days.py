"""Days on which banks settle direct debits and the utility works; when a new account is debited first."""

import datetime as dt
from functools import cache

MONTHS_AHEAD = 12
"""How far ahead the first debit of a new account may be asked for."""

_SATURDAY = 5


def is_bank_day(date: dt.date, *, state: str) -> bool:
    """Tell whether banks settle on a day and the utility prepares debits.

    Saturdays, Sundays and the closing days of TARGET are none (ECB, "TARGET closing days"), nor are the
    holidays of the utility's state.

    Args:
        date: the day.
        state: the German state, such as ``BY``; empty for the holidays of all states.

    """
    return date.weekday() < _SATURDAY and date not in _closed(date.year, state)


def after_bank_days(date: dt.date, count: int, *, state: str) -> dt.date:
    """Return the day that so many bank days lie between it and an earlier one, counting itself."""
    while count > 0:
        date += dt.timedelta(days=1)
        count -= is_bank_day(date, state=state)
    return date


def earliest_debit(hold_ends: dt.date, *, lead_bank_days: int, state: str) -> dt.date:
    """Return the first day from which a new account can be debited.

    The utility learns of it when the hold is over, and needs some bank days to prepare a collection.

    Args:
        hold_ends: the local day on which the hold ends; today when there is none.
        lead_bank_days: how many bank days a collection is prepared before it is due.
        state: the German state whose holidays count.

    """
    return after_bank_days(hold_ends, lead_bank_days, state=state)


def latest_debit(earliest: dt.date) -> dt.date:
    """Return the last day that may be asked for: a year's slip in the date shall not pass unseen."""
    year, month = divmod(earliest.month - 1 + MONTHS_AHEAD, 12)
    # The 28th exists in every month.
    return dt.date(earliest.year + year, month + 1, min(earliest.day, 28))


@cache
def _closed(year: int, state: str) -> frozenset[dt.date]:
    """Return the closing days of TARGET and the holidays of a state in one year."""
    # Only who changes an account needs the library.
    from holidays import country_holidays, financial_holidays  # noqa: PLC0415

    target = financial_holidays("ECB", years=year)
    return frozenset(target) | frozenset(country_holidays("DE", subdiv=state or None, years=year))
