"""When a change of the bank account is taken, how long it waits, and when it is debited first."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.banking.bank_days import earliest_debit, is_bank_day, latest_debit
from kundenportal.banking.banks import UNKNOWN, Bank, bank_of, canonical_bic, german_bank_name
from kundenportal.banking.mandates import Creditor, Mandate, digest_of
from kundenportal.banking.rules import (
    AccountWish,
    Hold,
    hold_for,
    is_for_somebody_else,
    next_references,
)
from tests.make import NOW

DAY = dt.timedelta(days=1)
NEW, GIVEN_UP = AccountWish(None, iban="DE89370400440532013000", holder="Bauer"), AccountWish(None)
CREDITOR = Creditor("Stadtwerke Musterbach", "Kirchplatz 1", "91560 Musterbach", "DE98ZZZ09999999999")


@pytest.mark.parametrize(
    ("date", "state", "is_open"),
    [
        (dt.date(2026, 11, 27), "", True),
        (dt.date(2026, 11, 28), "", False),
        (dt.date(2026, 11, 29), "", False),
        (dt.date(2026, 12, 25), "", False),
        (dt.date(2026, 5, 1), "", False),
        (dt.date(2026, 4, 3), "", False),
        (dt.date(2026, 5, 14), "", False),
        (dt.date(2026, 1, 6), "", True),
        (dt.date(2026, 1, 6), "BY", False),
        (dt.date(2026, 1, 6), "NI", True),
        (dt.date(2025, 10, 31), "NI", False),
        (dt.date(2025, 10, 31), "BY", True),
    ],
)
def test_bank_days_leave_out_weekends_target_and_the_state_s_holidays(
    date: dt.date, state: str, is_open: bool
) -> None:
    assert is_bank_day(date, state=state) is is_open


@pytest.mark.parametrize(
    ("hold_ends", "state", "earliest"),
    [
        # Wednesday: Thursday, Friday, then Monday to Wednesday.
        (dt.date(2026, 11, 25), "BY", dt.date(2026, 12, 2)),
        # Around Christmas: 23, 24, 28, 29 and 30 December.
        (dt.date(2026, 12, 22), "BY", dt.date(2026, 12, 30)),
        # Over New Year and, in Bavaria, Epiphany.
        (dt.date(2026, 12, 30), "BY", dt.date(2027, 1, 8)),
        (dt.date(2026, 12, 30), "NI", dt.date(2027, 1, 7)),
    ],
)
def test_the_first_debit_leaves_time_to_prepare_it(hold_ends: dt.date, state: str, earliest: dt.date) -> None:
    assert earliest_debit(hold_ends, lead_bank_days=5, state=state) == earliest


@given(st.dates(dt.date(2020, 1, 1), dt.date(2035, 1, 1)), st.integers(1, 30))
def test_the_first_debit_is_a_bank_day_and_the_last_a_year_later(day: dt.date, lead: int) -> None:
    earliest = earliest_debit(day, lead_bank_days=lead, state="BY")
    assert is_bank_day(earliest, state="BY")
    between = (earliest - day).days
    assert sum(is_bank_day(day + number * DAY, state="BY") for number in range(1, between + 1)) == lead
    assert dt.timedelta(360) < latest_debit(earliest) - earliest < dt.timedelta(368)


def hold(*wishes: AccountWish, last: dt.datetime | None = None) -> Hold:
    return hold_for(wishes, hours=72, last_access_change=last, now=NOW)


def test_a_new_account_waits_three_days() -> None:
    assert hold(NEW) == Hold(NOW + 3 * DAY)
    assert hold(GIVEN_UP, NEW) == Hold(NOW + 3 * DAY)


def test_giving_an_account_up_does_not_wait() -> None:
    assert hold(GIVEN_UP) == hold(GIVEN_UP, last=NOW) == Hold()


@pytest.mark.parametrize(
    ("days_ago", "waits", "is_longer"),
    [(0, 7, True), (2, 5, True), (4, 3, False), (6, 3, False), (90, 3, False)],
)
def test_a_change_of_the_access_makes_a_new_account_wait_for_seven_days_from_then(
    days_ago: int, waits: int, is_longer: bool
) -> None:
    assert hold(NEW, last=NOW - days_ago * DAY) == Hold(NOW + waits * DAY, is_longer)


@pytest.mark.parametrize(
    ("holder", "is_other"),
    [("Michael Bauer", False), ("Bauer, Michael", False), ("Erika Bauer", True), ("Bauer", True)],
)
def test_another_holder_is_told_from_the_customer(holder: str, is_other: bool) -> None:
    assert is_for_somebody_else(holder, first_name="Michael", last_name="Bauer") is is_other


def test_references_are_new_whatever_their_case() -> None:
    taken = {"kp-0014026-1-1", "KP-0014026-1-3", "M14026-1"}
    found = next_references("KP-{customer}-{sequence}", customer_number="0014026/1", taken=taken, amount=2)
    assert found == ("KP-0014026-1-2", "KP-0014026-1-4")


def test_banks_come_from_the_register_and_an_unknown_one_is_no_fault() -> None:
    assert bank_of("DE89370400440532013000") == Bank("Commerzbank", "COBADEFFXXX")
    assert bank_of("DE90999999990000004711") == UNKNOWN
    assert german_bank_name("76550000").startswith("Sparkasse")
    assert german_bank_name("99999999") == german_bank_name("7655") == german_bank_name("abc") == ""


@pytest.mark.parametrize(
    ("text", "bic"),
    [("ubsw ch zh 80a", "UBSWCHZH80A"), ("COBADEFF", "COBADEFF"), ("COBADEF", None), ("", None)],
)
def test_a_bic_has_eight_or_eleven_places(text: str, bic: str | None) -> None:
    assert canonical_bic(text) == bic


def whole_mandate(language: str = "de", **values: str) -> Mandate:
    facts = {
        "reference": "KP-0014026-1-1",
        "holder": "Michael Bauer",
        "customer_name": "Michael Bauer",
        "customer_number": "0014026/1",
    }
    return Mandate(language, CREDITOR, **facts | values)


def test_a_german_mandate_says_who_may_collect_and_how_to_get_money_back() -> None:
    assert whole_mandate().text.splitlines() == [
        "SEPA-Lastschriftmandat",
        "Zahlungsempfänger: Stadtwerke Musterbach, Kirchplatz 1, 91560 Musterbach",
        "Gläubiger-Identifikationsnummer: DE98ZZZ09999999999",
        "Mandatsreferenz: KP-0014026-1-1",
        "Zahlungsart: Wiederkehrende Zahlung",
        "Kontoinhaber: Michael Bauer",
        "Kunde: Michael Bauer, Kundennummer 0014026/1",
        "Gilt für: alle Verbrauchsstellen ohne eigene Bankverbindung",
        (
            "Ich ermächtige Stadtwerke Musterbach, Zahlungen von meinem Konto mittels Lastschrift einzuziehen. "
            "Zugleich weise ich mein Kreditinstitut an, die von Stadtwerke Musterbach auf mein Konto gezogenen "
            "Lastschriften einzulösen."
        ),
        (
            "Hinweis: Ich kann innerhalb von acht Wochen, beginnend mit dem Belastungsdatum, die Erstattung des "
            "belasteten Betrages verlangen. Es gelten dabei die mit meinem Kreditinstitut vereinbarten "
            "Bedingungen."
        ),
    ]


def test_an_english_mandate_has_the_official_wording_and_any_other_language_is_german() -> None:
    text = whole_mandate("en").text
    assert text.startswith("SEPA Direct Debit Mandate\nCreditor: Stadtwerke Musterbach")
    assert "you authorise (A) Stadtwerke Musterbach to send instructions to your bank" in text
    assert "A refund must be claimed within 8 weeks" in text
    assert whole_mandate("fr").text == whole_mandate("de").text


def test_a_mandate_tells_only_what_is_known_yet() -> None:
    assert [fact.key for fact in Mandate("de", CREDITOR).facts] == ["creditor", "creditor_id", "payment"]


def test_the_fingerprint_changes_with_every_word() -> None:
    texts = [
        (whole_mandate(),),
        (whole_mandate("en"),),
        (whole_mandate(reference="KP-0014026-1-2"),),
        (whole_mandate(holder="Erika Bauer"),),
        (whole_mandate(premise="Gartenweg 7a, 91560 Musterbach"),),
        (whole_mandate(), whole_mandate()),
        (),
    ]
    assert len({digest_of(each) for each in texts}) == len(texts)
