"""Mails put into a directory instead of being sent: the mail box of the demo."""

import mailbox
from pathlib import Path

from kundenportal.mailing.failures import ServerUnavailable


class MaildirTransport:
    """Files every mail in a Maildir, whole or not at all."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, content: bytes, *, sender: str, recipient: str) -> None:  # noqa: ARG002
        """File a message.

        Raises:
            ServerUnavailable: when the directory cannot be written, such as on a full disk.

        """
        try:
            mailbox.Maildir(self._directory).add(content)
        except OSError as error:
            raise ServerUnavailable(f"{self._directory}: {error}") from error

    def close(self) -> None:
        """Do nothing: no connection is held."""
