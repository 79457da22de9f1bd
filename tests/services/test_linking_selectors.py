"""Who may see what."""

import datetime as dt

import pytest
import time_machine

from kundenportal.customers.models import Division
from kundenportal.linking.models import AccountLink
from kundenportal.linking.selectors import customers_of, holder_of, premises_of
from tests.make import NOW, TODAY, make_customer, make_premise, make_register, make_user

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def years_ago(years: int, *, days: int = 0) -> dt.date:
    return TODAY.replace(year=TODAY.year - years) - dt.timedelta(days=days)


def test_a_login_sees_exactly_the_customers_it_is_linked_to() -> None:
    mine, also_mine, foreign = (make_customer() for _ in range(3))
    user = make_user(mine, also_mine)
    make_user(foreign)
    assert customers_of(user) == [mine, also_mine]
    assert holder_of(mine) == user
    assert holder_of(make_customer()) is None


def test_an_ended_link_shows_nothing() -> None:
    customer = make_customer()
    make_premise(customer)
    user = make_user(customer)
    AccountLink.objects.update(ended_at=NOW)
    assert customers_of(user) == []
    assert premises_of(user) == []
    assert holder_of(customer) is None


def test_a_premise_comes_with_its_customer_and_installed_divisions() -> None:
    premise = make_premise()
    make_register(premise, division=Division.WATER)
    make_register(premise, division=Division.ELECTRICITY)
    make_register(premise, division=Division.GAS, removed_date=years_ago(1))
    (choice,) = premises_of(make_user(premise.customer))
    assert (choice.premise, choice.customer, choice.is_ended) == (premise, premise.customer, False)
    assert choice.divisions == (Division.ELECTRICITY, Division.WATER)


def test_a_premise_without_a_meter_is_shown_without_divisions() -> None:
    premise = make_premise()
    (choice,) = premises_of(make_user(premise.customer))
    assert choice.divisions == ()


@pytest.mark.parametrize(
    ("values", "is_ended"),
    [
        ({"end_date": TODAY}, False),
        ({"end_date": TODAY + dt.timedelta(days=30)}, False),
        ({"end_date": TODAY - dt.timedelta(days=1)}, True),
        ({"end_date": years_ago(3)}, True),
        ({"end_date": years_ago(3, days=1)}, None),
        ({"ended_at": NOW}, True),
        ({"ended_at": NOW - dt.timedelta(days=3 * 366)}, None),
    ],
)
def test_an_ended_premise_stays_readable_for_36_months_and_is_marked(values, is_ended: bool | None) -> None:
    premise = make_premise(**values)
    make_register(premise, removed_date=years_ago(2))
    choices = premises_of(make_user(premise.customer))
    assert [choice.is_ended for choice in choices] == ([] if is_ended is None else [is_ended])
    assert all(choice.divisions == (Division.ELECTRICITY,) for choice in choices)


@pytest.mark.parametrize(("days", "is_seen"), [(1, True), (3 * 366, False)])
def test_the_premises_of_an_ended_customer_end_with_it(days: int, is_seen: bool) -> None:
    customer = make_customer(ended_at=NOW - dt.timedelta(days=days))
    make_premise(customer)
    user = make_user(customer)
    assert bool(customers_of(user)) is is_seen
    assert [choice.is_ended for choice in premises_of(user)] == [True] * is_seen


def test_current_premises_stand_before_ended_ones() -> None:
    customer = make_customer()
    old = make_premise(customer, street="Am Anger", end_date=years_ago(1))
    new = make_premise(customer, street="Zehntgasse")
    assert [choice.premise for choice in premises_of(make_user(customer))] == [new, old]


@time_machine.travel(dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC), tick=False)
def test_a_leap_day_reaches_back_to_the_first_of_march() -> None:
    premise = make_premise(end_date=dt.date(2025, 3, 1))
    assert len(premises_of(make_user(premise.customer))) == 1


@pytest.mark.parametrize("count", [1, 20])
def test_premises_take_one_query_however_many_there_are(count: int, django_assert_num_queries) -> None:
    customer = make_customer()
    for _ in range(count):
        make_register(make_premise(customer))
    user = make_user(customer)
    with django_assert_num_queries(1):
        assert len(premises_of(user)) == count
