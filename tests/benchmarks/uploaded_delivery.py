"""What it costs to upload, check, release and import a delivery with a browser, and who pays with memory.

``python -m tests.benchmarks.uploaded_delivery DELIVERY.zip [--database postgresql://…]``

A real web server and a real job runner work on a database of their own, which is empty but for one member of
staff. It measures seconds by the clock, and the most memory of the web server's processes and of the process
that ``run_jobs`` starts for the delivery.
"""

import argparse
import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMAND = "from kundenportal.config.command_line import main; main()"
PATIENCE_SECONDS = 1800
TOKEN = "a" * 32


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("delivery", type=Path)
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = arguments.database
        os.environ["DJANGO_SETTINGS_MODULE"] = "kundenportal.config.settings"
        import django

        django.setup()
        _measure(arguments.delivery.read_bytes())


def _measure(content: bytes) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from kundenportal.identity.models import StaffMember
    from tests.faults.processes import wait_until_healthy
    from tests.ports import free_port
    from tests.staff import make_member, sign_in_member

    call_command("migrate", verbosity=0)
    member = make_member(StaffMember.Role.TECHNICIAN)
    port = free_port()
    os.environ["KUNDENPORTAL_BASE_URL"] = f"http://127.0.0.1:{port}"
    web, jobs = (_start("serve", "--port", str(port)), _start("run_jobs"))
    try:
        wait_until_healthy(port)
        key = sign_in_member(Client(), member)
        cookies = f"{settings.STAFF_SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        _ask(port, "GET", "/verwaltung/importe/", cookies)
        before = _peak_of(web.pid)
        started = time.monotonic()
        body = _multipart(content)
        where = _ask(port, "POST", "/verwaltung/importe/hochladen/", cookies, body)
        print(f"upload of {len(content) / 1e6:.1f} MB: {time.monotonic() - started:.1f} s")
        print(f"web server's memory: {before:.0f} MB before, {_peak_of(web.pid):.0f} MB at most after")
        checked = _follow("checked", jobs.pid)
        fields = f"csrfmiddlewaretoken={TOKEN}&gesehen={checked}".replace("+", "%2B")
        _ask(port, "POST", f"{where}freigeben/", cookies, fields.encode())
        _follow("imported", jobs.pid)
    finally:
        for process in (web, jobs):
            process.terminate()
            process.wait()


def _start(*command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", COMMAND, *command], stderr=subprocess.DEVNULL)


def _ask(port: int, method: str, path: str, cookies: str, body: bytes = b"") -> str:
    """Send a request and return where the answer leads."""
    is_form = not body.startswith(b"--")
    kind = "application/x-www-form-urlencoded" if is_form else f"multipart/form-data; boundary={TOKEN}"
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    server.request(method, path, body, {"Cookie": cookies, "Content-Type": kind})
    answer = server.getresponse()
    text = answer.read()
    assert answer.status in {200, 303}, f"{answer.status}: {text[:500]!r}"
    return answer.headers.get("Location") or ""


def _multipart(content: bytes) -> bytes:
    token = f'--{TOKEN}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
    head = f'--{TOKEN}\r\nContent-Disposition: form-data; name="datei"; filename="lieferung.zip"\r\n\r\n'
    return token.encode() + head.encode() + content + f"\r\n--{TOKEN}--\r\n".encode()


def _follow(status: str, job_runner: int) -> str:
    """Wait until the delivery is there, print what that took, and return the moment of the check."""
    from kundenportal.erp.models import Delivery

    started, peak = time.monotonic(), 0.0
    while time.monotonic() - started < PATIENCE_SECONDS:
        peak = max(peak, _peak_of(job_runner, with_itself=False))
        delivery = Delivery.objects.get()
        if delivery.status == status:
            print(
                f"{status} after {time.monotonic() - started:.1f} s, {delivery.seconds:.1f} s of them worked; "
                f"process of its own: {peak:.0f} MB at most; job runner: {_peak_of(job_runner, 0):.0f} MB"
            )
            return delivery.checked_at.isoformat() if delivery.checked_at else ""
        assert delivery.is_at_work, f"{delivery.status}: {delivery.report}"
        time.sleep(0.1)
    raise TimeoutError(status)


def _peak_of(pid: int, generations: int = 1, *, with_itself: bool = True) -> float:
    """Return the most megabytes a process, or one of those it has started, has had in memory."""
    children: list[int] = []
    if generations:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        children = [int(each) for each in listed.split()]
    peaks = [0.0]
    for each in [*children, *([pid] if with_itself else [])]:
        try:
            lines = Path(f"/proc/{each}/status").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        peaks += [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return max(peaks)


if __name__ == "__main__":
    main()
