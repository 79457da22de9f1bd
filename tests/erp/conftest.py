"""What tests of the exchange need."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture
def group_may_read() -> Iterator[None]:
    """Let the group read, and nobody else anything, as an installation by operations.md does."""
    former = os.umask(0o027)
    yield
    os.umask(former)
