"""Reading what mail servers send back: reports of delivery (RFC 3464), of which anybody can make one up.

Everything here comes from strangers. Nothing is trusted but the Message-ID of a mail of ours, which nobody
can guess (``mailing.services.enqueue``).
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from enum import Enum

from kundenportal.core.plain_text import plain_line

MOST_BYTES = 1_048_576
"""Our mails are small, and so is what comes back of them."""

_MOST_PARTS, _LONGEST_TEXT = 60, 250
_ID = re.compile(r"<[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[A-Za-z0-9.-]{1,80}>")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class Unusable(Enum):
    """Why something in the box is no report that can be used."""

    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    NO_REPORT = "no_report"
    NO_MESSAGE_ID = "no_message_id"


class UnusableReport(Exception):
    """Something in the box is no report; ``reason`` says why."""

    def __init__(self, reason: Unusable) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Report:
    """What a server says of one of our mails.

    Attributes:
        message_id: whose the report is.
        has_failed: whether the server gave up; otherwise it is still trying.
        answer: the status and what the last server said, in one line.

    """

    message_id: str
    has_failed: bool
    answer: str


def read_report(content: bytes) -> Report:
    """Return what a report says.

    Raises:
        UnusableReport: when it is none, or too large, or names no mail of the portal's.

    """
    if len(content) > MOST_BYTES:
        raise UnusableReport(Unusable.TOO_LARGE)
    try:
        return _read(content)
    except UnusableReport:
        raise
    except (Exception, RecursionError) as error:
        # A stranger's mail may make the parser stumble over anything.
        raise UnusableReport(Unusable.UNREADABLE) from error


def _read(content: bytes) -> Report:
    # The older policy reads what is broken; the newer one raises when a header is looked at.
    message = email.message_from_bytes(content, policy=policy.compat32)
    parts = list(_parts(message))
    blocks = [block for part in parts for block in _blocks(part)]
    about = [block for block in blocks if block.get("Action")]
    if not about:
        raise UnusableReport(Unusable.NO_REPORT)
    message_id = _message_id(message, parts)
    if message_id is None:
        raise UnusableReport(Unusable.NO_MESSAGE_ID)
    action = _field(about[0], "Action").lower()
    if action not in {"failed", "delayed"}:
        raise UnusableReport(Unusable.NO_REPORT)
    return Report(message_id, action == "failed", _answer(about[0]))


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        yield part


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a part that tells of a delivery; the first is about no recipient."""
    if part.get_content_type() != "message/delivery-status":
        return []
    payload = part.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)][:_MOST_PARTS]
        if isinstance(payload, list)
        else []
    )


def _message_id(message: Message, parts: list[Message]) -> str | None:
    """Return the Message-ID of the mail that came back: from its headers, else from the report's own."""
    for part in parts:
        if part is not message and (found := _ID.search(_field(part, "Message-ID"))):
            return found[0]
        if part.get_content_type() == "text/rfc822-headers" and (found := _ID.search(_text(part))):
            return found[0]
    for name in ("In-Reply-To", "References"):
        if found := _ID.search(_field(message, name)):
            return found[0]
    return None


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""


def _field(part: Message, name: str) -> str:
    return plain_line(str(part.get(name, ""))[:2000])


def _answer(block: Message) -> str:
    """Return the status and what the last server said; the kind of the diagnostic, "smtp;", is left out."""
    said = _field(block, "Diagnostic-Code")
    said = said.partition(";")[2].strip() if ";" in said[:20] else said
    status = _STATUS.search(_field(block, "Status"))
    if status and not _STATUS.search(said):
        said = f"{status[0]} {said}"
    return said[:_LONGEST_TEXT].strip()
