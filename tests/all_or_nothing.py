"""Seeing that an act is done as a whole or not at all, whichever of its statements fails."""

import contextlib
import itertools
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Model

from tests.snapshot import snapshot


class FaultError(DatabaseError):
    """Made by the test."""


@contextmanager
def fault_at(position: int) -> Iterator[None]:
    """Let one statement fail, counted from 0."""
    statements = itertools.count()

    def wrapper(execute: Any, *arguments: Any) -> Any:
        if next(statements) == position:
            raise FaultError
        return execute(*arguments)

    with connection.execute_wrapper(wrapper):
        yield


def assert_all_or_nothing(act: Callable[[], object], *, but: Collection[type[Model]] = ()) -> None:
    """Fail each statement of an act in turn, and see each time that nothing changed; then let it happen."""
    before = snapshot(but=but)
    for position in itertools.count():
        with contextlib.suppress(FaultError), fault_at(position):
            act()
            break
        assert snapshot(but=but) == before, f"something is left behind when statement {position} fails"
    assert position > 3
    assert snapshot(but=but) != before
