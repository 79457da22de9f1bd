"""The console script tells a setting that cannot be used in one line, without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kundenportal

KUNDENPORTAL = Path(sys.executable).with_name("kundenportal")


def run(directory: Path, *arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KUNDENPORTAL_")}
    environment |= {f"KUNDENPORTAL_{name}": value for name, value in values.items()}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    # Not whatever is installed: the code whose tests run.
    environment["PYTHONPATH"] = str(Path(kundenportal.__file__).parents[1])
    return subprocess.run(
        [KUNDENPORTAL, *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_directory_is_enough_to_begin(tmp_path: Path) -> None:
    ended = run(tmp_path, "migrate", "--verbosity=0")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert {each.name for each in (tmp_path / "var").iterdir()} >= {
        "portal.sqlite3",
        "secret-key",
        "field-key",
    }
    assert (tmp_path / "var" / "field-key").stat().st_mode & 0o077 == 0
    assert [
        each for each in [tmp_path / "var", *(tmp_path / "var").rglob("*")] if each.stat().st_mode & 0o007
    ] == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PASSWORD_MIN_LENGTH", "8", "KUNDENPORTAL_PASSWORD_MIN_LENGTH: expected a number from 12 to 64"),
        ("REGISTRATION_PROOF", "none", "KUNDENPORTAL_REGISTRATION_PROOF: expected meter or name or letter"),
        ("DATABASE_URL", "mysql://db/portal", "KUNDENPORTAL_DATABASE_URL: expected postgresql://"),
        ("DATA_DIR", "/dev/null", "KUNDENPORTAL_DATA_DIR: /dev/null cannot be made (File exists)"),
        ("UTILITY", "missing.toml", "KUNDENPORTAL_UTILITY: missing.toml"),
        ("FIELD_KEY", "kurz", "KUNDENPORTAL_FIELD_KEY: expected 32 bytes"),
        ("FIELD_KEY", "äöü", "KUNDENPORTAL_FIELD_KEY: expected URL-safe base 64"),
        ("SECRET_KEY_FILE", "/nowhere/key", "KUNDENPORTAL_SECRET_KEY_FILE:"),
    ],
)
def test_an_unusable_setting_is_told_in_one_line(name: str, value: str, told: str, tmp_path: Path) -> None:
    ended = run(tmp_path, "migrate", **{name: value})

    assert ended.returncode == 1
    assert ended.stderr.startswith(told)
    assert len(ended.stderr.splitlines()) == 1


def test_an_unknown_time_zone_is_told(tmp_path: Path) -> None:
    (tmp_path / "utility.toml").write_text('time_zone = "Europe/Musterbach"', encoding="utf-8")

    ended = run(tmp_path, "migrate", UTILITY="utility.toml")

    assert ended.returncode == 1
    assert "mend time_zone in utility.toml" in ended.stderr
