"""What a mail server's answer means, and whether an address is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.mailing.answers import Cause, cause_of, code_in, is_lost


@pytest.mark.parametrize(
    ("answer", "cause", "lost"),
    [
        ("550 5.1.1 no such user", Cause.NO_MAILBOX, True),
        ("550 no such user", Cause.NO_MAILBOX, True),
        ("5.1.1", Cause.NO_MAILBOX, True),
        ("5.1.2 bad host", Cause.NO_DOMAIN, True),
        ("5.4.4 host not found", Cause.NO_DOMAIN, True),
        ("550 5.2.1 mailbox disabled", Cause.MAILBOX_OFF, True),
        ("552 5.2.2 over quota", Cause.MAILBOX_FULL, False),
        ("452 4.2.2 mailbox full", Cause.MAILBOX_FULL, False),
        ("554 5.7.1 blocked", Cause.REFUSED, False),
        ("450 4.7.1 try later", Cause.GREYLISTED, False),
        ("451 Greylisted, come back", Cause.GREYLISTED, False),
        ("421 too busy", Cause.BUSY, False),
        ("5.4.7 expired", Cause.GIVEN_UP, False),
        ("ConnectionRefusedError: [Errno 111]", Cause.OWN_SERVER, False),
        ("SMTPAuthenticationError: (535, b'no')", Cause.OWN_LOGIN, False),
        ("TemplateDoesNotExist: x", Cause.PORTAL, False),
        ("554 rejected", Cause.UNKNOWN, False),
        ("", Cause.UNKNOWN, False),
    ],
)
def test_an_answer_is_understood(answer: str, cause: Cause, lost: bool) -> None:
    assert cause_of(answer) == cause
    assert is_lost(answer) == lost


@given(st.text(max_size=300))
def test_any_answer_has_a_cause(answer: str) -> None:
    assert cause_of(answer) in Cause
    assert is_lost(answer) <= code_in(answer).is_permanent
