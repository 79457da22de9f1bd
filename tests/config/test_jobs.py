"""The job runner: each job in turn, none stops the others, a signal ends it cleanly."""

import datetime as dt
import subprocess
import threading

import pytest
from structlog.testing import capture_logs

from kundenportal.config.jobs import JOBS, Job, JobRunner, show_sign_of_life
from kundenportal.config.models import JobRunnerSeen
from tests.make import NOW


def fails(now: dt.datetime) -> int:
    raise RuntimeError("m.bauer@beispiel.de")


class Countdown:
    """A job that finds something to do a given number of times."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.runs: list[dt.datetime] = []

    def __call__(self, now: dt.datetime) -> int:
        self.runs.append(now)
        self.left -= 1
        return 1 if self.left >= 0 else 0


@pytest.mark.django_db
def test_a_failing_job_stops_no_other_and_its_log_holds_no_message() -> None:
    countdown = Countdown(1)
    runner = JobRunner([Job("broken", fails), Job("fine", countdown)])

    with capture_logs() as logs:
        done = runner.run_round(NOW, stop=threading.Event())

    assert (done, len(countdown.runs), runner.failures) == (1, 1, 1)
    assert [(line["event"], line["job"]) for line in logs] == [("job.failed", "broken")]


def test_draining_goes_round_until_nothing_is_due() -> None:
    countdown = Countdown(3)

    JobRunner([Job("countdown", countdown)]).drain(threading.Event())

    assert len(countdown.runs) == 4


def test_a_rare_job_runs_only_when_its_time_has_come() -> None:
    rare = Countdown(10)
    runner = JobRunner([Job("rare", rare, every=dt.timedelta(hours=1))])
    hour = dt.timedelta(hours=1)

    for moment in (NOW, NOW + hour / 2, NOW + hour):
        runner.run_round(moment, stop=threading.Event())

    assert rare.runs == [NOW, NOW + hour]


def test_a_stop_lets_the_running_job_finish_and_starts_no_other() -> None:
    stop = threading.Event()
    second = Countdown(1)

    def told_to_stop(now: dt.datetime) -> int:
        stop.set()
        return 1

    JobRunner([Job("first", told_to_stop), Job("second", second)]).run_until(stop)

    assert second.runs == []


@pytest.mark.django_db
def test_a_sign_of_life_is_kept_once_per_runner_and_forgotten_after_a_day() -> None:
    JobRunnerSeen.objects.create(runner="gone:1", seen_at=NOW - dt.timedelta(days=2))

    show_sign_of_life(NOW)
    show_sign_of_life(NOW + dt.timedelta(minutes=1))

    assert [each.seen_at for each in JobRunnerSeen.objects.all()] == [NOW + dt.timedelta(minutes=1)]


def test_every_job_has_a_name_of_its_own() -> None:
    names = [job.name for job in JOBS]

    assert len(set(names)) == len(names)


class FakeProcess:
    """A command that runs until it is told to end."""

    started: list[str] = []  # noqa: RUF012

    def __init__(self, command: list[str]) -> None:
        self.started.append(command[-1])
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def terminate(self) -> None:
        self.returncode = -15

    def wait(self) -> int | None:
        return self.returncode


def test_what_takes_long_runs_apart_and_once_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds, inline = threading.Event(), Countdown(0), Countdown(1)

    def end_after_three(now: dt.datetime) -> int:
        if len(rounds.runs) == 3:
            stop.set()
        return rounds(now) + 1

    monkeypatch.setattr(subprocess, "Popen", FakeProcess)
    FakeProcess.started.clear()
    JobRunner([Job("long", inline, command="run_long"), Job("rounds", end_after_three)]).run_until(stop)

    assert FakeProcess.started == ["run_long"]
    assert inline.runs == []


def test_what_is_not_due_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def end(now: dt.datetime) -> int:
        stop.set()
        return 0

    monkeypatch.setattr(subprocess, "Popen", FakeProcess)
    FakeProcess.started.clear()
    long = Job("long", Countdown(1), command="run_long", is_due=lambda _now: False)
    JobRunner([long, Job("end", end)]).run_until(stop)

    assert FakeProcess.started == []


def test_draining_does_what_takes_long_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", FakeProcess)
    FakeProcess.started.clear()
    countdown = Countdown(1)
    JobRunner([Job("long", countdown, command="run_long")]).drain(threading.Event())

    assert (len(countdown.runs), FakeProcess.started) == (2, [])
