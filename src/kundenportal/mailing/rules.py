"""When is a mail tried again, and which refusals are final? Plain values in, verdict out."""

import datetime as dt
import re

_MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 720, 1200, 1440, 1440)
"""The waits between tries: together just under the four days that RFC 5321, 4.5.4.1 asks for."""

_ENHANCED_CODE = re.compile(r"\s*5\.(\d{1,3})\.\d{1,3}\b")
_POLICY = 7


def wait_before_next_try(attempts: int) -> dt.timedelta | None:
    """Return how long a mail waits after its nth failed try (1 = the first), or None to give up."""
    return dt.timedelta(minutes=_MINUTES[attempts - 1]) if attempts <= len(_MINUTES) else None


def is_final_refusal(code: int, text: str) -> bool:
    """Return whether a server's answer to RCPT means that the mailbox will never take this mail.

    5.7.x (RFC 3463) is about us, not about the mailbox: a missing login or a block list. An operator can
    mend that, so such mails wait instead of being lost.
    """
    enhanced = _ENHANCED_CODE.match(text)
    return 500 <= code <= 599 and (enhanced is None or int(enhanced[1]) != _POLICY)
