"""Codes of an authenticator app, and the address that sets it up."""

import datetime as dt
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.identity.factors.totp import (
    key_in_groups,
    matching_step,
    new_key,
    provisioning_uri,
    step_at,
)

RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238's appendix B for SHA-1, in base 32."""


def at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert matching_step(RFC_KEY, code, after=0, now=at(seconds)) == seconds // 30


@pytest.mark.parametrize(
    ("seconds_later", "is_good"), [(-31, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off(seconds_later: int, is_good: bool) -> None:
    # 1111111110 begins a step; its code is the one of 1111111111.
    now = at(1111111110 + seconds_later)
    assert (matching_step(RFC_KEY, "050471", after=0, now=now) is not None) is is_good


def test_blanks_in_a_code_do_not_count() -> None:
    assert matching_step(RFC_KEY, " 005 924 ", after=0, now=at(1234567890)) == 41152263


def test_a_taken_code_is_not_good_again() -> None:
    now = at(1234567890)
    assert matching_step(RFC_KEY, "005924", after=step_at(now), now=now) is None
    assert matching_step(RFC_KEY, "005924", after=step_at(now) - 1, now=now) == step_at(now)


@given(st.text(max_size=20).filter(lambda text: re.sub(r"\s", "", text) != "005924"))
def test_no_other_text_is_taken_for_the_code(text: str) -> None:
    now = at(1234567890)
    found = matching_step(RFC_KEY, text, after=step_at(now) - 1, now=now)
    assert found in (None, step_at(now) + 1)
    if found is not None:
        assert re.fullmatch(r"\d{6}", re.sub(r"\s", "", text))


def test_keys_have_160_bits_and_differ() -> None:
    keys = {new_key() for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"[A-Z2-7]{32}", key) for key in keys)


def test_a_key_is_shown_in_groups_of_four() -> None:
    assert key_in_groups(RFC_KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_the_address_for_the_app_names_utility_account_and_key() -> None:
    address = urlsplit(provisioning_uri(RFC_KEY, account="m.bauer@beispiel.de", issuer="Stadtwerke Öd"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Stadtwerke Öd:m.bauer@beispiel.de"
    assert parse_qs(address.query) == {"secret": [RFC_KEY], "issuer": ["Stadtwerke Öd"]}
