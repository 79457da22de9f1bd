"""The switch that closes the portal while it is being worked on: a file in the data directory (ux.md 1.9).

A file, because the database may be what is being worked on. Machines with a data directory of their own are
switched one by one.
"""

import datetime as dt
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from kundenportal.ui.errors import unavailable

STAYS_UP = ("healthz", "readyz", "ui:brand_style", "ui:brand_logo", "ui:brand_icon")
"""What machines ask, and what the page of a closed portal is drawn with."""

STAYS_READABLE = ("selfservice:imprint", "selfservice:privacy", "selfservice:accessibility")
"""What the law wants to be there at any time; without a session it asks nothing of the database."""

_CLOCK = re.compile(r"(?:(?P<date>\d{4}-\d{2}-\d{2})[ T])?(?P<hour>\d{1,2}):(?P<minute>\d{2})")


class InvalidTime(ValueError):
    """The text is no time of day, or one that has passed."""


@dataclass(frozen=True)
class Maintenance:
    """A portal that is closed; ``until`` is when it is expected back, aware, or None."""

    until: dt.datetime | None


def switch_on(until: dt.datetime | None) -> None:
    """Close the portal at once, for all processes that share the data directory."""
    path = _path()
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(until.isoformat() if until else "", encoding="ascii")
    draft.replace(path)


def switch_off() -> bool:
    """Open the portal again; tell whether it was closed."""
    was_on = _path().exists()
    _path().unlink(missing_ok=True)
    return was_on


def current_maintenance() -> Maintenance | None:
    """Return whether and until when the portal is closed; a file somebody wrote by hand counts, too."""
    try:
        text = _path().read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    try:
        until = dt.datetime.fromisoformat(text)
    except ValueError:
        return Maintenance(None)
    return Maintenance(until if until.tzinfo else until.replace(tzinfo=settings.UTILITY_TIME_ZONE))


def parse_until(text: str, *, now: dt.datetime) -> dt.datetime:
    """Return the moment of ``14:00`` (today, or tomorrow when that has passed) or ``2026-11-22 14:00``.

    Args:
        text: a time of day at the utility, with or without its day.
        now: when, aware.

    Raises:
        InvalidTime: when it is neither, or has passed.

    """
    match = _CLOCK.fullmatch(text.strip())
    zone = settings.UTILITY_TIME_ZONE
    today = now.astimezone(zone).date()
    try:
        day = dt.date.fromisoformat(match["date"]) if match and match["date"] else today
        clock = dt.time(int(match["hour"]), int(match["minute"])) if match else None
    except ValueError:
        clock = None
    if match is None or clock is None:
        raise InvalidTime(f"expected a time such as 14:00 or 2026-11-22 14:00, found {text!r}")
    until = dt.datetime.combine(day, clock, tzinfo=zone)
    if until <= now and not match["date"]:
        until = dt.datetime.combine(day + dt.timedelta(days=1), clock, tzinfo=zone)
    if until <= now:
        raise InvalidTime(f"{text} has passed")
    return until


def maintenance_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Return a middleware that answers everybody with 503 while the portal is closed.

    Stands above the session's, so that nothing asks the database.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        maintenance = current_maintenance()
        if maintenance is None or request.path_info in map(reverse, STAYS_UP):
            return get_response(request)
        if request.path_info in map(reverse, STAYS_READABLE):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            return get_response(request)
        is_ahead = maintenance.until is not None and maintenance.until > timezone.now()
        return unavailable(request, is_planned=True, until=maintenance.until if is_ahead else None)

    return middleware


def _path() -> Path:
    return Path(settings.DATA_DIR) / "maintenance"
