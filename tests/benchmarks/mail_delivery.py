"""How fast one job process empties the outbox over a local SMTP server, and what it costs when idle.

``python -m tests.benchmarks.mail_delivery [--mails 2000] [--database postgresql://…]``

The CPU seconds are this process's own; those of the mail server are not among them.
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
START_SECONDS = 4
IDLE_SECONDS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory, _sink() as smtp_url:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = arguments.database
        os.environ["KUNDENPORTAL_SMTP_URL"] = smtp_url
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from tests.benchmarks.import_master_data import scratch_database

        with scratch_database():
            _measure(arguments.mails, smtp_url)


@contextlib.contextmanager
def _sink() -> Iterator[str]:
    """Run a mail server that throws everything away, in a process of its own, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-l", address, "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen(command)
    try:
        _wait_for(address)
        yield f"smtp://{address}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    host, port = address.split(":")
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("the mail server does not answer")


def _measure(mails: int, smtp_url: str) -> None:
    seconds, cpu_seconds = _send(mails)
    print(f"mails a second (>= 200)  {mails / seconds:8.0f}")
    print(f"CPU ms a mail            {cpu_seconds / mails * 1000:8.2f}")
    print(f"idle, of a core (< 1 %)  {_idle_share(smtp_url):8.2%}")


def _send(mails: int) -> tuple[float, float]:
    """Send so many mails; return the seconds by the clock and by the CPU.

    Raises:
        RuntimeError: when one of them was not sent.

    """
    from django.db import transaction
    from django.utils import timezone

    from kundenportal.mailing.delivery import send_due_mails
    from kundenportal.mailing.models import OutgoingMail
    from kundenportal.mailing.services import enqueue

    with transaction.atomic():
        for number in range(mails):
            context = {"customer_number": "0014026/1"}
            enqueue(KIND, to=f"kunde{number}@beispiel.de", context=context, now=timezone.now())
    started, cpu_started = time.perf_counter(), time.process_time()
    while send_due_mails(timezone.now()):
        pass
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    unsent = OutgoingMail.objects.exclude(status=OutgoingMail.Status.SENT).values_list(
        "last_error", flat=True
    )
    if unsent:
        raise RuntimeError(f"{len(unsent)} were not sent: {unsent[0]}")
    return seconds, cpu_seconds


def _idle_share(smtp_url: str) -> float:
    """Return the share of one core that an idle job runner takes."""
    from tests.faults.processes import environment_of_services

    command = [str(Path(sys.executable).with_name("kundenportal")), "run_jobs"]
    runner = subprocess.Popen(command, env=environment_of_services(port=8000, smtp_url=smtp_url))
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
