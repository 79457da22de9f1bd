"""How a year's cost is forecast from readings. Every expected figure is computed by hand beside its case."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.advance_payments.forecast import (
    ComputedAmount,
    Counter,
    CounterReading,
    Forecast,
    forecast,
)
from kundenportal.advance_payments.rules import AllowedRange
from kundenportal.core.profiles import EVEN, HEATING, HOUSEHOLD_ELECTRICITY, Shares

TODAY = dt.date(2026, 11, 22)
HUNDRED_EUROS = ComputedAmount(Decimal(100), dt.date(2026, 3, 1), fixed_share=Decimal(0))


def readings(*values: tuple[str, int] | tuple[str, int, str]) -> tuple[CounterReading, ...]:
    """Return readings; a third word marks an estimated one."""
    return tuple(
        CounterReading(dt.date.fromisoformat(date), Decimal(value), is_estimated=bool(mark))
        for date, value, *mark in values
    )


def counter(
    *values: tuple[str, int] | tuple[str, int, str], shares: Shares = EVEN, **more: object
) -> Counter:
    """Return the counter of one meter, for which the billing system expects 1,000 units a year."""
    plain = Counter(1, "kWh", shares, readings(*values), annual_use=Decimal(1000))
    return replace(plain, **more)  # type: ignore[arg-type]


def year_of(*counters: Counter, computed: ComputedAmount = HUNDRED_EUROS) -> Forecast | None:
    return forecast(counters, computed=computed, today=TODAY)


CASES = {
    # 1 October to 1 October is one year: 800 of 1,000 expected units, so 1,200 EUR x 0.8.
    "a whole year": ([counter(("2025-10-01", 0), ("2026-01-01", 500), ("2026-10-01", 800))], 800, 960),
    # October 81, November 113, December 147 thousandths: 341 units in 0.341 years are 1,000 a year.
    "gas in autumn": (
        [counter(("2025-10-01", 0), ("2025-11-01", 81), ("2026-01-01", 341), shares=HEATING)],
        1000,
        1200,
    ),
    # May to August is 48 + 26 + 26 + 26 = 126 thousandths, with March and April (122 + 80) 328:
    # 492 units / 0.328 = 1,500 a year.
    "gas in spring and summer": (
        [counter(("2026-03-01", 0), ("2026-05-01", 400), ("2026-09-01", 492), shares=HEATING)],
        1500,
        1800,
    ),
    # H0, January to June: 106 + 93 + 95 + 82 + 76 + 67 = 519 thousandths; 519 units are 1,000 a year.
    "half a year of electricity": (
        [counter(("2026-01-01", 0), ("2026-03-01", 150), ("2026-07-01", 519), shares=HOUSEHOLD_ELECTRICITY)],
        1000,
        1200,
    ),
    # 1 January to 16 May is 85 + 77 + 85 + 82 = 329 and 15 of 31 days of 85: 41.129..., so 0.370129 years;
    # 370.129 units would be 1,000 a year, 185 units are 499.826...; 1,200 EUR x 0.499826 = 599.79.
    "part of a month": (
        [counter(("2026-01-01", 0), ("2026-05-01", 160), ("2026-05-16", 185))],
        None,
        "599.79",
    ),
    # The estimate of 1 January says nothing: 900 units between 1 October and 1 October.
    "an estimate between readings": (
        [
            counter(
                ("2025-10-01", 0), ("2026-01-01", 700, "estimated"), ("2026-07-01", 600), ("2026-10-01", 900)
            )
        ],
        900,
        1080,
    ),
    # Old meter: 329 units in January to April (0.329 years, 1,000 a year). New one: 504 units in May to July
    # (85 + 82 + 85 = 252 thousandths, 2,000 a year). Together 833 units in 0.581 years: 1,433.73... a year,
    # 1,200 EUR x 1.43373... = 1,720.48.
    "a meter that took the place of another": (
        [
            counter(("2026-01-01", 9000), ("2026-05-01", 9329), removed_date=dt.date(2026, 5, 1)),
            counter(("2026-05-01", 0), ("2026-08-01", 504), meter_id=2, installed_date=dt.date(2026, 5, 1)),
        ],
        None,
        "1720.48",
    ),
    # As before, but nobody read the new meter before 1 June (0.167 years from then on, 167 units: 1,000 a
    # year). May counts neither as use nor as time: 496 units in 0.496 years.
    "an exchange with a gap": (
        [
            counter(("2026-01-01", 9000), ("2026-05-01", 9329), removed_date=dt.date(2026, 5, 1)),
            counter(("2026-06-01", 77), ("2026-08-01", 244), meter_id=2, installed_date=dt.date(2026, 5, 1)),
        ],
        1000,
        1200,
    ),
    # Peak 600 and off-peak 300 units in a year, of 1,000 + 1,000 expected: 1,200 EUR x 0.45.
    "two registers of one meter": (
        [
            counter(("2025-10-01", 0), ("2026-01-01", 200), ("2026-10-01", 600)),
            counter(("2025-10-01", 0), ("2026-01-01", 100), ("2026-10-01", 300)),
        ],
        900,
        540,
    ),
    # Two meters side by side: 1,200 + 800 units of 1,000 + 1,000 expected.
    "two meters at once": (
        [
            counter(("2025-10-01", 0), ("2026-01-01", 200), ("2026-10-01", 1200)),
            counter(("2025-10-01", 0), ("2026-01-01", 100), ("2026-10-01", 800), meter_id=2),
        ],
        2000,
        1200,
    ),
    # 10 steps of the counter with a factor of 80 are 800 units.
    "a factor": (
        [counter(("2025-10-01", 0), ("2026-01-01", 5), ("2026-10-01", 10), factor=Decimal(80))],
        800,
        960,
    ),
    # After 1 January the counter started again from zero: only October to December counts, 252 thousandths.
    "a counter that started again": (
        [counter(("2025-10-01", 99500), ("2026-01-01", 99752), ("2026-10-01", 500))],
        1000,
        1200,
    ),
}


@pytest.mark.parametrize(("counters", "use", "cost"), CASES.values(), ids=CASES.keys())
def test_a_year_is_forecast_from_readings(counters: list[Counter], use: int | None, cost: int | str) -> None:
    found = year_of(*counters)

    assert found is not None
    if use is not None:
        assert found.annual_use == use
    assert found.annual_cost == Decimal(cost)


def test_without_a_figure_the_use_before_the_amount_is_compared() -> None:
    # Before 1 March 2026: 1 January 2025 to 1 January 2026, 500 units. In the 400 days up to 1 October 2026
    # there are 748 units in 0.748 years (January to September: 85 + 77 + 85 + 82 + 85 + 82 + 85 + 85 + 82).
    found = year_of(
        counter(
            ("2025-01-01", 0), ("2026-01-01", 500), ("2026-05-01", 829), ("2026-10-01", 1248), annual_use=None
        )
    )

    assert found == Forecast(Decimal(1000), Decimal("2400.00"))


def test_the_base_price_does_not_follow_the_use() -> None:
    # 15 % of 1,200 EUR stay, 85 % follow the use: 180 + 1,020 x 0.8 = 996.
    found = year_of(
        counter(("2025-10-01", 0), ("2026-01-01", 500), ("2026-10-01", 800)),
        computed=replace(HUNDRED_EUROS, fixed_share=Decimal("0.15")),
    )

    assert found is not None
    assert found.annual_cost == 996


@pytest.mark.parametrize(
    "counters",
    [
        [],
        [counter()],
        [counter(("2025-12-31", 100), ("2026-11-22", 900))],
        [counter(("2025-12-31", 100), ("2026-06-30", 500, "estimated"), ("2026-11-22", 900))],
        [counter(("2026-10-01", 100), ("2026-10-15", 150), ("2026-11-01", 200))],
        [counter(("2025-12-01", 0), ("2026-05-01", 5), ("2026-10-01", 9), annual_use=Decimal(0))],
        [counter(("2025-10-01", 0), ("2026-01-01", 5), ("2026-10-01", 9), removed_date=dt.date(2026, 10, 1))],
        [
            counter(("2025-10-01", 0), ("2026-01-01", 5), ("2026-10-01", 9)),
            counter(("2025-10-01", 0), ("2026-01-01", 5), ("2026-10-01", 9), meter_id=2, unit="MWh"),
        ],
        [
            counter(("2025-10-01", 0), ("2026-01-01", 5), ("2026-10-01", 9)),
            counter(meter_id=2),
        ],
    ],
    ids=[
        "no counter",
        "no reading",
        "two readings in a year",
        "two and an estimate",
        "a month of water",
        "nothing expected and nothing known before",
        "a meter that is gone",
        "two units",
        "one of two meters was never read",
    ],
)
def test_nothing_is_said_when_the_readings_do_not_tell(counters: list[Counter]) -> None:
    assert year_of(*counters) is None


def test_an_amount_of_zero_tells_nothing_of_prices() -> None:
    whole_year = counter(("2025-10-01", 0), ("2026-01-01", 500), ("2026-10-01", 800))

    assert year_of(whole_year, computed=replace(HUNDRED_EUROS, amount=Decimal(0))) is None


def test_readings_of_the_future_say_nothing() -> None:
    assert year_of(counter(("2025-10-01", 0), ("2026-01-01", 500), ("2026-12-01", 800))) is None


@pytest.mark.parametrize(
    ("cost", "low", "high", "proposal"),
    [
        ("1024.00", 50, 200, "86.00"),
        ("1032.00", 50, 200, "86.00"),
        ("1024.00", 90, 200, "90.00"),
        ("1024.00", 50, 80, "80.00"),
    ],
)
def test_the_proposal_is_rounded_up_and_within_the_range(
    cost: str, low: int, high: int, proposal: str
) -> None:
    # 1,024 EUR / 12 = 85.33; 1,032 / 12 = 86 exactly.
    year = Forecast(Decimal(1000), Decimal(cost))

    assert str(year.proposal(AllowedRange(Decimal(low), Decimal(high)))) == proposal


@pytest.mark.parametrize(
    ("amount", "euros", "is_nearly_even", "warns"),
    [
        # 12 x 85 = 1,020 against 1,024 EUR, and so on.
        ("85.00", -4, True, False),
        ("86.00", 8, True, False),
        ("92.00", 80, False, False),
        ("80.00", -64, False, False),
        ("76.00", -112, False, True),
    ],
)
def test_the_balance_is_what_the_year_ends_with(
    amount: str, euros: int, is_nearly_even: bool, warns: bool
) -> None:
    balance = Forecast(Decimal(1000), Decimal("1024.00")).balance(Decimal(amount))

    assert (balance.euros, balance.is_nearly_even, balance.is_worth_a_warning) == (
        euros,
        is_nearly_even,
        warns,
    )
    assert balance.owed == abs(euros)


@pytest.mark.parametrize(
    ("amount", "fits"),
    # 12 x 90 = 1,080 and 12 x 110 = 1,320 are 10 % off 1,200 EUR; a cent more is too far.
    [
        ("100.00", True),
        ("90.00", True),
        ("89.99", False),
        ("110.00", True),
        ("110.01", False),
        ("0.00", False),
    ],
)
def test_an_amount_fits_when_the_year_ends_nearly_even(amount: str, fits: bool) -> None:
    assert Forecast(Decimal(1000), Decimal("1200.00")).fits(Decimal(amount)) is fits


@given(
    st.integers(1, 100_000),
    st.integers(1, 100_000),
    st.decimals(1, 2000, places=2),
    st.sampled_from([EVEN, HEATING, HOUSEHOLD_ELECTRICITY]),
)
def test_a_year_like_the_expected_costs_twelve_amounts(
    start: int, use: int, amount: Decimal, shares: Shares
) -> None:
    values = (("2025-10-01", start), ("2026-01-01", start), ("2026-10-01", start + use))
    computed = ComputedAmount(amount, dt.date(2026, 3, 1), fixed_share=Decimal("0.15"))

    found = year_of(counter(*values, shares=shares, annual_use=Decimal(use)), computed=computed)

    assert found is not None
    assert found.annual_cost == 12 * amount
    assert abs(found.balance(amount).euros) == 0


@given(st.lists(st.integers(0, 5000), min_size=3, max_size=8), st.integers(0, 5000))
def test_more_use_never_costs_less(steps: list[int], more: int) -> None:
    def year(last: int) -> Forecast | None:
        values, total = [], 0
        for place, step in enumerate([*steps[:-1], last]):
            total += step
            values.append(((dt.date(2025, 11, 1) + dt.timedelta(days=45 * place)).isoformat(), total))
        return year_of(counter(*values, shares=HEATING))

    less_use, more_use = year(steps[-1]), year(steps[-1] + more)

    assert (less_use is None) == (more_use is None)
    if less_use is not None and more_use is not None:
        assert more_use.annual_cost >= less_use.annual_cost
