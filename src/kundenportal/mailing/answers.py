"""What a mail server's answer means, and whether an address is lost. Plain values in, verdict out."""

import re
from dataclasses import dataclass
from enum import Enum

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_BASIC = re.compile(r"^\s*([245]\d\d)\b")


class Cause(Enum):
    """Why a mail did not arrive, or not yet."""

    NO_MAILBOX = "no_mailbox"
    NO_DOMAIN = "no_domain"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_OFF = "mailbox_off"
    TOO_LARGE = "too_large"
    REFUSED = "refused"
    GREYLISTED = "greylisted"
    BUSY = "busy"
    GIVEN_UP = "given_up"
    OWN_SERVER = "own_server"
    OWN_LOGIN = "own_login"
    PORTAL = "portal"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Code:
    """The codes in an answer: that of SMTP (RFC 5321) and the enhanced one (RFC 3463), where there is one."""

    basic: int = 0
    enhanced: tuple[int, int, int] | None = None

    @property
    def is_permanent(self) -> bool:
        """Whether the server says that trying again is useless."""
        return self.enhanced[0] == 5 if self.enhanced else 500 <= self.basic <= 599


_BY_DETAIL = {
    (1, 0): Cause.NO_MAILBOX,
    (1, 1): Cause.NO_MAILBOX,
    (1, 2): Cause.NO_DOMAIN,
    (1, 3): Cause.NO_MAILBOX,
    (1, 6): Cause.NO_MAILBOX,
    (1, 10): Cause.NO_DOMAIN,
    (2, 1): Cause.MAILBOX_OFF,
    (2, 2): Cause.MAILBOX_FULL,
    (2, 3): Cause.TOO_LARGE,
    (3, 2): Cause.BUSY,
    (3, 4): Cause.TOO_LARGE,
    (4, 1): Cause.BUSY,
    (4, 2): Cause.BUSY,
    (4, 4): Cause.NO_DOMAIN,
    (4, 7): Cause.GIVEN_UP,
}
_BY_BASIC = {421: Cause.BUSY, 450: Cause.BUSY, 451: Cause.BUSY, 452: Cause.MAILBOX_FULL, 535: Cause.OWN_LOGIN}
_BY_BASIC |= {550: Cause.NO_MAILBOX, 551: Cause.NO_MAILBOX, 552: Cause.MAILBOX_FULL, 553: Cause.NO_MAILBOX}
_BY_WORD = (
    (re.compile(r"gr[ea]y.?list", re.IGNORECASE), Cause.GREYLISTED),
    (re.compile(r"SMTPAuthenticationError|authentication failed", re.IGNORECASE), Cause.OWN_LOGIN),
    (
        re.compile(r"^(ConnectionRefused|Timeout|gaierror|SSL|OSError|Connection|SMTP\w*Error)"),
        Cause.OWN_SERVER,
    ),
    (re.compile(r"^\w*(Template|DoesNotExist|KeyError|TypeError|ValueError|UnknownMailKind)"), Cause.PORTAL),
)
_LOST = {Cause.NO_MAILBOX, Cause.NO_DOMAIN, Cause.MAILBOX_OFF}


def code_in(answer: str) -> Code:
    """Return the codes in a server's answer."""
    basic, enhanced = _BASIC.search(answer), _ENHANCED.search(answer)
    numbers = (int(enhanced[1]), int(enhanced[2]), int(enhanced[3])) if enhanced else None
    return Code(int(basic[1]) if basic else 0, numbers)


def cause_of(answer: str) -> Cause:
    """Return why a mail did not arrive, by what its last try or its return said.

    Words go before codes where a code means many things: servers that greylist answer 450 or 451.
    """
    for pattern, cause in _BY_WORD:
        if pattern.search(answer):
            return cause
    code = code_in(answer)
    if code.enhanced is not None:
        _class, subject, detail = code.enhanced
        if subject == 7:
            return Cause.REFUSED if code.is_permanent else Cause.GREYLISTED
        if (subject, detail) in _BY_DETAIL:
            return _BY_DETAIL[(subject, detail)]
    return _BY_BASIC.get(code.basic, Cause.UNKNOWN)


def is_lost(answer: str) -> bool:
    """Tell whether the address takes no mail at all, so that somebody should ask for another one.

    A full mailbox and a block list pass; 5.7.x is about us, not about the mailbox.
    """
    return code_in(answer).is_permanent and cause_of(answer) in _LOST
