"""Django system checks of the settings: what can be told without touching database or network."""

from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.mailing.smtp_url import Encryption, InvalidSmtpUrl, parse_smtp_url

_SECRET_KEY_LENGTH = 32
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def check_base_url(**_: Any) -> Iterable[CheckMessage]:
    """Check that links in mails and cookies rest on an encrypted address (security.md A17, A19)."""
    parts = urlsplit(settings.BASE_URL)
    if parts.scheme == "http" and parts.hostname not in _LOCAL_HOSTS:
        yield Error(
            "KUNDENPORTAL_BASE_URL is not encrypted",
            hint="Serve the portal over HTTPS and begin the address with https://.",
            id="kundenportal.E002",
        )


def check_allowed_hosts(**_: Any) -> Iterable[CheckMessage]:
    """Check that no stranger chooses the host name that links carry (security.md A17)."""
    if "*" in settings.ALLOWED_HOSTS or settings.USE_X_FORWARDED_HOST:
        yield Error(
            "The portal answers to any host name",
            hint="Leave ALLOWED_HOSTS and USE_X_FORWARDED_HOST as the portal's settings have them.",
            id="kundenportal.E003",
        )


def check_secret_key(**_: Any) -> Iterable[CheckMessage]:
    """Check the key that sessions and one-time links are signed with."""
    if len(settings.SECRET_KEY) < _SECRET_KEY_LENGTH:
        yield Error(
            f"KUNDENPORTAL_SECRET_KEY is shorter than {_SECRET_KEY_LENGTH} characters",
            hint="Leave it empty, so that the portal makes one in its data directory, or give a longer one.",
            id="kundenportal.E004",
        )


def check_mail(**_: Any) -> Iterable[CheckMessage]:
    """Check that mails travel encrypted, from an address that can be answered (security.md A18)."""
    try:
        canonical_email(settings.MAIL_FROM or settings.UTILITY.email)
    except InvalidEmailAddress:
        yield Error(
            f"KUNDENPORTAL_MAIL_FROM is {settings.MAIL_FROM!r}, which is no e-mail address",
            hint="Give one address without a name, such as service@stadtwerke-musterbach.de.",
            id="kundenportal.E005",
        )
    if not settings.SMTP_URL or settings.SMTP_URL.startswith("maildir:"):
        return
    try:
        server = parse_smtp_url(settings.SMTP_URL)
    except InvalidSmtpUrl as error:
        yield Error(
            f"KUNDENPORTAL_SMTP_URL: {error}",
            hint="Write it as docs/configuration.md shows.",
            id="kundenportal.E006",
        )
        return
    if server.encryption is Encryption.NONE and not server.is_local:
        yield checks.Warning(
            f"Mails to {server.host} travel unencrypted",
            hint="Add ?tls=starttls to KUNDENPORTAL_SMTP_URL or use smtps://.",
            id="kundenportal.W001",
        )
    if server.ca_file is not None and not server.ca_file.is_file():
        yield Error(
            f"KUNDENPORTAL_SMTP_URL: {server.ca_file} is missing",
            hint="Name a file of certificates in PEM form after ca_file=.",
            id="kundenportal.E007",
        )


def check_database(**_: Any) -> Iterable[CheckMessage]:
    """Check that what goes to the database travels encrypted, to the one that is meant (ASVS 12.3.1).

    Left to itself, PostgreSQL's client falls back to an unencrypted connection, and believes any certificate.
    """
    database = settings.DATABASES["default"]
    host = database.get("HOST", "")
    is_elsewhere = bool(host) and host not in _LOCAL_HOSTS and not host.startswith("/")
    if is_elsewhere and database["OPTIONS"].get("sslmode") != "verify-full":
        yield checks.Warning(
            f"The connection to the database on {host} may be unencrypted, or lead to another server",
            hint="Add ?sslmode=verify-full to KUNDENPORTAL_DATABASE_URL, "
            "and &sslrootcert=/path/ca.pem for an authority of your own.",
            id="kundenportal.W004",
        )


def check_trusted_proxies(**_: Any) -> Iterable[CheckMessage]:
    """Check the proxies whose word on the client's address is believed (security.md A2)."""
    for proxy in settings.TRUSTED_PROXIES:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            yield Error(
                f"KUNDENPORTAL_TRUSTED_PROXIES names {proxy!r}",
                hint="Give addresses or networks, separated by commas, such as 127.0.0.1,10.0.0.0/8.",
                id="kundenportal.E008",
            )


def check_files(**_: Any) -> Iterable[CheckMessage]:
    """Check that private files travel encrypted, and where the web server in front looks for them."""
    storage, prefix = settings.STORAGES["private"]["OPTIONS"], settings.FILES_ACCEL
    endpoint = urlsplit(storage.get("endpoint", ""))
    if endpoint.scheme == "http" and endpoint.hostname not in _LOCAL_HOSTS:
        yield checks.Warning(
            f"Documents to {endpoint.hostname} travel unencrypted",
            hint="Give an https:// address as endpoint in KUNDENPORTAL_FILES_URL.",
            id="kundenportal.W002",
        )
    if prefix and "bucket" in storage:
        yield Error(
            "KUNDENPORTAL_FILES_ACCEL is of no use with files in a bucket",
            hint="Remove it: the portal hands the files out itself.",
            id="kundenportal.E011",
        )
    if prefix and not (prefix.startswith("/") and prefix.endswith("/") and prefix.isascii()):
        yield Error(
            f"KUNDENPORTAL_FILES_ACCEL is {prefix!r}",
            hint="Give the path of the web server's internal location, such as /private-files/.",
            id="kundenportal.E009",
        )


def check_texts_directory(**_: Any) -> Iterable[CheckMessage]:
    """Check that the utility's own texts are where it says, or the drafts would be shown in their place."""
    if settings.TEXTS_DIR and not Path(settings.TEXTS_DIR).is_dir():
        yield Error(
            f"KUNDENPORTAL_TEXTS_DIR: {settings.TEXTS_DIR} is no directory",
            hint="Name the directory that holds de/impressum.md and the like, or leave the variable out.",
            id="kundenportal.E010",
        )


def check_unknown_variables(**_: Any) -> Iterable[CheckMessage]:
    """Check that no variable is misspelt: what it should have set would silently be the default."""
    for name, meant in settings.UNKNOWN_VARIABLES.items():
        yield checks.Warning(
            f"{name} is no setting of the portal",
            hint=f"Did you mean {meant}?" if meant else "docs/configuration.md lists all of them.",
            id="kundenportal.W003",
        )


CHECKS = (
    check_base_url,
    check_allowed_hosts,
    check_secret_key,
    check_mail,
    check_database,
    check_trusted_proxies,
    check_files,
    check_texts_directory,
    check_unknown_variables,
)
