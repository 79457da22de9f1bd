"""Answering what waits in a table, row by row, by as many job runners as there are."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

PER_RUN = 200
"""How many rows one run answers, so that the jobs beside it get their turn."""

Row = TypeVar("Row", bound=Model)


def answer_waiting(waiting: QuerySet[Row], answer: Callable[[Row], None]) -> int:
    """Answer the rows that wait, the oldest first, and return how many there were.

    Each is answered in a transaction of its own under a lock that others step over, so that many job runners
    may do this at once and each row is answered once.

    Args:
        waiting: the rows; an answered one is no longer among them.
        answer: puts the mails into the outbox, and takes the row out of those that wait.

    """
    oldest_first = waiting.order_by("pk")
    count = 0
    # Looking first keeps an idle job runner from taking the write lock.
    while count < PER_RUN and waiting.exists() and _answer_next(oldest_first, answer):
        count += 1
    return count


def _answer_next(waiting: QuerySet[Row], answer: Callable[[Row], None]) -> bool:
    with transaction.atomic(durable=True):
        row = waiting.select_for_update(skip_locked=True).first()
        if row is None:
            return False
        answer(row)
    return True
