"""The days of a year on which the utility asks for readings."""

import datetime as dt

from kundenportal.core.utility import ReadingPeriod


def current_period(period: ReadingPeriod, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """Return first and last day of the reading period that today belongs to, or None outside of it.

    A period may run over the turn of the year, such as 15 November to 10 January. A day that a year does
    not have, such as 29 February, is the last one of its month.
    """
    for year in (today.year - 1, today.year):
        start = _day(year, *period.start)
        end = _day(year + (period.end < period.start), *period.end)
        if start <= today <= end:
            return start, end
    return None


def is_reading_due(
    last: dt.date | None, *, period: ReadingPeriod | None, max_age_days: int, today: dt.date
) -> bool:
    """Tell whether the utility waits for a reading: in its reading period, else when the last one is old.

    Args:
        last: the day of the newest reading, accepted or sent; None when there is none.
        period: the days on which the utility asks for readings; None when it has no such days.
        max_age_days: how many days ago a reading may have been taken.
        today: the utility's local date.

    """
    if period is None:
        since = today - dt.timedelta(days=max_age_days)
    elif days := current_period(period, today):
        since = days[0]
    else:
        return False
    return last is None or last < since


def _day(year: int, month: int, day: int) -> dt.date:
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=day - 1), first_of_next - dt.timedelta(days=1))
