"""Telling a page of the customer site that somebody who works here looks at it, not its customer (ADR 14)."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest

_VIEWING = "staff_viewing"


@dataclass(frozen=True)
class ShownViewing:
    """What the banner says on every page.

    Attributes:
        customer_name: as whom the page is seen.
        customer_number: the same.
        why: the reason that was given.
        ends_at: until when, aware.
        minutes_left: until then, rounded up.
        end_url: where a POST ends it.

    """

    customer_name: str
    customer_number: str
    why: str
    ends_at: dt.datetime
    minutes_left: int
    end_url: str


def mark_as_viewed(request: HttpRequest, viewing: ShownViewing) -> None:
    """Let the page of a request know that it is only looked at."""
    setattr(request, _VIEWING, viewing)


def viewing_of(request: HttpRequest) -> ShownViewing | None:
    """Return what is known of whoever looks in the place of the customer; None for the customer himself."""
    return getattr(request, _VIEWING, None)
