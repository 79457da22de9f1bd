"""How many workers serve, and when the static files are collected."""

import os
import socket
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from kundenportal.config import static_files
from kundenportal.config.management.commands import serve
from kundenportal.config.web_server import TooManyWorkers, worker_count


@pytest.mark.parametrize("wanted", [None, 1])
def test_sqlite_is_served_by_one_worker(wanted: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")

    assert worker_count(wanted) == 1


def test_more_workers_on_sqlite_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")

    with pytest.raises(TooManyWorkers):
        worker_count(2)
    with pytest.raises(CommandError, match="use PostgreSQL"):
        call_command("serve", workers=2)


@pytest.mark.parametrize(("wanted", "count"), [(3, 3), (None, os.cpu_count())])
def test_postgresql_is_served_by_as_many_as_asked_for_or_one_per_core(
    wanted: int | None, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")

    assert worker_count(wanted) == count


@pytest.mark.real_socket
def test_a_taken_port_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "collect_static_files_if_stale", lambda: False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"cannot listen on 127.0.0.1, port {port}: .*in use"):
            call_command("serve", port=port)


def test_static_files_are_collected_once_until_a_source_changes(tmp_path: Path, settings: Settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}", encoding="utf-8")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source]
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"

    assert static_files.collect_static_files_if_stale()
    assert not static_files.collect_static_files_if_stale()
    (source / "a.css").write_text("a { b: c }", encoding="utf-8")
    assert static_files.collect_static_files_if_stale()

    assert (tmp_path / "static" / "a.css").read_text(encoding="utf-8") == "a { b: c }"
