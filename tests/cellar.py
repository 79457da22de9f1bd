"""Browsers that were prepared for a cellar without reception."""

import datetime as dt

from kundenportal.cellar.models import PreparedDevice
from kundenportal.cellar.services import prepare_device
from tests.make import NOW, Household

BROWSER = "0b8f6c1e-6a0e-4d0e-9a50-3f2b7c1d9e11"


def prepare(household: Household, *, browser: str = BROWSER, now: dt.datetime = NOW) -> str:
    """Prepare a browser for the household's premise and return its token."""
    return prepare_device(
        user=household.user, premise=household.premise, browser=browser, label="Firefox, Android", now=now
    )


def prepared_device(household: Household) -> PreparedDevice:
    """Return a browser prepared for the household's premise."""
    prepare(household)
    return PreparedDevice.objects.get()
