"""The days the demo's story happens on, all counted from the day it is built."""

import datetime as dt

YEARS_OF_HISTORY = 5

_SINCE_LAST_READING = dt.timedelta(days=326)
_PERIOD_BEGAN = dt.timedelta(days=7)
_PERIOD_ENDS = dt.timedelta(days=23)


def reading_period(today: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which the utility asks for readings; today is among them."""
    return today - _PERIOD_BEGAN, today + _PERIOD_ENDS


def last_reading_date(today: dt.date) -> dt.date:
    """Return the day of the last yearly reading, so long ago that the next one is due."""
    return today - _SINCE_LAST_READING


def years_before(date: dt.date, years: int) -> dt.date:
    """Return the same day so many years ago; the 29th of February becomes the 28th."""
    day = min(date.day, 28) if date.month == 2 else date.day
    return date.replace(year=date.year - years, day=day)


def yearly_reading_dates(today: dt.date, *, years: int = YEARS_OF_HISTORY) -> list[dt.date]:
    """Return the days of the yearly readings, the oldest first; ``years`` uses lie between them."""
    last = last_reading_date(today)
    return [years_before(last, ago) for ago in range(years, -1, -1)]
