"""How a meter reading is assessed."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kundenportal.core import profiles
from kundenportal.metering.rules import (
    Claim,
    Doubt,
    Impossible,
    NewReading,
    Plausible,
    Refusal,
    Unusual,
    Verdict,
    assess_reading,
)
from kundenportal.metering.usual_range import PastReading, RegisterFacts, UsualRange, usual_range
from tests.make import TODAY

STROM = RegisterFacts("strom", "kWh", 6, 1, default_annual_use=Decimal(2500))
GAS = RegisterFacts("gas", "m3", 5, 3, default_annual_use=Decimal(1500))
WASSER = RegisterFacts("wasser", "m3", 5, 3, default_annual_use=Decimal(90))
WAERME = RegisterFacts("waerme", "MWh", 4, 3, default_annual_use=Decimal(10))


def past(*readings: tuple[str, Any], **values: bool) -> list[PastReading]:
    """Return readings read by the utility; the values given tell of the last one."""
    history = [PastReading(dt.date.fromisoformat(date), Decimal(str(value))) for date, value in readings]
    return [*history[:-1], replace(history[-1], **values)] if history else []


STROM_YEARS = past(("2022-12-31", 14500), ("2023-12-31", 17000), ("2024-12-31", 19480), ("2025-12-31", 21987))
GAS_YEARS = past(("2022-12-31", 5120), ("2023-12-31", 6240), ("2024-12-31", 7300), ("2025-12-31", 8412))
WASSER_YEARS = past(("2022-12-31", 240), ("2023-12-31", 330), ("2024-12-31", 421), ("2025-12-31", 512))


def assess(
    register: RegisterFacts,
    history: list[PastReading],
    value: Any,
    *,
    date: dt.date = TODAY,
    digits: int | None = None,
    claim: Claim | None = None,
) -> Verdict:
    reading = NewReading(date, Decimal(str(value)), typed_digits=digits, claim=claim)
    return assess_reading(reading, register=register, history=history, today=TODAY, max_age_days=42)


# --- What is plausible ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "history", "value"),
    [
        (STROM, STROM_YEARS, 24318),
        (GAS, GAS_YEARS, 9305),
        (WASSER, WASSER_YEARS, 590),
        (WAERME, past(("2024-12-31", "80.125"), ("2025-12-31", "90.500")), "98.250"),
        (STROM, past(("2025-12-31", 21987)), 24318),
        (STROM, [], 24318),
        (replace(STROM, default_annual_use=None), past(("2025-12-31", 21987)), 99999),
        (replace(STROM, feeds_in=True, default_annual_use=None), past(("2025-12-31", 100)), 9000),
    ],
)
def test_a_value_in_the_usual_range_is_plausible(
    register: RegisterFacts, history: list[PastReading], value: Any
) -> None:
    assert isinstance(assess(register, history, value), Plausible)


def test_a_plausible_verdict_tells_use_and_range() -> None:
    verdict = assess(STROM, STROM_YEARS, 24318)
    assert isinstance(verdict, Plausible)
    assert verdict.use == 2331
    assert verdict.usual is not None
    assert Decimal(1500) < verdict.usual.low < 2231 < verdict.usual.high < 3000


def test_decimals_of_the_last_reading_do_not_make_the_same_value_lower() -> None:
    assert isinstance(assess(STROM, past(("2026-11-20", "21987.9")), 21987), Plausible)


def test_the_factor_counts_in_the_use() -> None:
    verdict = assess(replace(STROM, factor=Decimal(40)), past(("2025-12-31", 100)), 150)
    assert isinstance(verdict, Plausible)
    assert verdict.use == 2000


# --- What is unusual --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("register", "history", "value", "doubts"),
    [
        (WASSER, WASSER_YEARS, 641, (Doubt.HIGHER_THAN_USUAL,)),
        (WASSER, WASSER_YEARS, 520, (Doubt.LOWER_THAN_USUAL,)),
        (STROM, STROM_YEARS, 42318, (Doubt.HIGHER_THAN_USUAL,)),
        (STROM, STROM_YEARS, 21987, (Doubt.LOWER_THAN_USUAL,)),
        (STROM, STROM_YEARS, 243185, (Doubt.HIGHER_THAN_USUAL, Doubt.COMMA_MISSING)),
        (
            WASSER,
            past(("2024-12-31", 421), ("2025-12-31", 512), is_estimated=True),
            900,
            (Doubt.HIGHER_THAN_USUAL, Doubt.LAST_ESTIMATED),
        ),
        (
            STROM,
            past(("2022-12-31", 0), ("2024-12-31", 9000), ("2025-12-31", 16000), is_estimated=True),
            16010,
            (Doubt.LOWER_THAN_USUAL, Doubt.LAST_ESTIMATED),
        ),
        (
            WASSER,
            past(("2024-12-31", 421), ("2025-12-31", 600), is_estimated=True),
            550,
            (Doubt.LAST_ESTIMATED,),
        ),
        (WASSER, past(("2025-12-31", 600), is_estimated=True), 550, (Doubt.LAST_ESTIMATED,)),
        (GAS, past(("2024-12-31", 98300), ("2025-12-31", 99400)), 310, (Doubt.ROLLED_OVER,)),
    ],
)
def test_an_unusual_value_says_why(
    register: RegisterFacts, history: list[PastReading], value: int, doubts: tuple[Doubt, ...]
) -> None:
    verdict = assess(register, history, value)
    assert isinstance(verdict, Unusual)
    assert verdict.doubts == doubts


def test_decimals_typed_without_the_comma_are_recognised_by_the_range() -> None:
    five_and_one = replace(STROM, integer_digits=5)
    verdict = assess(five_and_one, past(("2024-12-31", 1200), ("2025-12-31", 3700)), 60015, digits=5)
    assert isinstance(verdict, Unusual)
    assert verdict.suggestion == 6001


def test_decimals_typed_without_the_comma_are_recognised_with_no_history() -> None:
    new = replace(STROM, installed_date=dt.date(2026, 10, 20))
    verdict = assess(new, [], 2518)
    assert verdict == Unusual((Doubt.HIGHER_THAN_USUAL, Doubt.COMMA_MISSING), suggestion=Decimal(251))
    assert assess(new, [], 25180) == Unusual((Doubt.HIGHER_THAN_USUAL,))
    assert assess(new, [], 251) == Plausible()


def test_a_first_reading_is_plausible_when_nothing_is_known() -> None:
    unknown = replace(STROM, default_annual_use=None, installed_date=dt.date(2026, 10, 20))
    assert assess(unknown, [], 999999) == Plausible()
    assert assess(STROM, [], 999999) == Plausible()


@pytest.mark.parametrize("claim", list(Claim))
def test_every_claim_makes_a_lower_value_a_matter_of_confirmation(claim: Claim) -> None:
    verdict = assess(STROM, STROM_YEARS, 461, claim=claim)
    assert isinstance(verdict, Unusual)
    expected = {
        Claim.METER_EXCHANGED: Doubt.METER_EXCHANGED,
        Claim.LAST_ESTIMATED: Doubt.LAST_ESTIMATED,
        Claim.ROLLED_OVER: Doubt.ROLLED_OVER,
        Claim.NONE_OF_THESE: Doubt.LOWER_THAN_LAST,
    }
    assert verdict.doubts[0] is expected[claim]


def test_a_claimed_roll_over_that_does_not_fit_is_also_higher_than_usual() -> None:
    verdict = assess(STROM, STROM_YEARS, 461, claim=Claim.ROLLED_OVER)
    assert isinstance(verdict, Unusual)
    assert verdict.doubts == (Doubt.ROLLED_OVER, Doubt.HIGHER_THAN_USUAL)
    assert verdict.use == 1_000_000 - 21987 + 461


# --- What is impossible -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "refusal"),
    [
        (TODAY + dt.timedelta(days=1), Refusal.DATE_IN_FUTURE),
        (dt.date(9999, 12, 31), Refusal.DATE_IN_FUTURE),
        (TODAY - dt.timedelta(days=43), Refusal.DATE_TOO_OLD),
        (dt.date(1900, 1, 1), Refusal.DATE_TOO_OLD),
        (dt.date(2026, 10, 31), Refusal.BEFORE_INSTALLATION),
        (dt.date(2026, 11, 15), Refusal.DATE_NOT_AFTER_LAST),
        (dt.date(2026, 11, 14), Refusal.DATE_NOT_AFTER_LAST),
    ],
)
def test_a_date_that_cannot_be_is_refused(date: dt.date, refusal: Refusal) -> None:
    register = replace(STROM, installed_date=dt.date(2026, 11, 1))
    assert assess(register, past(("2026-11-15", 5)), 10, date=date) == Impossible(refusal)


@pytest.mark.parametrize(
    ("date", "refusal"),
    [
        (dt.date(2026, 10, 31), Refusal.BEFORE_CONTRACT),
        (dt.date(2026, 11, 1), None),
        (dt.date(2026, 11, 20), None),
        (dt.date(2026, 11, 21), Refusal.AFTER_CONTRACT),
    ],
)
def test_a_day_outside_of_the_contract_is_refused(date: dt.date, refusal: Refusal | None) -> None:
    register = replace(STROM, contract_begin=dt.date(2026, 11, 1), contract_end=dt.date(2026, 11, 20))
    verdict = assess(register, [], 10, date=date)
    assert verdict == (Impossible(refusal) if refusal else Plausible())


def test_the_oldest_date_allowed_is_taken() -> None:
    assert isinstance(assess(STROM, [], 10, date=TODAY - dt.timedelta(days=42)), Plausible)


def test_a_second_value_for_a_day_may_replace_the_first_while_it_is_not_exported() -> None:
    history = past(("2025-12-31", 21987), (TODAY.isoformat(), 24318), is_pending=True, is_replaceable=True)
    assert assess(STROM, history, 24319) == Impossible(Refusal.ALREADY_SENT)
    the_day_before = TODAY - dt.timedelta(days=1)
    assert assess(STROM, history, 24319, date=the_day_before) == Impossible(Refusal.DATE_NOT_AFTER_LAST)


@pytest.mark.parametrize(
    ("register", "history", "typed", "suggestion"),
    [
        (GAS, GAS_YEARS, "09305412", 9305),  # ux.md C5
        (GAS, GAS_YEARS, "9305412", 9305),  # without the leading zero
        (GAS, GAS_YEARS, "930541", 9305),  # one red digit left out
        (replace(STROM, integer_digits=5), STROM_YEARS, "243185", 24318),  # 6 digits on 5+1
        (GAS, [], "09305412", 9305),
        (GAS, [], "00012345", 12),  # fits the counter, but has its 5 + 3 digits
        (WASSER, WASSER_YEARS, "00590123", 590),
        (WASSER, WASSER_YEARS, "00641123", 641),  # unusual, but not lower
        (WASSER, WASSER_YEARS, "00012345", None),  # lower than the last
        (GAS, GAS_YEARS, "123456789", None),  # no cut fits the counter
        (GAS, GAS_YEARS, "1" * 40, None),  # a key got stuck
        (WAERME, [], "1" * 40, None),
        (replace(STROM, decimal_digits=0), STROM_YEARS, "1234567", None),
        (WAERME, [], "12345", None),
    ],
)
def test_digits_beyond_the_counter_are_refused_with_a_repair(
    register: RegisterFacts, history: list[PastReading], typed: str, suggestion: int | None
) -> None:
    verdict = assess(register, history, int(typed), digits=len(typed))
    assert isinstance(verdict, Impossible)
    assert verdict.refusal is Refusal.TOO_MANY_DIGITS
    assert verdict.suggestion == suggestion


@pytest.mark.parametrize(
    ("register", "history", "typed"),
    [
        (STROM, STROM_YEARS, "0024318"),  # as many digits as 6 + 1, but the value fits the history
        (GAS, GAS_YEARS, "009305"),
        (GAS, GAS_YEARS, "0000009305"),
        (replace(STROM, decimal_digits=0), STROM_YEARS, "00024318"),
    ],
)
def test_leading_zeros_beyond_the_counter_are_nobodys_error(
    register: RegisterFacts, history: list[PastReading], typed: str
) -> None:
    assert isinstance(assess(register, history, int(typed), digits=len(typed)), Plausible)


def test_a_lower_value_is_refused() -> None:
    assert assess(WASSER, WASSER_YEARS, 461) == Impossible(Refusal.LOWER_THAN_LAST)


def test_a_lower_value_that_a_new_meter_could_show_is_refused_with_the_exchange_offered() -> None:
    assert assess(WASSER, WASSER_YEARS, 30) == Impossible(
        Refusal.LOWER_THAN_LAST, likely=Claim.METER_EXCHANGED
    )


def test_a_value_below_the_last_one_read_off_is_refused_even_after_an_estimate() -> None:
    history = past(("2024-12-31", 421), ("2025-12-31", 512), is_estimated=True)
    verdict = assess(WASSER, history, 400)
    assert isinstance(verdict, Impossible)
    assert verdict.refusal is Refusal.LOWER_THAN_LAST


def test_without_a_range_only_a_small_step_past_the_end_is_a_roll_over() -> None:
    register = replace(WASSER, default_annual_use=None)
    assert isinstance(assess(register, past(("2025-12-31", 99999)), 4), Unusual)
    assert isinstance(assess(register, past(("2025-12-31", 50000)), 4), Impossible)


# --- The usual range --------------------------------------------------------------------------------


def test_the_range_is_wider_for_a_shorter_history() -> None:
    one, three = (usual_range(STROM, STROM_YEARS[-n:], until=TODAY) for n in (2, 4))
    assert one is not None
    assert three is not None
    assert one.low < three.low < three.high < one.high


def test_the_range_is_wider_after_an_estimate() -> None:
    estimated = [*STROM_YEARS[:-1], replace(STROM_YEARS[-1], is_estimated=True)]
    after_estimate, after_reading = (
        usual_range(STROM, each, until=TODAY) for each in (estimated, STROM_YEARS)
    )
    assert after_estimate is not None
    assert after_reading is not None
    assert after_estimate.low < after_reading.low < after_reading.high < after_estimate.high


def test_the_range_reaches_as_far_as_the_customers_own_years() -> None:
    steady = past(("2022-12-31", 0), ("2023-12-31", 100), ("2024-12-31", 200), ("2025-12-31", 300))
    restless = past(("2022-12-31", 0), ("2023-12-31", 40), ("2024-12-31", 200), ("2025-12-31", 300))
    of_steady, of_restless = (usual_range(WASSER, each, until=TODAY) for each in (steady, restless))
    assert of_steady is not None
    assert of_restless is not None
    assert of_restless.high > of_steady.high


def test_heating_in_winter_uses_more_than_in_summer() -> None:
    winter = usual_range(GAS, past(("2024-12-31", 0), ("2025-12-31", 1000)), until=dt.date(2026, 2, 28))
    summer = usual_range(
        GAS, past(("2024-12-31", 0), ("2025-12-31", 1000), ("2026-06-01", 1500)), until=dt.date(2026, 7, 30)
    )
    assert winter is not None
    assert summer is not None
    assert winter.low > summer.high


def test_the_billing_systems_forecast_goes_before_the_divisions_default() -> None:
    register = replace(STROM, annual_use=Decimal(9000))
    assert isinstance(assess(register, past(("2025-12-31", 0)), 8000), Plausible)
    assert isinstance(assess(STROM, past(("2025-12-31", 0)), 8000), Unusual)


def test_an_exchange_in_the_history_does_not_count_as_use() -> None:
    history = past(("2023-12-31", 99000), ("2024-12-31", 90), ("2025-12-31", 180))
    assert isinstance(assess(WASSER, history, 260), Plausible)


def test_an_empty_flat_has_a_range_from_zero() -> None:
    history = past(("2023-12-31", 500), ("2024-12-31", 500), ("2025-12-31", 500))
    assert isinstance(assess(WASSER, history, 500), Plausible)
    assert isinstance(assess(WASSER, history, 501), Plausible)
    assert isinstance(assess(WASSER, history, 540), Unusual)


def test_there_is_no_range_before_time_has_passed() -> None:
    assert usual_range(STROM, STROM_YEARS, until=dt.date(2025, 12, 31)) is None


def test_a_range_contains_both_its_ends() -> None:
    usual = UsualRange(Decimal(70), Decimal(95))
    assert Decimal(70) in usual
    assert Decimal(95) in usual
    assert Decimal("95.1") not in usual


# --- The profiles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shares",
    [profiles.EVEN, profiles.HOUSEHOLD_ELECTRICITY, profiles.DEGREE_DAYS, profiles.HEATING, profiles.FEED_IN],
)
def test_a_year_has_a_years_use(shares: profiles.Shares) -> None:
    assert len(shares) == 12
    assert sum(shares) == 1000
    assert profiles.years_between(dt.date(2025, 11, 22), dt.date(2026, 11, 22), shares) == 1


def test_the_heating_profile_is_degree_days_with_hot_water() -> None:
    for heating, degree_days, even in zip(profiles.HEATING, profiles.DEGREE_DAYS, profiles.EVEN, strict=True):
        hot_water = profiles.HOT_WATER_SHARE * even
        assert abs(100 * heating - (100 - profiles.HOT_WATER_SHARE) * degree_days - hot_water) <= 100


@given(st.dates(), st.dates(), st.dates())
def test_shares_of_years_add_up(first: dt.date, second: dt.date, third: dt.date) -> None:
    start, middle, end = sorted((first, second, third))
    for shares in (profiles.HEATING, profiles.FEED_IN):
        parts = profiles.years_between(start, middle, shares) + profiles.years_between(middle, end, shares)
        assert abs(parts - profiles.years_between(start, end, shares)) < Decimal("1e-20")


# --- Properties -------------------------------------------------------------------------------------

REGISTERS = st.sampled_from([STROM, GAS, WASSER, replace(STROM, annual_use=Decimal(4000), factor=Decimal(3))])


@st.composite
def histories(draw: st.DrawFn) -> list[PastReading]:
    """Return up to five readings with rising values, the last at least a day before today."""
    values = sorted(draw(st.lists(st.integers(0, 60_000), max_size=5)))
    days = sorted(
        draw(st.sets(st.integers(1, 2000), min_size=len(values), max_size=len(values))), reverse=True
    )
    return [
        PastReading(TODAY - dt.timedelta(days=ago), Decimal(value), is_estimated=draw(st.booleans()))
        for ago, value in zip(days, values, strict=True)
    ]


def _rank(verdict: Verdict) -> int:
    """Return where a verdict stands from too low to too high."""
    if isinstance(verdict, Plausible):
        return 0
    if isinstance(verdict, Impossible):
        return 2 if verdict.refusal is Refusal.TOO_MANY_DIGITS else -2
    return 1 if Doubt.HIGHER_THAN_USUAL in verdict.doubts else -1


@given(REGISTERS, histories(), st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_verdict_is_monotone_in_the_value(
    register: RegisterFacts, history: list[PastReading], one: int, other: int
) -> None:
    lower, higher = sorted((one, other))
    verdict = assess(register, history, lower)
    assume(not (isinstance(verdict, Unusual) and Doubt.ROLLED_OVER in verdict.doubts))
    assert _rank(verdict) <= _rank(assess(register, history, higher))


@given(REGISTERS, histories())
def test_the_middle_of_the_range_is_never_refused(
    register: RegisterFacts, history: list[PastReading]
) -> None:
    usual = usual_range(register, history, until=TODAY)
    assume(usual is not None)
    assert usual is not None
    middle = history[-1].value + register.as_read((usual.low + usual.high) / 2 / register.factor)
    assume(middle < register.capacity)
    assert isinstance(assess(register, history, middle), Plausible)


@given(histories().filter(bool), st.integers(1, 30_000), st.data())
def test_a_roll_over_is_assessed_like_the_same_use_without_one(
    history: list[PastReading], use: int, data: st.DataObject
) -> None:
    until_the_end = data.draw(st.integers(1, use))
    shift = WASSER.capacity - until_the_end - history[-1].value
    turned = [replace(each, value=each.value + shift) for each in history]
    straight = assess(replace(WASSER, integer_digits=6), turned, turned[-1].value + use)
    rolled = assess(WASSER, turned, use - until_the_end, claim=Claim.ROLLED_OVER)
    assert isinstance(rolled, Unusual)
    assert isinstance(straight, Plausible | Unusual)
    assert rolled.use == straight.use == use
    expected = straight.doubts if isinstance(straight, Unusual) else ()
    assert set(rolled.doubts) - {Doubt.ROLLED_OVER, Doubt.COMMA_MISSING} == set(expected) - {
        Doubt.COMMA_MISSING
    }


@given(
    REGISTERS,
    histories(),
    st.decimals(0, 10**9, places=4),
    st.dates(),
    st.one_of(st.none(), st.integers(1, 12)),
    st.one_of(st.none(), st.sampled_from(Claim)),
)
def test_every_reading_gets_a_verdict(
    register: RegisterFacts,
    history: list[PastReading],
    value: Decimal,
    date: dt.date,
    digits: int | None,
    claim: Claim | None,
) -> None:
    verdict = assess(register, history, value, date=date, digits=digits, claim=claim)
    assert isinstance(verdict, Plausible | Unusual | Impossible)
