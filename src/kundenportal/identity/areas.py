"""The two sites of one portal, told apart by the path: customers here, people who work here there."""

from enum import Enum

from django.http import HttpRequest

STAFF_PATH = "/verwaltung/"
"""Every address of the back office begins with it, and no other one does."""


class Area(Enum):
    """A site. The value is the namespace of its addresses."""

    CUSTOMERS = "selfservice"
    STAFF = "backoffice"


def area_of(request: HttpRequest) -> Area:
    """Return the site that a request is for."""
    return Area.STAFF if request.path_info.startswith(STAFF_PATH) else Area.CUSTOMERS
