"""What an advance payment may be changed to, from when, and when it is locked."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.advance_payments.rules import (
    AllowedRange,
    CurrentAmount,
    Locked,
    PastChange,
    Refusal,
    allowed_range,
    next_due_date,
    offered_dates,
    refuse_change,
    why_locked,
)
from kundenportal.core.utility import AdvancePaymentRules

TODAY = dt.date(2026, 11, 22)
POLICY = AdvancePaymentRules(
    lower_percent=20, upper_percent=100, lead_days=10, months_offered=3, changes_per_year=1
)
STROM = CurrentAmount("strom", Decimal("92.00"), dt.date(2026, 3, 1))
GAS = CurrentAmount("gas", Decimal("108.00"), dt.date(2026, 3, 1), Decimal("91.80"), Decimal("216.00"))
NEXT_YEAR = dt.date(2027, 1, 1)


def refusals(amounts: dict[str, str], valid_from: dt.date = NEXT_YEAR) -> dict[str, Refusal]:
    return refuse_change(
        {key: Decimal(value) for key, value in amounts.items()},
        currents=(STROM, GAS),
        valid_from=valid_from,
        today=TODAY,
        policy=POLICY,
    )


@pytest.mark.parametrize(
    ("current", "low", "high"),
    [
        (STROM, "73.60", "184.00"),
        (GAS, "91.80", "216.00"),
        (replace(GAS, minimum=None), "86.40", "216.00"),
        (replace(GAS, maximum=None), "91.80", "216.00"),
        (replace(STROM, amount=Decimal("92.01")), "73.60", "184.02"),
        (replace(STROM, amount=Decimal("0.01")), "0.00", "0.02"),
        (replace(STROM, minimum=Decimal("300.00")), "300.00", "300.00"),
    ],
)
def test_the_range_is_the_billing_systems_else_the_utilitys(
    current: CurrentAmount, low: str, high: str
) -> None:
    assert allowed_range(current, POLICY) == AllowedRange(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ({"strom": "85.00", "gas": "108.00"}, {}),
        ({"strom": "73.60"}, {}),
        ({"strom": "184.00"}, {}),
        ({"strom": "73.59"}, {"strom": Refusal.TOO_LOW}),
        ({"strom": "184.01"}, {"strom": Refusal.TOO_HIGH}),
        ({"strom": "85.00", "gas": "91.79"}, {"gas": Refusal.TOO_LOW}),
        ({"strom": "92.00", "gas": "108.00"}, {"": Refusal.NOTHING_CHANGED}),
        ({}, {"": Refusal.NOTHING_CHANGED}),
        ({"wasser": "24.00"}, {"wasser": Refusal.NOT_CHANGEABLE}),
    ],
)
def test_amounts_outside_the_range_are_refused(amounts: dict[str, str], expected: dict[str, Refusal]) -> None:
    assert refusals(amounts) == expected


@pytest.mark.parametrize("valid_from", [dt.date(2026, 12, 1), dt.date(2027, 1, 2), dt.date(2027, 4, 1)])
def test_a_date_that_is_not_offered_is_refused(valid_from: dt.date) -> None:
    assert refusals({"strom": "85.00"}, valid_from) == {"": Refusal.DATE_NOT_OFFERED}


def test_an_amount_outside_the_limits_may_stay() -> None:
    current = replace(GAS, minimum=Decimal("110.00"))
    amounts = {"strom": Decimal("85.00"), "gas": current.amount}

    assert not refuse_change(
        amounts, currents=(STROM, current), valid_from=NEXT_YEAR, today=TODAY, policy=POLICY
    )


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (dt.date(2026, 11, 21), dt.date(2026, 12, 1)),
        (dt.date(2026, 11, 22), dt.date(2027, 1, 1)),
        (dt.date(2026, 12, 31), dt.date(2027, 2, 1)),
        (dt.date(2028, 2, 20), dt.date(2028, 3, 1)),
    ],
)
def test_a_change_begins_on_a_first_that_leaves_time(today: dt.date, first: dt.date) -> None:
    assert offered_dates(today, POLICY)[0] == first


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 90), st.integers(1, 12))
def test_offered_dates_are_months_in_a_row(today: dt.date, lead_days: int, months: int) -> None:
    dates = offered_dates(today, replace(POLICY, lead_days=lead_days, months_offered=months))

    assert len(dates) == months
    assert all(each.day == 1 for each in dates)
    assert dt.timedelta(days=lead_days) <= dates[0] - today < dt.timedelta(days=lead_days + 31)
    numbers = [12 * each.year + each.month for each in dates]
    assert numbers == list(range(numbers[0], numbers[0] + months))


@pytest.mark.parametrize(
    ("due_day", "today", "expected"),
    [
        (1, dt.date(2026, 11, 22), dt.date(2026, 12, 1)),
        (22, dt.date(2026, 11, 22), dt.date(2026, 11, 22)),
        (31, dt.date(2026, 11, 22), dt.date(2026, 11, 30)),
        (31, dt.date(2027, 2, 1), dt.date(2027, 2, 28)),
        (15, dt.date(2026, 12, 16), dt.date(2027, 1, 15)),
    ],
)
def test_a_payment_is_due_on_its_day_of_the_month(due_day: int, today: dt.date, expected: dt.date) -> None:
    assert next_due_date(due_day, today) == expected


@pytest.mark.parametrize(
    ("is_ended", "changes", "per_year", "expected"),
    [
        (False, [], 1, None),
        (True, [], 1, Locked.PREMISE_ENDED),
        (False, [PastChange(2026, is_pending=True)], 0, Locked.CHANGE_PENDING),
        (False, [PastChange(2025, is_pending=True)], 1, Locked.CHANGE_PENDING),
        (False, [PastChange(2026, is_pending=False)], 1, Locked.CHANGED_THIS_YEAR),
        (False, [PastChange(2026, is_pending=False)], 2, None),
        (False, [PastChange(2026, is_pending=False)], 0, None),
        (False, [PastChange(2025, is_pending=False)], 1, None),
    ],
)
def test_a_lock_says_why(
    is_ended: bool, changes: list[PastChange], per_year: int, expected: Locked | None
) -> None:
    policy = replace(POLICY, changes_per_year=per_year)

    assert why_locked(is_ended=is_ended, changes=changes, today=TODAY, policy=policy) == expected


@given(
    st.decimals(0, 10_000, places=2),
    st.decimals(0, 30_000, places=2),
    st.integers(0, 100),
    st.integers(0, 500),
)
def test_an_amount_is_refused_exactly_outside_the_range(
    current: Decimal, wanted: Decimal, lower: int, upper: int
) -> None:
    policy = replace(POLICY, lower_percent=lower, upper_percent=upper)
    amount = replace(STROM, amount=current)
    allowed = allowed_range(amount, policy)

    found = refuse_change(
        {"strom": wanted}, currents=(amount,), valid_from=NEXT_YEAR, today=TODAY, policy=policy
    )

    assert allowed.low <= current <= allowed.high
    assert ("strom" in found) == (not allowed.low <= wanted <= allowed.high)
