"""Counting tries."""

import datetime as dt

import pytest
from structlog.testing import capture_logs

from kundenportal.identity.models import AttemptCounter
from kundenportal.identity.throttle import Limit, allow, allow_all, give_back, network_of
from tests.at_once import at_once
from tests.make import NOW

WINDOW = dt.timedelta(minutes=5)


def tries(count: int, *, now: dt.datetime = NOW, key: str = "0012345/1") -> list[bool]:
    return [allow("sign-in", key, limit=5, window=WINDOW, now=now) for _ in range(count)]


@pytest.mark.django_db
def test_tries_are_allowed_up_to_the_limit_and_again_in_the_next_window() -> None:
    assert tries(7) == [True] * 5 + [False] * 2
    assert tries(1, now=NOW + WINDOW) == [True]


@pytest.mark.django_db
def test_keys_and_scopes_are_counted_apart() -> None:
    tries(6)
    assert tries(1, key="0012346/1") == [True]
    assert allow("reset", "0012345/1", limit=5, window=WINDOW, now=NOW)


@pytest.mark.django_db
def test_a_key_is_kept_only_as_a_hash() -> None:
    tries(1, key="m.bauer@beispiel.de")
    counter = AttemptCounter.objects.get()
    assert "bauer" not in counter.key
    assert len(counter.key) == 64


@pytest.mark.django_db
def test_one_statement_counts_every_limit(django_assert_num_queries) -> None:
    limits = [
        Limit("sign-in", "a", 1, WINDOW),
        Limit("sign-in-network", "b", 3, WINDOW),
        Limit("sign-in-network-hour", "b", 9, dt.timedelta(hours=1)),
    ]
    with django_assert_num_queries(1):
        assert allow_all(limits, now=NOW)
    assert not allow_all(limits, now=NOW)
    assert list(AttemptCounter.objects.values_list("count", flat=True)) == [2, 2, 2]


@pytest.mark.django_db
def test_a_try_that_was_right_is_given_back() -> None:
    limit = Limit("sign-in", "0012345/1", 5, WINDOW)
    for _ in range(20):
        assert allow_all([limit], now=NOW)
        give_back([limit], now=NOW)
    assert AttemptCounter.objects.get().count == 0
    give_back([limit], now=NOW)
    assert AttemptCounter.objects.get().count == 0


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_cannot_pass_together() -> None:
    allowed = at_once(*[lambda: tries(5)] * 8)
    assert sum(map(sum, allowed)) == 5
    assert AttemptCounter.objects.get().count == 40


@pytest.mark.django_db
def test_a_limit_that_is_reached_is_logged_without_whom_it_stopped() -> None:
    limits = [Limit("few", "m.bauer@beispiel.de", 1, WINDOW), Limit("many", "192.0.2.7", 5, WINDOW)]
    with capture_logs() as logs:
        assert allow_all(limits, now=NOW)
        assert not allow_all(limits, now=NOW)
    assert logs == [{"event": "limit.reached", "limits": ["few"], "log_level": "info"}]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.17", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/56"),
        ("2001:db8:1:ff::1", "2001:db8:1::/56"),
        ("2001:db8:1:100::1", "2001:db8:1:100::/56"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_addresses_are_counted_by_network(address: str, network: str) -> None:
    assert network_of(address) == network
