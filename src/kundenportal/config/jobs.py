"""What ``run_jobs`` does, and how it goes round: each job in turn, again and again."""

import datetime as dt
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from django.db import connections
from django.utils import timezone

from kundenportal.audit.checkpoints import note_checkpoint
from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.trail_checks import go_on_with_checks
from kundenportal.banking.filing import file_mandates
from kundenportal.banking.proofs import erase_old_proofs
from kundenportal.campaigns.services import (
    end_campaigns,
    forget_campaigns,
    make_cards,
    note_progress,
    send_invitations,
    write_invitations,
)
from kundenportal.cellar.services import delete_old_waiting
from kundenportal.config.models import JobRunnerSeen
from kundenportal.documents.batches import delete_old_batches
from kundenportal.documents.recall import let_go_of_recalled
from kundenportal.erp.deliveries.deciding import tidy_deliveries
from kundenportal.erp.exchange import exchange_is_due, run_exchange
from kundenportal.erp.inbound.uploaded_documents import take_in_batches
from kundenportal.erp.locks import is_free
from kundenportal.feedback.services import delete_old_reports
from kundenportal.files.services import sweep_files
from kundenportal.identity.old_events import delete_old_events
from kundenportal.identity.services import delete_expired
from kundenportal.linking.services import (
    delete_old_registrations,
    end_overdue_viewings,
    forget_absorbed_logins,
    process_password_resets,
    process_registrations,
    process_sign_in_links,
    tidy_idle_logins,
)
from kundenportal.mail_log.bounce_box import take_in_bounces
from kundenportal.mailing.delivery import delete_finished_mails, forget_contents, send_due_mails
from kundenportal.metering.services import forget_visitors, place_public_readings
from kundenportal.privacy.services import delete_old_data_exports, make_data_exports, tidy_consents
from kundenportal.statistics.services import roll_up_days
from kundenportal.submissions.uploads import let_go_of_old_uploads

IDLE_SECONDS = 1.0
_FORGET_RUNNERS_AFTER = dt.timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to do again and again; safe to run in many processes at once.

    ``run`` gets the time, does what is due, a few seconds' worth at most, and returns how many things it
    did. ``every`` is the least time between two runs of one process.

    What can take longer has a ``command`` that does the same in a process of its own, when ``is_due`` says
    that there is something to do: mails must not wait for an import, nor keep the memory it took.
    """

    name: str
    run: Callable[[dt.datetime], int]
    every: dt.timedelta = dt.timedelta(0)
    command: str = ""
    is_due: Callable[[dt.datetime], bool] = lambda _now: True


def show_sign_of_life(now: dt.datetime) -> int:
    """Note that this job runner lives, for ``/readyz`` and ``check_installation``; forget old runners."""
    runner = f"{socket.gethostname()}:{os.getpid()}"
    JobRunnerSeen.objects.update_or_create(runner=runner, defaults={"seen_at": now})
    JobRunnerSeen.objects.filter(seen_at__lt=now - _FORGET_RUNNERS_AFTER).delete()
    return 0


def tidy_logins(now: dt.datetime) -> int:
    """Tidy logins without a contract, but not while a delivery may be bringing one back."""
    return tidy_idle_logins(now) if is_free("import") else 0


JOBS: Sequence[Job] = (
    Job("sign_of_life", show_sign_of_life, every=dt.timedelta(seconds=30)),
    Job("registrations", process_registrations),
    Job("password_resets", process_password_resets),
    Job("sign_in_links", process_sign_in_links),
    Job("data_exports", make_data_exports),
    Job("public_readings", place_public_readings),
    Job("campaign_invitations", write_invitations),
    Job("campaign_mails", send_invitations),
    Job("campaign_progress", note_progress, every=dt.timedelta(seconds=10)),
    Job("mail", send_due_mails),
    Job("audit_seals", seal_entries),
    Job("audit_checkpoints", note_checkpoint, every=dt.timedelta(minutes=1)),
    Job("audit_checks", go_on_with_checks),
    Job("viewings", end_overdue_viewings, every=dt.timedelta(minutes=1)),
    Job("reading_cards", make_cards),
    Job("ended_campaigns", end_campaigns, every=dt.timedelta(minutes=1)),
    Job("old_campaigns", forget_campaigns, every=dt.timedelta(hours=6)),
    Job(
        "exchange",
        run_exchange,
        every=dt.timedelta(seconds=3),
        command="run_exchange",
        is_due=exchange_is_due,
    ),
    Job("old_deliveries", tidy_deliveries, every=dt.timedelta(hours=1)),
    Job("expired_logins", delete_expired, every=dt.timedelta(hours=1)),
    Job("old_events", delete_old_events, every=dt.timedelta(hours=6)),
    Job("old_registrations", delete_old_registrations, every=dt.timedelta(hours=6)),
    Job("old_barrier_reports", delete_old_reports, every=dt.timedelta(hours=6)),
    Job("absorbed_logins", forget_absorbed_logins, every=dt.timedelta(hours=6)),
    Job("idle_logins", tidy_logins, every=dt.timedelta(hours=1)),
    Job("waiting_readings", delete_old_waiting, every=dt.timedelta(hours=6)),
    Job("consents", tidy_consents, every=dt.timedelta(hours=1)),
    Job("old_data_exports", delete_old_data_exports, every=dt.timedelta(hours=1)),
    Job("visitors", forget_visitors, every=dt.timedelta(hours=6)),
    Job("bounces", take_in_bounces, every=dt.timedelta(seconds=30)),
    Job("mail_contents", forget_contents, every=dt.timedelta(hours=1)),
    Job("finished_mails", delete_finished_mails, every=dt.timedelta(hours=6)),
    Job("mandates", file_mandates, every=dt.timedelta(seconds=30)),
    Job("old_proofs", erase_old_proofs, every=dt.timedelta(hours=6)),
    Job("old_uploads", let_go_of_old_uploads, every=dt.timedelta(minutes=5)),
    Job("document_batches", take_in_batches),
    Job("old_document_batches", delete_old_batches, every=dt.timedelta(hours=6)),
    Job("recalled_documents", let_go_of_recalled, every=dt.timedelta(hours=6)),
    Job("daily_counts", roll_up_days, every=dt.timedelta(minutes=1)),
    Job("files", sweep_files, every=dt.timedelta(minutes=20)),
)


class JobRunner:
    """Runs jobs in turn. A job that fails is logged and tried again in the next round."""

    def __init__(self, jobs: Sequence[Job] = JOBS) -> None:
        self._jobs = jobs
        self._last_run: dict[str, dt.datetime] = {}
        self._apart: dict[str, subprocess.Popen[bytes]] = {}
        self._runs_apart = False
        self.failures = 0

    def run_until(self, stop: threading.Event) -> None:
        """Go round until told to stop; the job that is running then is finished first.

        A command that runs apart is told to end too: whatever it was at goes on from there next time.
        """
        self._runs_apart = True
        try:
            while not stop.is_set():
                if not self.run_round(timezone.now(), stop=stop):
                    stop.wait(IDLE_SECONDS)
        finally:
            for process in self._apart.values():
                process.terminate()
                process.wait()

    def drain(self, stop: threading.Event) -> None:
        """Go round until nothing is due any more, or told to stop; nothing runs apart."""
        while not stop.is_set() and self.run_round(timezone.now(), stop=stop):
            pass

    def run_round(self, now: dt.datetime, *, stop: threading.Event) -> int:
        """Run every job that is due once, and return how many things they did."""
        done = 0
        for job in self._jobs:
            last_run = self._last_run.get(job.name)
            if not stop.is_set() and (last_run is None or now - last_run >= job.every):
                self._last_run[job.name] = now
                done += self._run(job, now)
        return done

    def _run(self, job: Job, now: dt.datetime) -> int:
        try:
            return self._start(job, now) if job.command and self._runs_apart else job.run(now)
        except Exception:
            self.failures += 1
            log.exception("job.failed", job=job.name)
            for connection in connections.all(initialized_only=True):
                connection.close_if_unusable_or_obsolete()
            return 0

    def _start(self, job: Job, now: dt.datetime) -> int:
        """Start a job's command if it is due and does not run yet; it counts as nothing done."""
        former = self._apart.get(job.name)
        if former is not None and former.poll() is None:
            return 0
        if former is not None and self._apart.pop(job.name).returncode:
            log.error("job.failed", job=job.name, code=former.returncode)
        if job.is_due(now):
            code = "from kundenportal.config.command_line import main; main()"
            self._apart[job.name] = subprocess.Popen([sys.executable, "-c", code, job.command])  # noqa: S603
        return 0
