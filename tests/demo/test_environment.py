"""The environment that the demo gives itself."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kundenportal.config.environment import Environment
from kundenportal.core.utility import load_tables, read_utility
from kundenportal.demo.environment import prepare_environment
from tests.make import NOW


@pytest.fixture(autouse=True)
def own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_an_installation_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNDENPORTAL_DATABASE_URL", "postgresql://live")
    monkeypatch.setenv("KUNDENPORTAL_SMTP_URL_FILE", "/run/secrets/smtp")
    prepare_environment([], now=NOW)
    assert {name for name in os.environ if name.startswith("KUNDENPORTAL_")} == {
        "KUNDENPORTAL_BANK_FOUR_EYES",
        "KUNDENPORTAL_BASE_URL",
        "KUNDENPORTAL_DATA_DIR",
        "KUNDENPORTAL_DEMO",
        "KUNDENPORTAL_DOCUMENTS_RELEASE_ABOVE",
        "KUNDENPORTAL_SMTP_URL",
        "KUNDENPORTAL_STAFF_REVIEW",
        "KUNDENPORTAL_UTILITY",
    }


def test_environment_of_a_process_reads_no_dotenv_without_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KUNDENPORTAL_MAIL_FROM=live@utility.example\n", encoding="utf-8")
    assert Environment.of_process(tmp_path / ".env").text("MAIL_FROM") == "live@utility.example"
    assert Environment.of_process(None).text("MAIL_FROM") == ""


def test_everything_lies_in_var_demo(tmp_path: Path) -> None:
    prepare_environment([], now=NOW)
    assert os.environ["KUNDENPORTAL_DATA_DIR"] == str(tmp_path / "var/demo")
    assert os.environ["KUNDENPORTAL_SMTP_URL"] == f"maildir:{tmp_path / 'var/demo/mail'}"
    assert os.environ["KUNDENPORTAL_BASE_URL"] == "http://localhost:8000"


@pytest.mark.parametrize(
    ("arguments", "port"),
    [
        (["--port", "8123"], 8123),
        (["--reset", "--port=8123"], 8123),
        (["--port", "none"], 8000),
        (["--port", "70000"], 8000),
        (["--unknown"], 8000),
    ],
)
def test_links_carry_the_port(arguments: list[str], port: int) -> None:
    prepare_environment(arguments, now=NOW)
    assert os.environ["KUNDENPORTAL_BASE_URL"] == f"http://localhost:{port}"


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        (NOW, (11, 15), (12, 15)),
        (dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC), (12, 25), (1, 24)),
        (dt.datetime(2028, 3, 7, tzinfo=dt.UTC), (2, 29), (3, 30)),
    ],
)
def test_reading_period_is_open(now: dt.datetime, start: tuple[int, int], end: tuple[int, int]) -> None:
    prepare_environment([], now=now)
    utility = read_utility(load_tables(Path(os.environ["KUNDENPORTAL_UTILITY"])))
    assert utility.name == "Stadtwerke Musterbach"
    assert utility.readings.period is not None
    assert (utility.readings.period.start, utility.readings.period.end) == (start, end)
