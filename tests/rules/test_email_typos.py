"""Slips in e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.email_typos import likely_meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("m@gmial.com", "m@gmail.com"),
        ("m@gmai.com", "m@gmail.com"),
        ("m@gmaill.com", "m@gmail.com"),
        ("m@gnail.com", "m@gmail.com"),
        ("m@gmail.con", "m@gmail.com"),
        ("m@gmail.co", "m@gmail.com"),
        ("m@web.dee", "m@web.de"),
        ("m@wbe.de", "m@web.de"),
        ("m@t-onlin.de", "m@t-online.de"),
        ("m@tonline.de", "m@t-online.de"),
        ("m@hotmial.de", "m@hotmail.de"),
        ("m@outlok.de", "m@outlook.de"),
    ],
)
def test_a_slip_in_a_well_known_name_is_noticed(typed: str, meant: str) -> None:
    assert likely_meant(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "m@gmail.com",
        "m@gmx.de",
        "m@gmx.net",
        "m@beispiel.de",
        "m@stadtwerke-musterbach.example",
        "m@gmail.com.mx",
    ],
)
def test_other_addresses_are_left_alone(typed: str) -> None:
    assert likely_meant(typed) is None


@given(st.from_regex(r"[a-z0-9-]{1,12}\.[a-z]{2,5}", fullmatch=True))
def test_a_hint_keeps_the_local_part_and_is_no_slip_itself(domain: str) -> None:
    meant = likely_meant(f"m.bauer@{domain}")
    if meant is not None:
        assert meant.startswith("m.bauer@")
        assert likely_meant(meant) is None
