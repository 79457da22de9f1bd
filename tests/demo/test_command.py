"""``kundenportal demo`` as a person starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from kundenportal.demo.server import DemoServer, PortTaken
from tests.ports import free_port

pytestmark = pytest.mark.any_database

PATIENCE_SECONDS = 300
MAIN = "from kundenportal.config.command_line import main; main()"


@contextmanager
def running_demo(directory: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    command = [sys.executable, "-c", MAIN, "demo", "--port", str(port), *arguments]
    with subprocess.Popen(
        command, cwd=directory, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def page(port: int, path: str) -> str:
    """Return a page; the demo takes its port at once and answers when it is built."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=PATIENCE_SECONDS) as answer:
                return str(answer.read(), "utf-8")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.real_socket
def test_demo_is_built_served_kept_and_ended(tmp_path: Path) -> None:
    port = free_port()
    with running_demo(tmp_path, port) as process:
        assert "Kirsche-Wolke-Tandem" in page(port, "/anmelden/")
        assert "Demo-Postfach" in page(port, "/demo/postfach/")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "Building the demo" in output
    assert f"http://localhost:{port}/demo/postfach/" in output
    assert not re.search(r'"level": "(?:warning|error)"', output)
    with running_demo(tmp_path, port) as process:
        assert "Kirsche-Wolke-Tandem" in page(port, "/anmelden/")
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert "Building the demo" not in output


@pytest.mark.real_socket
def test_a_taken_port_is_told_and_nothing_is_built(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with running_demo(tmp_path, port) as process:
            output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert f"Choose another, such as --port {port + 1}." in output
    assert not (tmp_path / "var/demo/portal.sqlite3").exists()


@pytest.mark.real_socket
def test_server_gives_its_port_back() -> None:
    port = free_port()
    server = DemoServer(port)
    with pytest.raises(PortTaken):
        DemoServer(port)
    server.stop()
    DemoServer(port).stop()


def test_demo_never_runs_on_an_installation(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO, settings.DATA_DIR = False, tmp_path
    with pytest.raises(CommandError, match="kundenportal demo"):
        call_command("demo")
    assert not list(tmp_path.iterdir())
