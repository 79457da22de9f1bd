"""Wrong passwords in a row, counted on the database."""

import datetime as dt

import pytest

from kundenportal.identity.failure_streaks import (
    FREE_TRIES,
    KEPT,
    MAX_FAILURES,
    count_failures,
    delete_old_streaks,
    exhausted,
    forget_failures,
    wait_for,
)
from kundenportal.identity.models import FailureStreak
from tests.at_once import at_once
from tests.make import NOW

A, B = "login:1", "typed:fremd@beispiel.de"


def count(*streaks: str, now: dt.datetime = NOW, free: int = FREE_TRIES) -> set[str]:
    return count_failures(streaks, free=free, now=now)


@pytest.mark.django_db
def test_streaks_are_counted_apart_in_one_statement(django_assert_num_queries) -> None:
    for _ in range(5):
        count(A)
    with django_assert_num_queries(1):
        assert count(A, B) == {B}
    assert wait_for([A], free=FREE_TRIES, now=NOW) == dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_nothing_to_count_is_nothing() -> None:
    assert count() == set()


@pytest.mark.django_db
def test_the_shortest_wait_counts_and_a_hundred_failures_have_none() -> None:
    for _ in range(5):
        count(A)
        count(B)
    count(B, now=NOW + dt.timedelta(minutes=1))
    later = NOW + dt.timedelta(minutes=1)
    assert wait_for([B], free=FREE_TRIES, now=later) == dt.timedelta(minutes=2)
    FailureStreak.objects.filter(recent=5).update(failures=MAX_FAILURES)
    assert wait_for([A], free=FREE_TRIES, now=NOW) is None
    assert wait_for([A, B], free=FREE_TRIES, now=later) == dt.timedelta(minutes=2)
    assert exhausted([A, B]) == {A}


@pytest.mark.django_db
def test_a_forgotten_streak_is_gone_and_others_stay() -> None:
    count(A, B)
    forget_failures([A])
    assert FailureStreak.objects.count() == 1
    assert exhausted([A]) == set()


@pytest.mark.django_db
def test_old_streaks_go_unless_they_reached_a_hundred() -> None:
    count(A, B)
    FailureStreak.objects.filter(pk=FailureStreak.objects.order_by("pk")[0].pk).update(failures=MAX_FAILURES)
    assert delete_old_streaks(NOW + KEPT) == 0
    assert delete_old_streaks(NOW + KEPT + dt.timedelta(seconds=1)) == 1
    assert FailureStreak.objects.get().failures == MAX_FAILURES


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_cannot_pass_together() -> None:
    passed = at_once(*[lambda: sum(bool(count(A)) for _ in range(4))] * 8)
    assert sum(passed) == FREE_TRIES
    assert FailureStreak.objects.get().failures == FREE_TRIES
