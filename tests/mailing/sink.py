"""A real SMTP server for tests: it keeps what it takes and refuses what it is told to."""

import datetime as dt
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


@dataclass
class Sink:
    """What reached the server, and how it answers: a reply per recipient, one for every message's data."""

    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refused_recipients: dict[str, str] = field(default_factory=dict)
    data_reply: str = "250 OK"
    port: int = 0

    @property
    def message_ids(self) -> list[str]:
        """The Message-IDs in the order of arrival."""
        return [str(message["Message-ID"]) for message in self.messages]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += not hasattr(session, "counted")
        session.counted = True  # type: ignore[attr-defined]
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_reply.startswith("250"):
            message = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return self.data_reply


class _FreePortController(Controller):
    """A controller that may be given port 0 and then knows which port it got."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def running_sink(**options: Any) -> Iterator[Sink]:
    """Yield a sink that listens on a free port; the options are those of aiosmtpd's Controller."""
    sink = Sink()
    controller = _FreePortController(sink, hostname=HOST, port=0, ready_timeout=60, **options)
    controller.start()
    try:
        sink.port = controller.port
        yield sink
    finally:
        controller.stop()


def accept(username: str, password: str) -> Any:
    """Return an authenticator that lets one user in."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        is_known = (data.login, data.password) == (username.encode(), password.encode())
        return AuthResult(success=is_known, handled=False)

    return authenticate


@dataclass(frozen=True)
class OwnAuthority:
    """A certificate authority of the test's own, and a server's TLS context signed by it."""

    ca_file: Path
    server_context: ssl.SSLContext


def own_authority(directory: Path, *, host: str) -> OwnAuthority:
    """Make an authority and a certificate for one host name; both last an hour."""
    ca_key, ca_certificate = _certificate("Test CA", issuer=None, host=None)
    key, certificate = _certificate(host, issuer=(ca_key, ca_certificate), host=host)
    ca_file, pair = directory / "ca.pem", directory / "server.pem"
    ca_file.write_bytes(ca_certificate.public_bytes(serialization.Encoding.PEM))
    pair.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair)
    return OwnAuthority(ca_file, context)


def _certificate(
    name: str, *, issuer: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None, host: str | None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if host:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return key, builder.sign(issuer[0] if issuer else key, hashes.SHA256())
