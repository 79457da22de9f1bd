"""What the tests of the back office share."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from kundenportal.identity.models import StaffMember
from tests.make import NOW
from tests.staff import make_member, sign_in_member


@pytest.fixture
def noon() -> Iterator[None]:
    """Stop the clock at ``NOW``."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clerk(noon: None, db: None) -> StaffMember:
    """Frau Huber, who settles what customers send."""
    return make_member()


@pytest.fixture
def desk(client: Client, clerk: StaffMember) -> Client:
    """A browser in which Frau Huber is signed in."""
    sign_in_member(client, clerk)
    return client
