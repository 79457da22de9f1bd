"""Dates as people in Germany write them: read with patience, written in three ways (ux.md 1.0 and F9)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
MAX_LENGTH = 40
"""Longer text is no date a person typed."""

_DAYS_AGO = {"heute": 0, "gestern": 1, "vorgestern": 2, "today": 0, "yesterday": 1}
_DAY_FIRST = re.compile(r"(\d{1,2})[./ -]+(\d{1,2})(?:[./ -]+(\d{4}|\d{2})?)?\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})", re.ASCII)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_TIME = re.compile(r"(?P<day>.*?)[, ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?: ?[Uu]hr)?", re.ASCII)
_MONTH_NAME = re.compile(r"(\d{1,2})\.? ?([a-zäA-ZÄ]{3,9})\.?(?: (\d{4}|\d{2}))?", re.ASCII)


_DAY = dt.timedelta(days=1)
_SPAN_YEARS = 100


class InvalidDate(ValueError):
    """The text is no date in any spelling the portal reads, or a day that does not exist."""


def parse_date(text: str, *, today: dt.date) -> dt.date:
    """Return the date a person typed.

    Reads ``1.11.``, ``1.11.26``, ``01.11.2026``, ``01112026``, ``011126``, ``2026-11-01``, ``1/11/2026``,
    ``1. November 2026``, ``heute``, ``gestern``, ``vorgestern``, ``today`` and ``yesterday``. Two digits are
    a year of this century; without a year the day is the one nearest to today, so that ``31.12.`` typed in
    January is last year's.

    Raises:
        InvalidDate: when the text is none of these, or the day does not exist.

    """
    if len(text) > MAX_LENGTH:
        raise InvalidDate(f"{len(text)} characters are no date")
    spaced = " ".join(text.split())
    if (days := _DAYS_AGO.get(spaced.lower())) is not None:
        return today - dt.timedelta(days=days)
    if match := _YEAR_FIRST.fullmatch(spaced):
        return _date(int(match["year"]), int(match["month"]), int(match["day"]))
    if match := _DIGITS.fullmatch(spaced) or _DAY_FIRST.fullmatch(spaced):
        return _with_year(match[3], int(match[2]), int(match[1]), today)
    if match := _MONTH_NAME.fullmatch(spaced):
        return _with_year(match[3], _month(match[2]), int(match[1]), today)
    raise InvalidDate(f"{text!r} is no date")


def parse_span(text: str, *, today: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return where the day or the minute that a person typed begins, and where the next one does.

    Reads a date as ``parse_date`` does, alone or with a time behind it: ``22.11.2026 14:30``,
    ``gestern, 8:05 Uhr``.

    Args:
        text: as typed.
        today: the date on the wall.
        zone: the utility's time zone.

    Raises:
        InvalidDate: when it is none.

    """
    spaced = " ".join(text.split())
    match = _TIME.fullmatch(spaced)
    day = parse_date(match["day"] if match else spaced, today=today)
    if not today.year - _SPAN_YEARS <= day.year <= today.year + _SPAN_YEARS:
        raise InvalidDate(f"{day} is too far away")
    if match is None:
        begin, end = (dt.datetime.combine(each, dt.time(), zone) for each in (day, day + _DAY))
        return begin, end
    try:
        time = dt.time(int(match["hour"]), int(match["minute"]))
    except ValueError as error:
        raise InvalidDate(f"{text!r} is no time") from error
    begin = dt.datetime.combine(day, time, zone)
    return begin, begin.astimezone(dt.UTC) + dt.timedelta(minutes=1)


def format_date_long(date: dt.date) -> str:
    """Return a date for running text: ``22. November 2026``."""
    return f"{date.day}. {MONTHS[date.month - 1]} {date.year}"


def format_date_short(date: dt.date) -> str:
    """Return a date for tables and input fields: ``22.11.2026``."""
    return f"{date.day:02d}.{date.month:02d}.{date.year:04d}"


def local_date(now: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Return the date on the wall at the utility: its readings and deadlines are local days.

    Args:
        now: a moment, aware.
        zone: the utility's time zone.

    """
    return now.astimezone(zone).date()


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the day so many months before another; the first of the next month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = dt.date(year, month + 1, 1)
    last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - _DAY
    return first.replace(day=day.day) if day.day <= last.day else last + _DAY


def _with_year(year: str | None, month: int, day: int, today: dt.date) -> dt.date:
    if year is not None:
        return _date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    candidates = []
    for each in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(dt.date(each, month, day))
        except ValueError:
            continue  # 29 February exists in some of the years only.
    if not candidates:
        raise InvalidDate(f"there is no day {day}.{month}.")
    return min(candidates, key=lambda date: abs(date - today))


def _date(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise InvalidDate(f"there is no day {day}.{month}.{year}") from error


def _month(name: str) -> int:
    """Return the month of a name or of its first letters, at least three."""
    for number, month in enumerate(MONTHS, start=1):
        if month.lower().startswith(name.lower()):
            return number
    raise InvalidDate(f"{name!r} is no month")
