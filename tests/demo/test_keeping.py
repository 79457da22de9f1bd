"""Keeping the demo between runs."""

from pathlib import Path

import pytest

from kundenportal.demo.keeping import DemoRunsAlready, forget, is_built, mark_as_built, only_one


def test_demo_is_built_once_it_is_marked_and_as_long_as_it_has_its_database(tmp_path: Path) -> None:
    (tmp_path / "portal.sqlite3").touch()
    assert not is_built(tmp_path)
    mark_as_built(tmp_path)
    assert is_built(tmp_path)
    (tmp_path / "portal.sqlite3").unlink()
    assert not is_built(tmp_path)


def test_what_was_made_is_forgotten_and_keys_stay(tmp_path: Path) -> None:
    mark_as_built(tmp_path)
    for name in (
        "portal.sqlite3",
        "portal.sqlite3-wal",
        "audit-checkpoints",
        "secret-key",
        "field-key",
        "utility.toml",
    ):
        (tmp_path / name).touch()
    for name in ("mail", "lieferung", "lieferung-vorjahr", "ausgang", "files", "static"):
        (tmp_path / name).mkdir()
    forget(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"secret-key", "field-key", "utility.toml", "static"}


def test_nothing_to_forget_is_no_fault(tmp_path: Path) -> None:
    forget(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_second_demo_of_a_directory_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(DemoRunsAlready), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass
