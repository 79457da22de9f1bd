"""The demo utility, served for a measurement and thrown away after it."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

_COMMAND = "from kundenportal.config.command_line import main; main()"
_SOURCES = Path(__file__).parents[2] / "src"
_READY_WITHIN = 120.0


@contextmanager
def demo_site() -> Iterator[str]:
    """Build the demo in a directory of its own, serve it, and yield its address without a slash at the end."""
    port = free_port()
    base = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="kundenportal-accessibility-") as directory:
        log = Path(directory) / "demo.log"
        with log.open("wb") as output:
            command = [sys.executable, "-c", _COMMAND, "demo", "--port", str(port)]
            environment = os.environ | {"PYTHONPATH": str(_SOURCES)}
            environment.pop("DJANGO_SETTINGS_MODULE", None)
            process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=output)
            try:
                _wait_for(f"{base}/healthz", process, log)
                yield base
            finally:
                process.terminate()
                process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise RuntimeError(f"the demo did not start:\n{log.read_text(errors='replace')}")
