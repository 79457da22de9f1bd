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


def _day(year: int, month: int, day: int) -> dt.date:
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=day - 1), first_of_next - dt.timedelta(days=1))
