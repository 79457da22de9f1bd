"""What ``check_installation`` looks at: each function tells one thing that is well or wrong."""

import datetime as dt
import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from kundenportal.audit.checkpoints import last_noted
from kundenportal.audit.models import AuditEntry
from kundenportal.audit.verification import chain_end, unsealed
from kundenportal.config.findings import Finding
from kundenportal.config.health import job_runner_seen_at, missing_migrations
from kundenportal.config.models import JobRunnerSeen
from kundenportal.config.static_files import static_files_are_current
from kundenportal.config.utility_findings import changed_settings, colours, direct_debits, texts, utility_file
from kundenportal.documents.selectors import batch_in_trouble
from kundenportal.erp.deliveries.inbox import inbox_fault, left_out_of_inbox
from kundenportal.erp.deliveries.selectors import in_trouble, waiting_for_release
from kundenportal.erp.outbound.consents import CONSENTS_WRITTEN
from kundenportal.erp.outbound.selectors import last_outbox_run
from kundenportal.files.storage import private_storage
from kundenportal.mailing.failures import ServerUnavailable
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.smtp import SmtpTransport
from kundenportal.mailing.smtp_url import InvalidSmtpUrl, parse_smtp_url
from kundenportal.privacy.models import Consent

_OLDEST_POSTGRESQL = 150_000
_SOUND_SQLITE = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log that is reset while being read (stack.md row 1c)."""

_OVERDUE = dt.timedelta(minutes=15)
_UNREAD_AFTER = dt.timedelta(days=7)
_CLOCK_TOLERANCE = dt.timedelta(seconds=30)
_DISK_RESERVE = 500 * 1024 * 1024


def inspect_installation(now: dt.datetime) -> Iterator[Finding]:
    """Yield what is well and what is wrong; the database's own questions only when it answers."""
    yield from _settings()
    yield utility_file()
    yield direct_debits()
    yield colours()
    yield _data_directory()
    yield _private_files()
    yield _static_files()
    yield from texts()
    yield _mail_server()
    try:
        yield _database_version()
        yield _clock(now)
        migrations = _migrations()
        yield migrations
        if migrations.is_well:
            yield changed_settings()
            yield _job_runner(now)
            yield _outbox(now)
            yield _consents(now)
            yield _deliveries(now)
            yield _documents()
            yield _inbox()
            yield _outbox_directory(now)
            yield _audit_trail(now)
    except DatabaseError as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Finding("Database", reason, "Check KUNDENPORTAL_DATABASE_URL, and run: kundenportal migrate")


def _settings() -> Iterator[Finding]:
    messages = [each for each in checks.run_checks() if each.level >= checks.WARNING]
    for message in messages:
        yield Finding("Settings", message.msg, message.hint or f"Mend what {message.id} names.")
    if not messages:
        yield Finding("Settings", f"in order; the portal's address is {settings.BASE_URL}")


def _data_directory() -> Finding:
    directory = Path(settings.DATA_DIR)
    if not os.access(directory, os.W_OK | os.X_OK):
        return Finding("Data", f"{directory} cannot be written", "Give the portal's user the directory.")
    space = os.statvfs(directory)
    free = space.f_bavail * space.f_frsize
    if free < _DISK_RESERVE:
        return Finding("Data", f"{free // 2**20} MiB free in {directory}", "Make room on this disk.")
    return Finding("Data", f"{directory}, {free // 2**20} MiB free")


def _private_files() -> Finding:
    """Store a content, read it and delete it, as documents are stored and read."""
    options = settings.STORAGES["private"]["OPTIONS"]
    place = f"bucket {options['bucket']}" if "bucket" in options else f"{options['location']}"
    storage, name, content = private_storage(), f"probe/{uuid.uuid4().hex}", b"kundenportal"
    try:
        storage.save(name, ContentFile(content))
        with storage.open(name) as stream:
            is_same = stream.read() == content
        storage.delete(name)
    except OSError as error:
        return Finding("Files", f"{place}: {error}", "Check KUNDENPORTAL_FILES_URL and who may write there.")
    if not is_same:
        return Finding("Files", f"{place} returns another content than was stored", "Check the storage.")
    return Finding("Files", place)


def _static_files() -> Finding:
    if static_files_are_current():
        return Finding("Static files", "collected")
    return Finding("Static files", "not collected from this version", "Restart: kundenportal serve")


def _mail_server() -> Finding:
    if not settings.SMTP_URL:
        return Finding("Mail server", "none: mails stay in the outbox", "Set KUNDENPORTAL_SMTP_URL.")
    if settings.SMTP_URL.startswith("maildir:"):
        return Finding(
            "Mail server", f"none: mails are filed in {settings.SMTP_URL.removeprefix('maildir:')}"
        )
    try:
        server = parse_smtp_url(settings.SMTP_URL)
    except InvalidSmtpUrl as error:
        return Finding("Mail server", str(error), "Mend KUNDENPORTAL_SMTP_URL.")
    transport = SmtpTransport(server, client_name=urlsplit(settings.BASE_URL).hostname or "")
    try:
        transport.sign_in()
    except ServerUnavailable as error:
        return Finding(
            "Mail server", str(error), f"Check KUNDENPORTAL_SMTP_URL and {server.host}:{server.port}."
        )
    finally:
        transport.close()
    return Finding("Mail server", f"{server.host}:{server.port}, encryption {server.encryption.value}")


def _database_version() -> Finding:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        version = sqlite3.sqlite_version_info
        text = f"SQLite {'.'.join(map(str, version))}"
        if version < _SOUND_SQLITE:
            return Finding(
                "Database", text, "This SQLite can corrupt its log: install pysqlite3 0.6.1 or later."
            )
        return Finding("Database", text)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    text = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < _OLDEST_POSTGRESQL:
        return Finding("Database", text, "Upgrade to PostgreSQL 15 or later.")
    return Finding("Database", text)


def _migrations() -> Finding:
    if missing := missing_migrations():
        return Finding("Migrations", f"{len(missing)} missing", "Run: kundenportal migrate")
    return Finding("Migrations", "applied")


def _clock(now: dt.datetime) -> Finding:
    """Compare this machine's clock with the database's; one-time links and sessions end by the clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        (value,) = cursor.fetchone()
    there = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(f"{value}+00:00")
    difference = abs(there - now)
    if difference > _CLOCK_TOLERANCE:
        return Finding(
            "Clock",
            f"{difference} off the database's",
            "Set both clocks by a time server (chrony, timesyncd).",
        )
    return Finding("Clock", f"{timezone.localtime(now, settings.UTILITY_TIME_ZONE):%d.%m.%Y %H:%M %Z}")


def _job_runner(now: dt.datetime) -> Finding:
    seen = job_runner_seen_at()
    if seen is None:
        return Finding("Job runner", "never seen", "Start: kundenportal run_jobs")
    if now - seen > JobRunnerSeen.LOST_AFTER:
        return Finding("Job runner", f"last seen {_ago(now - seen)} ago", "Start: kundenportal run_jobs")
    return Finding("Job runner", f"seen {_ago(now - seen)} ago")


def _outbox(now: dt.datetime) -> Finding:
    failed = OutgoingMail.objects.filter(status=OutgoingMail.Status.FAILED).count()
    waiting = OutgoingMail.objects.filter(status=OutgoingMail.Status.WAITING)
    overdue = waiting.filter(created_at__lt=now - _OVERDUE)
    reason = overdue.exclude(last_error="").order_by("-id").values_list("last_error", flat=True).first()
    count = overdue.count()
    text = f"{waiting.count()} waiting, {count} of them for over {_ago(_OVERDUE)}, {failed} undeliverable"
    if count:
        return Finding("Outbox", text, f"Start: kundenportal run_jobs. Last answer: {reason or 'none'}")
    return Finding("Outbox", text)


def _consents(now: dt.datetime) -> Finding:
    """Look whether the billing system hears who wants no paper: else bills keep coming, or come no more."""
    written = AuditEntry.objects.filter(action=CONSENTS_WRITTEN).order_by("-at").first()
    unread = Q(given_at__lt=now - _UNREAD_AFTER) | Q(revoked_at__lt=now - _UNREAD_AFTER)
    if written is not None:
        unread &= Q(given_at__gt=written.at) | Q(revoked_at__gt=written.at)
    count = Consent.objects.filter(unread, kind=Consent.Kind.ONLINE_INVOICES).count()
    if count:
        text = f"{count} choices of invoices online or on paper were not handed to the billing system"
        return Finding("Consents", text, "Run each day: kundenportal export_consents FILE.csv")
    return Finding("Consents", "all handed to the billing system")


def _audit_trail(now: dt.datetime) -> Finding:
    """Look whether the chain of the audit trail goes on; whether it is whole, ``verify_audit`` tells."""
    length, waiting = chain_end().number, unsealed()
    if length < last_noted()[0]:
        text = f"ends at entry {length}, but entry {last_noted()[0]} was noted"
        return Finding("Audit trail", text, "Run: kundenportal verify_audit (docs/operations.md)")
    text = f"{length} entries sealed, {waiting.count} waiting"
    if waiting.oldest_at is not None and now - waiting.oldest_at > _OVERDUE:
        return Finding("Audit trail", text, "Start: kundenportal run_jobs")
    return Finding("Audit trail", text)


def _deliveries(now: dt.datetime) -> Finding:
    """Tell of the last deliveries of these days that were not imported, and of those that wait."""
    waiting = waiting_for_release()
    if refused := in_trouble(now):
        names = ", ".join(f"{each.name} ({each.status})" for each in refused)
        return Finding("Deliveries", f"not imported: {names}", "See /verwaltung/importe/ for the reasons.")
    return Finding("Deliveries", f"{waiting} waiting for a release" if waiting else "none in trouble")


def _documents() -> Finding:
    """Tell whether uploaded documents wait for the storage."""
    batch = batch_in_trouble()
    if batch is not None:
        return Finding("Documents", f"{batch.name}: {batch.trouble}", "Make room, or mend the storage.")
    return Finding("Documents", "no upload waits for the storage")


def _inbox() -> Finding:
    """Tell whether the billing system can put something in, and the portal take it."""
    if not settings.INBOX_DIR:
        return Finding("Inbox", "none: KUNDENPORTAL_INBOX_DIR is not set")
    if fault := inbox_fault():
        return Finding("Inbox", f"{settings.INBOX_DIR} {fault}", "Make it, and give it to the portal's user.")
    if left_out := left_out_of_inbox():
        told = f"{settings.INBOX_DIR}, links or unreadable, not taken: {', '.join(left_out)}"
        return Finding("Inbox", told, "Put the files there themselves, readable by the portal's user.")
    return Finding("Inbox", f"{settings.INBOX_DIR}, released by {settings.IMPORT_RELEASE}")


def _outbox_directory(now: dt.datetime) -> Finding:
    """Tell whether batches are written at their times."""
    if not settings.OUTBOX_DIR:
        return Finding("Batches", "none by themselves: KUNDENPORTAL_OUTBOX_DIR is not set")
    run = last_outbox_run()
    if run is None:
        return Finding("Batches", f"{settings.OUTBOX_DIR}, never filled", "Start: kundenportal run_jobs")
    if run.error:
        return Finding("Batches", f"{settings.OUTBOX_DIR}: {run.error}", "Make room, or mend who may write.")
    return Finding("Batches", f"{settings.OUTBOX_DIR}, looked at {_ago(now - run.tried_at)} ago")


def _ago(age: dt.timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"
