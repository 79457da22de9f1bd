"""What a file looks like, and what is odd about a delivery."""

import pytest

from kundenportal.erp.deliveries.rules import (
    Beginning,
    beginning_of,
    changes_of,
    is_renaming_many,
    loses_much,
)


@pytest.mark.parametrize(
    ("start", "beginning"),
    [
        (b"", Beginning.EMPTY),
        (b" \r\n\n", Beginning.EMPTY),
        (b"PK\x03\x04...", Beginning.ZIP),
        (b"PK\x05\x06\0\0", Beginning.ZIP),
        (b"vorgang;ergebnis;grund\nV-1;uebernommen;\n", Beginning.RESULTS),
        (b'\xef\xbb\xbf"Ergebnis" ; "VORGANG"\r\n', Beginning.RESULTS),
        (b"\n\nGrund;Ergebnis;Vorgang;Z\xe4hler\n", Beginning.RESULTS),
        (b"kundennummer;name\n", Beginning.OTHER_TABLE),
        (b"vorgang;grund\n", Beginning.OTHER_TABLE),
        (b"%PDF-1.7\n", Beginning.UNKNOWN),
        (b"\x89PNG\r\n\x1a\n", Beginning.UNKNOWN),
        (b"vorgang,ergebnis\n", Beginning.UNKNOWN),
    ],
)
def test_a_file_is_told_by_how_it_begins(start: bytes, beginning: Beginning) -> None:
    assert beginning_of(start) is beginning


@pytest.mark.parametrize(
    ("renamed", "active", "is_many"),
    [(0, 0, False), (0, 100, False), (2, 100, False), (3, 100, True), (1, 0, True)],
)
def test_more_than_two_per_cent_of_other_names_are_many(renamed: int, active: int, is_many: bool) -> None:
    report = {"renamed_customers": renamed, "active": {"kunden.csv": active}}
    assert is_renaming_many(report) is is_many


def test_what_is_no_master_data_renames_ends_and_changes_nothing() -> None:
    assert not is_renaming_many({})
    assert not loses_much({})
    assert changes_of({}) == {}


def test_a_release_is_given_for_what_is_new_changed_and_ended() -> None:
    counts = {"new": 1, "changed": 2, "ended": 3, "unchanged": 4}
    assert changes_of({"files": {"kunden.csv": counts}}) == {"kunden.csv": (1, 2, 3)}
    assert loses_much({"losses": ["kunden.csv"]})
