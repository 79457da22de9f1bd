"""What stands in a mail: as text and as HTML."""

from email.message import EmailMessage

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW


def part_of(message: EmailMessage, subtype: str) -> str:
    """Return the part of a mail that is "plain" or "html"."""
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


def parts_of(message: EmailMessage) -> tuple[str, str]:
    """Return text and HTML of a mail."""
    return part_of(message, "plain"), part_of(message, "html")


def longest_line(text: str) -> int:
    """Return how many characters the longest line of a text has; addresses cannot be broken, and do not count."""
    return max(len(line) for line in text.splitlines() if "http" not in line)


def mail_of(kind: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of the mail of a kind; each blank is a plain one."""
    message = build_message(OutgoingMail.objects.get(kind=kind), now=NOW)
    text, html = (
        each.replace("&nbsp;", " ").replace("\N{NO-BREAK SPACE}", " ") for each in parts_of(message)
    )
    return message["Subject"], text, html
