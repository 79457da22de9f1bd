"""Speaking SMTP."""

import smtplib
import ssl

from kundenportal.mailing.failures import MailRefused, ServerUnavailable
from kundenportal.mailing.rules import is_final_refusal
from kundenportal.mailing.smtp_url import Encryption, SmtpServer

SECONDS_PER_ANSWER = 30
_MAILS_PER_CONNECTION = 100

_NOT_AVAILABLE = 421
"""The server closes the connection (RFC 5321, 3.8): it may answer so to any command, and means no mail."""


class SmtpTransport:
    """Sends mails over one connection, opened by the first and used for up to a hundred of them."""

    def __init__(self, server: SmtpServer, *, client_name: str) -> None:
        self._server = server
        self._client_name = client_name
        self._connection: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, content: bytes, *, sender: str, recipient: str) -> None:
        """Hand a message to the server, as it goes over the wire.

        Raises:
            ServerUnavailable: when the server cannot be reached, encrypted to, trusted or signed in to, or
                closes down in the midst of a mail.
            MailRefused: when the server did not take the message, or went away in its midst.

        """
        connection = self._open_connection()
        try:
            connection.sendmail(sender, [recipient], content)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = error.recipients[recipient]
            text = _text(answer)
            self._leave_if_closing(code, text)
            raise MailRefused(f"{code} {text}", is_final=is_final_refusal(code, text)) from error
        except smtplib.SMTPResponseException as error:
            text = _text(error.smtp_error)
            self._leave_if_closing(error.smtp_code, text)
            self.close()
            raise MailRefused(f"{error.smtp_code} {text}", is_final=False) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise MailRefused(f"{type(error).__name__}: {error}", is_final=False) from error
        self._sent += 1

    def close(self) -> None:
        """Take leave of the server and let go of the connection."""
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
        self._connection = None

    def sign_in(self) -> None:
        """Open the connection as for a mail, to learn whether the server can be used.

        Raises:
            ServerUnavailable: when it cannot.

        """
        self._open_connection()

    def _leave_if_closing(self, code: int, text: str) -> None:
        """Give the connection up when the server does; otherwise the next mail would run into it."""
        if code == _NOT_AVAILABLE:
            self.close()
            raise ServerUnavailable(f"{code} {text}")

    def _open_connection(self) -> smtplib.SMTP:
        if self._connection is not None and self._sent >= _MAILS_PER_CONNECTION:
            self.close()
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerUnavailable(f"{type(error).__name__}: {error}") from error
            self._sent = 0
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        connection: smtplib.SMTP
        if server.encryption is Encryption.IMPLICIT:
            connection = smtplib.SMTP_SSL(
                server.host,
                server.port,
                self._client_name,
                timeout=SECONDS_PER_ANSWER,
                context=_tls(server),
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, self._client_name, timeout=SECONDS_PER_ANSWER)
        try:
            if server.encryption is Encryption.STARTTLS:
                connection.starttls(context=_tls(server))
            if server.username:
                connection.login(server.username, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def _tls(server: SmtpServer) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _text(answer: bytes | str) -> str:
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
