"""The two sites of one portal, told apart by the path: customers here, people who work here there.

Nobody is both: a login belongs to one of them for good, and a session of one opens nothing of the other
(security.md A0, "Assurance level"; ADR 7).
"""

from enum import Enum

from django.conf import settings
from django.http import HttpRequest

STAFF_PATH = "/verwaltung/"
"""Every address of the back office begins with it, and no other one does."""


class Area(Enum):
    """A site with sessions of its own. The value is the namespace of its addresses."""

    CUSTOMERS = "selfservice"
    STAFF = "backoffice"

    @property
    def session_cookie(self) -> str:
        """The name of the cookie that carries the key of a session."""
        name: str = settings.SESSION_COOKIE_NAME
        return name if self is Area.CUSTOMERS else settings.STAFF_SESSION_COOKIE_NAME

    @property
    def idle_minutes(self) -> int:
        """After how many minutes without a request a session ends."""
        return (
            settings.SESSION_IDLE_MINUTES if self is Area.CUSTOMERS else settings.STAFF_SESSION_IDLE_MINUTES
        )

    @property
    def max_hours(self) -> int:
        """After how many hours a session ends in any case."""
        return settings.SESSION_MAX_HOURS if self is Area.CUSTOMERS else settings.STAFF_SESSION_MAX_HOURS

    @property
    def origin(self) -> str:
        """Scheme and host of its addresses, such as ``https://portal.stadtwerke-musterbach.de``."""
        return settings.BASE_URL if self is Area.CUSTOMERS else settings.STAFF_BASE_URL


def area_of(request: HttpRequest) -> Area:
    """Return the site that a request is for."""
    return Area.STAFF if request.path_info.startswith(STAFF_PATH) else Area.CUSTOMERS
