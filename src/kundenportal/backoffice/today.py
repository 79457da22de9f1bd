"""The date on the utility's wall, for pages that begin or end with it."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from kundenportal.core.dates import local_date


def today() -> dt.date:
    """Return the utility's local date."""
    return local_date(timezone.now(), settings.UTILITY_TIME_ZONE)
