"""The portal's own processes, run as in production on the test's database, and killed without warning."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from kundenportal.config.models import JobRunnerSeen

PATIENCE_SECONDS = 120
CSRF_TOKEN = "a" * 32


class Service:
    """One command of the portal, in a process group of its own."""

    def __init__(self, *command: str, environment: Mapping[str, str]) -> None:
        self._command = [str(Path(sys.executable).with_name("kundenportal")), *command]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; whether it is ready, its users find out."""
        self._process = subprocess.Popen(
            self._command, env=self._environment, start_new_session=True, stderr=subprocess.DEVNULL
        )

    @property
    def pid(self) -> int:
        """The number of its process; 0 before it was started."""
        return self._process.pid if self._process else 0

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        self._signal(signal.SIGKILL)

    def kill_children(self) -> int:
        """Kill the processes it has started, but not itself; return how many there were."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        return len(children)

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        return self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            if number is signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        return self._process.wait(timeout=PATIENCE_SECONDS)


def environment_of_services(*, port: int, smtp_url: str) -> dict[str, str]:
    """Return an environment for services that work on the test's own database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KUNDENPORTAL_") and name != "DJANGO_SETTINGS_MODULE"
    }
    return kept | {
        "KUNDENPORTAL_DATA_DIR": str(settings.DATA_DIR),
        "KUNDENPORTAL_DATABASE_URL": _database_url(),
        "KUNDENPORTAL_SECRET_KEY": settings.SECRET_KEY,
        "KUNDENPORTAL_SMTP_URL": smtp_url,
        "KUNDENPORTAL_BASE_URL": f"http://127.0.0.1:{port}",
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(database['NAME']))}"
    return f"postgresql://{database['USER']}@/{database['NAME']}?host={quote(database['HOST'], safe='')}"


def wait_until_healthy(port: int) -> None:
    """Wait until the web server answers.

    Raises:
        NoAnswer: when it does not for a long time.

    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            server.request("GET", "/healthz")
            if server.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            server.close()
    raise NoAnswer("/healthz")


class NoAnswer(Exception):
    """The server did not answer for a long time."""


def wait_for_sign_of_life(jobs: Service) -> None:
    """Wait until a job runner works: one that is told to end before can do nothing but die."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not JobRunnerSeen.objects.filter(runner__endswith=f":{jobs.pid}").exists():
        assert time.monotonic() < end, "the job runner gave no sign of life"
        time.sleep(0.05)


def post_until_answered(port: int, path: str, *, session: str, **fields: str) -> str:
    """Post a form as a patient customer does, again and again, and return where the answer leads.

    Raises:
        NoAnswer: when nothing but failures came back.

    """
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF_TOKEN}",
    }
    body = urlencode({"csrfmiddlewaretoken": CSRF_TOKEN} | fields)
    last = "nothing"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            server.request("POST", path, body, headers)
            answer = server.getresponse()
            if answer.status == http.HTTPStatus.SEE_OTHER:
                return str(answer.headers["Location"])
            last = f"{answer.status}: {answer.read()[:300]!r}"
        except (OSError, http.client.HTTPException) as error:
            last = repr(error)
        finally:
            server.close()
        time.sleep(0.1)
    raise NoAnswer(f"{path}: {last}")
