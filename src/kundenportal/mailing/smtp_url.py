"""Reading ``KUNDENPORTAL_SMTP_URL``."""

import ipaddress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_FORM = "smtp://user:password@host:587?tls=starttls or smtps://user:password@host:465"


class InvalidSmtpUrl(ValueError):
    """The address of the mail server cannot be used; the message never repeats its password."""


class Encryption(Enum):
    """How the connection is protected. Where it is, certificate and host name are always checked."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True)
class SmtpServer:
    """A mail server and how to sign in to it; ``ca_file`` names an authority of the utility's own."""

    host: str
    port: int
    encryption: Encryption
    username: str = ""
    password: str = ""
    ca_file: Path | None = None

    @property
    def is_local(self) -> bool:
        """Whether the server runs on this machine, where nobody can listen in."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_smtp_url(url: str) -> SmtpServer:
    """Return the mail server of an address.

    ``smtps://`` speaks TLS from the first byte (port 465). ``smtp://`` with ``tls=starttls`` (port 587)
    sends nothing unless the server offers STARTTLS. ``smtp://`` alone (port 25) is not encrypted.
    ``ca_file=/path.pem`` trusts an authority of one's own instead of the system's.

    Raises:
        InvalidSmtpUrl: when the address is malformed, or would send a password unencrypted to another
            machine.

    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidSmtpUrl(f"expected {_FORM}") from error
    options = dict(parse_qsl(parts.query))
    encryption = _encryption(parts.scheme, options.pop("tls", ""))
    ca_file = options.pop("ca_file", "")
    if not parts.hostname or parts.path not in {"", "/"}:
        raise InvalidSmtpUrl(f"expected {_FORM}")
    if options:
        raise InvalidSmtpUrl(f"unknown option {min(options)!r}; known are tls and ca_file")
    server = SmtpServer(
        host=parts.hostname,
        port=port or {Encryption.IMPLICIT: 465, Encryption.STARTTLS: 587, Encryption.NONE: 25}[encryption],
        encryption=encryption,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca_file=Path(ca_file) if ca_file else None,
    )
    if server.username and encryption is Encryption.NONE and not server.is_local:
        raise InvalidSmtpUrl("a password would travel unencrypted; add ?tls=starttls or use smtps://")
    return server


def _encryption(scheme: str, tls: str) -> Encryption:
    if scheme == "smtps" and not tls:
        return Encryption.IMPLICIT
    if scheme == "smtp" and tls in {"", "starttls"}:
        return Encryption(tls or "none")
    raise InvalidSmtpUrl(f"expected {_FORM}")
