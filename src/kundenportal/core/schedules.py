"""When something is due again and again: every so many minutes, or at some times of the day."""

import datetime as dt
from dataclasses import dataclass

_MOST_MINUTES = 1440


@dataclass(frozen=True)
class Schedule:
    """Either every so many ``minutes``, or at some local ``times`` of each day."""

    minutes: int = 0
    times: tuple[dt.time, ...] = ()

    def last_due(self, now: dt.datetime) -> dt.datetime:
        """Return the last moment up to now at which it was due, in the time zone of ``now``.

        Args:
            now: when, in the time zone the times are meant in.

        """
        if self.minutes:
            seconds = self.minutes * 60
            return dt.datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo)
        days = (now.date(), now.date() - dt.timedelta(days=1))
        moments = [dt.datetime.combine(day, time, tzinfo=now.tzinfo) for day in days for time in self.times]
        return max(moment for moment in moments if moment <= now)


def parse_schedule(text: str) -> Schedule:
    """Return the schedule that is written as ``60`` (minutes) or ``06:00,18:30`` (times of the day).

    Raises:
        ValueError: when it is written otherwise.

    """
    words = [word.strip() for word in text.split(",")]
    if len(words) == 1 and words[0].isascii() and words[0].isdecimal():
        minutes = int(words[0])
        if not 1 <= minutes <= _MOST_MINUTES:
            raise ValueError(text)
        return Schedule(minutes=minutes)
    return Schedule(times=tuple(sorted(_time(word) for word in words)))


def _time(word: str) -> dt.time:
    time = dt.time.fromisoformat(word)
    if time.strftime("%H:%M") != word:
        raise ValueError(word)
    return time
