"""Speaking to a real SMTP server: encryption is enforced, certificate and host name are checked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kundenportal.mailing.failures import MailRefused, ServerUnavailable
from kundenportal.mailing.rules import is_final_refusal
from kundenportal.mailing.smtp import SmtpTransport
from kundenportal.mailing.smtp_url import Encryption, InvalidSmtpUrl, SmtpServer, parse_smtp_url
from tests.mailing.sink import OwnAuthority, Sink, accept, own_authority, running_sink

pytestmark = pytest.mark.real_socket

SENDER, RECIPIENT = "service@stadtwerke.example", "m.bauer@beispiel.de"


@pytest.fixture
def authority(tmp_path: Path) -> OwnAuthority:
    return own_authority(tmp_path, host="localhost")


def send_one(url: str) -> None:
    transport = SmtpTransport(parse_smtp_url(url), client_name="portal.example")
    try:
        transport.send(b"Subject: Probe\r\n\r\nProbe\r\n", sender=SENDER, recipient=RECIPIENT)
    finally:
        transport.close()


@pytest.fixture
def starttls_sink(authority: OwnAuthority) -> Iterator[Sink]:
    with running_sink(
        tls_context=authority.server_context,
        require_starttls=True,
        auth_required=True,
        authenticator=accept("portal", "geheim:@/?"),
    ) as sink:
        yield sink


def test_a_mail_leaves_over_starttls_with_a_login_and_an_authority_of_ones_own(
    starttls_sink: Sink, authority: OwnAuthority
) -> None:
    send_one(
        f"smtp://portal:geheim%3A%40%2F%3F@localhost:{starttls_sink.port}?tls=starttls&ca_file={authority.ca_file}"
    )

    assert len(starttls_sink.messages) == 1


def test_a_mail_leaves_over_implicit_tls(authority: OwnAuthority) -> None:
    with running_sink(ssl_context=authority.server_context) as sink:
        send_one(f"smtps://localhost:{sink.port}?ca_file={authority.ca_file}")

        assert len(sink.messages) == 1


def test_a_wrong_password_sends_nothing(starttls_sink: Sink, authority: OwnAuthority) -> None:
    with pytest.raises(ServerUnavailable, match="SMTPAuthenticationError"):
        send_one(
            f"smtp://portal:falsch@localhost:{starttls_sink.port}?tls=starttls&ca_file={authority.ca_file}"
        )

    assert starttls_sink.messages == []


def test_a_server_without_starttls_gets_nothing_when_starttls_is_configured(authority: OwnAuthority) -> None:
    with running_sink() as sink:
        with pytest.raises(ServerUnavailable, match="SMTPNotSupportedError"):
            send_one(f"smtp://localhost:{sink.port}?tls=starttls&ca_file={authority.ca_file}")

        assert sink.messages == []


def test_a_certificate_of_an_unknown_authority_is_refused(starttls_sink: Sink) -> None:
    with pytest.raises(ServerUnavailable, match="certificate verify failed"):
        send_one(f"smtp://localhost:{starttls_sink.port}?tls=starttls")

    assert starttls_sink.messages == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_for_another_host_is_refused(scheme: str, tmp_path: Path) -> None:
    stranger = own_authority(tmp_path, host="mail.anderswo.example")
    tls = {"tls_context" if scheme == "smtp" else "ssl_context": stranger.server_context}
    options = f"ca_file={stranger.ca_file}" + ("&tls=starttls" if scheme == "smtp" else "")
    with running_sink(**tls) as sink:
        with pytest.raises(ServerUnavailable, match="Hostname mismatch"):
            send_one(f"{scheme}://localhost:{sink.port}?{options}")

        assert sink.messages == []


def test_a_missing_file_of_authorities_is_told() -> None:
    with running_sink() as sink, pytest.raises(ServerUnavailable, match="FileNotFoundError"):
        send_one(f"smtps://localhost:{sink.port}?ca_file=/nowhere.pem")


def test_a_refused_sender_is_tried_again_because_an_operator_can_mend_it() -> None:
    with running_sink() as sink:
        sink.data_reply = "554 5.7.1 rejected"
        with pytest.raises(MailRefused, match=r"554 5\.7\.1 rejected") as refused:
            send_one(f"smtp://127.0.0.1:{sink.port}")

    assert not refused.value.is_final


@pytest.mark.parametrize(
    ("code", "text", "is_final"),
    [
        (550, "5.1.1 no such user", True),
        (550, "no such user", True),
        (553, "5.1.3 bad address", True),
        (552, "5.2.2 over quota", True),
        (554, "5.7.1 relay access denied", False),
        (450, "4.2.0 greylisted", False),
        (451, "5.1.1 contradicts itself", False),
    ],
)
def test_only_a_refusal_about_the_mailbox_is_final(code: int, text: str, is_final: bool) -> None:
    assert is_final_refusal(code, text) is is_final


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", SmtpServer("localhost", 25, Encryption.NONE)),
        ("smtp://mail.example:2525", SmtpServer("mail.example", 2525, Encryption.NONE)),
        (
            "smtp://u:p%40@mail.example?tls=starttls",
            SmtpServer("mail.example", 587, Encryption.STARTTLS, "u", "p@"),
        ),
        ("smtps://u:p@mail.example", SmtpServer("mail.example", 465, Encryption.IMPLICIT, "u", "p")),
        (
            "smtps://mail.example?ca_file=/etc/ca.pem",
            SmtpServer("mail.example", 465, Encryption.IMPLICIT, ca_file=Path("/etc/ca.pem")),
        ),
    ],
)
def test_the_address_of_a_mail_server_is_read(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example?tls=maybe",
        "smtps://mail.example?tls=starttls",
        "smtp://mail.example?starttls=yes",
        "smtp://mail.example/path",
        "smtp://user:geheim@mail.example",
    ],
)
def test_an_unusable_address_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(InvalidSmtpUrl) as refused:
        parse_smtp_url(url)

    assert "geheim" not in str(refused.value)
