"""Reading the directory that the demo's mails are put into instead of being sent."""

import datetime as dt
import mailbox
import re
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

MOST_RECENT = 200


class MailNotFound(LookupError):
    """The box holds no mail of this name."""


class MailMissing(RuntimeError):
    """A mail whose link the demo needs did not arrive."""


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in the box; ``key`` is its name there, ``html`` is never trusted."""

    key: str
    sent_at: dt.datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str


def list_mails(directory: Path) -> list[Mail]:
    """Return the mails of a Maildir, the newest first, at most ``MOST_RECENT``."""
    if not directory.is_dir():
        return []
    box = mailbox.Maildir(directory)
    mails = [_parse(key, box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118
    return sorted(mails, key=lambda mail: (mail.sent_at, mail.key), reverse=True)[:MOST_RECENT]


def take_token(directory: Path, recipient: str, path: str) -> str:
    """Return the token of the link that was mailed to somebody, and throw the mail away: its link is used.

    Args:
        directory: the Maildir.
        recipient: the address.
        path: what stands before the token in the link's path.

    Raises:
        MailMissing: when there is no such mail.

    """
    for mail in list_mails(directory):
        if mail.recipient == recipient and (link := re.search(rf"{path}([^/\s]+)/", mail.text)):
            mailbox.Maildir(directory).remove(mail.key)
            return link[1]
    raise MailMissing(recipient)


def read_mail(directory: Path, key: str) -> Mail:
    """Return one mail of a Maildir.

    Raises:
        MailNotFound: when it is not there.

    """
    if not directory.is_dir():
        raise MailNotFound(key)
    try:
        return _parse(key, mailbox.Maildir(directory).get_bytes(key))
    except KeyError:
        raise MailNotFound(key) from None


def _parse(key: str, content: bytes) -> Mail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    return Mail(
        key=key,
        sent_at=_sent_at(message),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _sent_at(message: EmailMessage) -> dt.datetime:
    date = message["Date"]
    sent_at: dt.datetime | None = date.datetime if date is not None else None
    if sent_at is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=dt.UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    return str(part.get_content()) if part is not None else ""
