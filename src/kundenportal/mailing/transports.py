"""The ways a mail can leave, chosen by ``KUNDENPORTAL_SMTP_URL``."""

from pathlib import Path
from typing import Protocol

from kundenportal.mailing.maildir import MaildirTransport
from kundenportal.mailing.smtp import SmtpTransport
from kundenportal.mailing.smtp_url import parse_smtp_url


class Transport(Protocol):
    """Carries mails away, one after the other, over one connection where it needs one."""

    def send(self, content: bytes, *, sender: str, recipient: str) -> None:
        """Hand a message over, as it goes over the wire.

        Raises:
            ServerUnavailable: when nothing can be sent now.
            MailRefused: when this one message was not taken.

        """

    def close(self) -> None:
        """Let go of the connection."""


def open_transport(url: str, *, client_name: str) -> Transport:
    """Return the transport of an address.

    Args:
        url: ``smtp://``, ``smtps://`` (``mailing.smtp_url``) or ``maildir:<directory>``.
        client_name: the host name the portal introduces itself with.

    Raises:
        InvalidSmtpUrl: when the address cannot be used.

    """
    if url.startswith("maildir:"):
        return MaildirTransport(Path(url.removeprefix("maildir:")))
    return SmtpTransport(parse_smtp_url(url), client_name=client_name)
