"""How fast one job process empties the outbox over a local SMTP server, and what it costs when idle.

``python -m tests.benchmarks.mail_delivery`` prints both; ``KUNDENPORTAL_DATABASE_URL`` chooses the engine.
"""

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

KIND = "registration_exists"
IDLE_SECONDS = 20
START_SECONDS = 4


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    mails: int = parser.parse_args().mails
    with tempfile.TemporaryDirectory() as directory, _sink() as port:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "kundenportal.config.settings"
        engine = _prepare_database()
        seconds, cpu_seconds = _send(mails)
        print(f"{engine}: {mails / seconds:.0f} mails/s, {cpu_seconds / mails * 1000:.2f} CPU ms a mail")
        print(f"{engine}: idle {_idle_share():.2%} of one core")


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    """Run a mail server that throws everything away, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "aiosmtpd",
        "-n",
        "-l",
        f"127.0.0.1:{port}",
        "-c",
        "aiosmtpd.handlers.Sink",
    ]
    server = subprocess.Popen(command)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("the mail server does not answer")


def _prepare_database() -> str:
    """Set Django up on an empty database and return the engine's name."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if connection.vendor == "postgresql":
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        os.environ["KUNDENPORTAL_DATABASE_URL"] = os.environ["KUNDENPORTAL_DATABASE_URL"].replace(
            "/postgres?", f"/{connection.settings_dict['NAME']}?"
        )
    else:
        call_command("migrate", verbosity=0)
    return connection.display_name


def _send(mails: int) -> tuple[float, float]:
    from django.db import transaction
    from django.utils import timezone

    from kundenportal.mailing.delivery import send_due_mails
    from kundenportal.mailing.models import OutgoingMail
    from kundenportal.mailing.services import enqueue

    now = timezone.now()
    with transaction.atomic():
        for number in range(mails):
            enqueue(KIND, to=f"kunde{number}@beispiel.de", context={"customer_number": "0014026/1"}, now=now)
    started, cpu_started, sent = time.perf_counter(), time.process_time(), 0
    while done := send_due_mails(timezone.now()):
        sent += done
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    refused = OutgoingMail.objects.exclude(status=OutgoingMail.Status.SENT).values_list(
        "last_error", flat=True
    )
    if sent != mails or refused:
        raise RuntimeError(f"{sent} tried, {len(refused)} not sent: {refused[:1]}")
    return seconds, cpu_seconds


def _idle_share() -> float:
    """Return the share of one core that an idle job runner takes."""
    runner = subprocess.Popen([str(Path(sys.executable).with_name("kundenportal")), "run_jobs"])
    try:
        time.sleep(START_SECONDS)
        before = _cpu_seconds(runner.pid)
        time.sleep(IDLE_SECONDS)
        return (_cpu_seconds(runner.pid) - before) / IDLE_SECONDS
    finally:
        runner.terminate()
        runner.wait()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
