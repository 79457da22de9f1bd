"""Looking into many PDFs, on all cores at the same time."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass

from kundenportal.core.customer_numbers import CustomerNumberPattern
from kundenportal.documents.checks import Checked, DocumentRefused, check_document
from kundenportal.files.accepted import FileRefusal
from kundenportal.files.pdf import ActiveContent

Verdict = Checked | FileRefusal | ActiveContent
"""What was found in a PDF, or why it is not filed."""

WORTH_A_POOL = 20
"""So many PDFs at once repay starting processes, which takes as long as looking into some."""


@dataclass(frozen=True)
class Job:
    """A PDF to look into, and the customer number it must name."""

    content: bytes
    customer_number: str


class Checker:
    """Looks into PDFs here or, when they are many, in processes of their own.

    A PDF that makes a library crash takes its process along; it is told from the others and refused.
    """

    def __init__(self, pattern: CustomerNumberPattern) -> None:
        self._pattern = pattern
        self._pool: ProcessPoolExecutor | None = None
        self._single: ProcessPoolExecutor | None = None

    def start(self, jobs: Sequence[Job]) -> "list[tuple[Job, Future[Verdict]]]":
        """Begin to look into PDFs; ``finish`` gives what was found."""
        if len(jobs) < WORTH_A_POOL:
            return [(job, _done(judge(job, self._pattern))) for job in jobs]
        if self._pool is None:
            self._pool = _new_pool(os.cpu_count() or 1)
        return [(job, self._submit(job)) for job in jobs]

    def finish(self, started: "list[tuple[Job, Future[Verdict]]]") -> list[Verdict]:
        """Return what was found, in the order of the jobs."""
        verdicts: list[Verdict] = []
        for job, future in started:
            try:
                verdicts.append(future.result())
            except BrokenProcessPool:
                verdicts.append(self._alone(job))
        return verdicts

    def close(self) -> None:
        """End the processes."""
        for pool in (self._pool, self._single):
            if pool is not None:
                pool.shutdown(cancel_futures=True)

    def _submit(self, job: Job) -> "Future[Verdict]":
        assert self._pool is not None
        try:
            return self._pool.submit(judge, job, self._pattern)
        except BrokenProcessPool:
            self._pool = _new_pool(os.cpu_count() or 1)
            return self._pool.submit(judge, job, self._pattern)

    def _alone(self, job: Job) -> Verdict:
        """Look into one PDF of those that were on their way when a process died: one of them killed it."""
        self._single = self._single or _new_pool(1)
        try:
            return self._single.submit(judge, job, self._pattern).result()
        except BrokenProcessPool:
            self._single = None
            return FileRefusal.DAMAGED


@contextmanager
def checking(pattern: CustomerNumberPattern) -> Iterator[Checker]:
    """Give a checker whose processes end with the block."""
    checker = Checker(pattern)
    try:
        yield checker
    finally:
        checker.close()


def judge(job: Job, pattern: CustomerNumberPattern) -> Verdict:
    """Look into one PDF."""
    try:
        return check_document(job.content, job.customer_number, pattern)
    except DocumentRefused as refused:
        return refused.reason


def _done(verdict: Verdict) -> "Future[Verdict]":
    future: Future[Verdict] = Future()
    future.set_result(verdict)
    return future


def _new_pool(processes: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes: a forked one would share our connection to the database."""
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
