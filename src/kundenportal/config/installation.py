"""What ``check_installation`` looks at: each function tells one thing that is well or wrong."""

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.db.models import Q

from kundenportal.audit.checkpoints import last_noted
from kundenportal.audit.models import AuditEntry
from kundenportal.audit.verification import chain_end, unsealed
from kundenportal.config.database_findings import clock, database_fault, database_version, migrations_applied
from kundenportal.config.findings import Finding
from kundenportal.config.health import job_runner_seen_at
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
from kundenportal.utility_settings.selectors import current_utility

_OVERDUE = dt.timedelta(minutes=15)
_UNREAD_AFTER = dt.timedelta(days=7)
_DISK_RESERVE = 500 * 1024 * 1024


def inspect_installation(now: dt.datetime) -> Iterator[Finding]:
    """Yield what is well and what is wrong; the database's own questions only when it answers."""
    fault = database_fault()
    if fault:
        # Whoever reads the utility would wait for the database each time: its file has to do.
        current_utility().read_with(None)
    yield from _settings()
    yield utility_file()
    yield direct_debits()
    yield colours()
    yield _data_directory()
    yield _private_files()
    yield _static_files()
    yield from texts()
    yield _mail_server()
    yield _bounces()
    if fault:
        yield Finding("Database", fault, "Check KUNDENPORTAL_DATABASE_URL, and that the database runs.")
        return
    try:
        yield database_version()
        yield clock(now)
        migrations = migrations_applied()
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
    if directory.stat().st_mode & 0o007:
        text = f"{directory} is open to everybody who has an account on this machine"
        return Finding("Data", text, f"Run: chmod o-rwx {directory}")
    return Finding("Data", f"{directory}, {free // 2**20} MiB free")


def _bounces() -> Finding:
    """Tell whether mails that come back are read."""
    if not settings.BOUNCES:
        return Finding("Returned mail", "not read: KUNDENPORTAL_BOUNCES is not set")
    folders = (Path(settings.BOUNCES, each) for each in ("new", "cur"))
    if not all(os.access(each, os.R_OK | os.W_OK | os.X_OK) for each in folders):
        return Finding(
            "Returned mail",
            f"{settings.BOUNCES} is no Maildir that can be read and written",
            "Name a directory with new, cur and tmp in KUNDENPORTAL_BOUNCES; give it to the portal's user.",
        )
    return Finding("Returned mail", settings.BOUNCES)


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
        return Finding(
            "Files",
            f"{place}: {error}",
            "Check KUNDENPORTAL_FILES_URL, who may write there, and whether there is room.",
        )
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
    if not os.access(settings.OUTBOX_DIR, os.W_OK | os.X_OK):
        text = f"{settings.OUTBOX_DIR} does not exist or cannot be written"
        return Finding("Batches", text, "Make it, and give it to the portal's user.")
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
