"""What the tests of the customer site share."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.make import NOW, Household, make_household
from tests.personas import sign_in
from tests.selfservice.reading_pages import Pages


@pytest.fixture
def noon() -> Iterator[None]:
    """Stop the clock at ``NOW``."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def household(noon: None, db: None) -> Household:
    """The household of the mock-ups."""
    return make_household()


@pytest.fixture
def pages(client: Client, household: Household) -> Pages:
    """The pages for meter readings, opened by the household's own login."""
    sign_in(client, household.user)
    return Pages(client, household)
