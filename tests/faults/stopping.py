"""Processes of their own that are stopped at a step of their work, as a power cut or an operator stops them."""

import csv
import errno
import os
import pathlib
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from django.db import connection, connections

from kundenportal.erp.locks import AlreadyRunning

FINISHED, REFUSED, FAILED = 0, 1, 2
Stop = Callable[[], None]
PATIENCE_SECONDS = 60


def in_child(work: Callable[[], Any]) -> int:
    """Start something in a process of its own with its own connections; return the process's id."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = FAILED
    try:
        # What PostgreSQL calls its session.
        os.environ["PGAPPNAME"] = _session_of(os.getpid())
        work()
        status = FINISHED
    except AlreadyRunning:
        status = REFUSED
    finally:
        os._exit(status)


def status_of(child: int) -> int:
    """Wait for the end of a process, and until PostgreSQL has noticed it and let go of its locks; return its status."""
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    end = time.monotonic() + PATIENCE_SECONDS
    while connection.vendor == "postgresql" and _has_session(child):
        assert time.monotonic() < end, "the session of a process outlives it"
        time.sleep(0.01)
    return status


def _session_of(child: int) -> str:
    return f"child-{child}"


def _has_session(child: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE application_name = %s", [_session_of(child)])
        return cursor.fetchone() is not None


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted() -> None:
    raise KeyboardInterrupt


def disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stopping_at(step: int, stop: Stop) -> ExitStack:
    """Stop the process before its step of this number: a statement, a commit, a block, a file or a move."""
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            stop()

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            count()
            return function(*args, **options)

        return call

    stack = ExitStack()
    stack.enter_context(connection.execute_wrapper(lambda execute, *rest: counted(execute)(*rest)))
    for owner, name in (
        (connection, "commit"),
        (connection, "_commit"),
        (os, "fsync"),
        (csv, "writer"),
        (shutil, "rmtree"),
        (pathlib.Path, "mkdir"),
        (pathlib.Path, "open"),
        (pathlib.Path, "rename"),
    ):
        stack.enter_context(mock.patch.object(owner, name, counted(getattr(owner, name))))
    return stack
