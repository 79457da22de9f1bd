"""When is a new grant restricted, whom does undoing a merge take a customer from, when is a login deleted?"""

import datetime as dt

import pytest

from kundenportal.linking.rules import Hold, day_of_deletion, hold_for, may_be_taken_back

NOW = dt.datetime(2026, 11, 22, 11, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LATER, LETTER = Hold(until=NOW + 72 * HOUR), Hold(awaits_letter=True)


@pytest.mark.parametrize(
    ("proof", "has_told_contact", "was_withdrawn", "hours", "hold"),
    [
        ("mailbox", False, True, 72, None),
        ("letter", False, True, 72, None),
        ("meter", True, False, 72, LATER),
        ("name", True, False, 72, LATER),
        ("meter", True, False, 24, Hold(until=NOW + 24 * HOUR)),
        ("meter", False, False, 72, LETTER),
        ("name", False, False, 72, LETTER),
        ("meter", True, True, 72, LETTER),
        ("meter", False, True, 0, None),
    ],
)
def test_a_grant_won_by_what_others_may_know_is_restricted(
    proof: str, has_told_contact: bool, was_withdrawn: bool, hours: int, hold: Hold | None
) -> None:
    assert hold == hold_for(
        proof, has_told_contact=has_told_contact, was_withdrawn=was_withdrawn, hours=hours, now=NOW
    )


@pytest.mark.parametrize(
    ("granted_after", "proof", "is_continued", "is_of_kept", "expected"),
    [
        (0, "letter", True, True, True),
        (1, "letter", False, True, True),
        (-1, "meter", False, True, False),
        (1, "meter", False, False, True),
        (1, "name", False, False, True),
        (1, "letter", False, False, False),
        (1, "mailbox", False, False, False),
        (1, "letter", True, False, True),
        (-1, "meter", False, False, False),
    ],
)
def test_undoing_a_merge_takes_back_what_was_not_proven_better_since(
    granted_after: int, proof: str, is_continued: bool, is_of_kept: bool, expected: bool
) -> None:
    verdict = may_be_taken_back(
        merged_at=NOW,
        granted_at=NOW + granted_after * HOUR,
        proof=proof,
        is_continued=is_continued,
        is_of_kept=is_of_kept,
    )
    assert verdict is expected


@pytest.mark.parametrize(
    ("told", "day"),
    [
        (None, "2030-02-12"),
        ("2030-03-01", "2030-03-01"),
        ("2030-01-31", "2030-01-31"),
        ("2030-01-30", "2030-02-12"),
        ("2029-12-01", "2030-02-12"),
    ],
)
def test_the_day_of_deletion_stands_unless_it_is_less_than_30_days_away(told: str | None, day: str) -> None:
    earlier = dt.date.fromisoformat(told) if told else None
    assert day_of_deletion(earlier, today=dt.date(2030, 1, 1)) == dt.date.fromisoformat(day)
