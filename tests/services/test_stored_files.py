"""What storing a file keeps, and what is swept away."""

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file, store_file, sweep_files
from kundenportal.files.storage import private_storage
from tests.make import NOW

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7 content"


@pytest.fixture
def directory(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "private": settings.STORAGES["private"] | {"OPTIONS": {"location": tmp_path}}
    }
    storages.backends = settings.STORAGES
    storages._storages.clear()
    return tmp_path


def contents(directory: Path) -> list[Path]:
    return [each for each in directory.rglob("*") if each.is_file()]


def every_hour_of_a_sweep() -> int:
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    return sum(sweep_files(later + dt.timedelta(hours=hour)) for hour in range(256))


def test_a_stored_file_can_be_read_again(directory: Path) -> None:
    stored = store_file(CONTENT, media_type="application/pdf", now=NOW)
    assert read_file(stored) == CONTENT
    assert (stored.size, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_a_sealed_file_lies_encrypted_and_opens_under_its_own_name_alone(directory: Path) -> None:
    first = store_file(CONTENT, media_type="application/pdf", is_sealed=True, now=NOW)
    second = store_file(CONTENT, media_type="application/pdf", is_sealed=True, now=NOW)
    assert CONTENT not in (directory / first.name).read_bytes()
    assert read_file(first) == CONTENT
    assert (first.size, first.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    (directory / first.name).write_bytes((directory / second.name).read_bytes())
    with pytest.raises(InvalidTag):
        read_file(first)


def test_the_name_tells_nothing_and_differs_each_time(directory: Path) -> None:
    names = {store_file(CONTENT, media_type="application/pdf", now=NOW).name for _ in range(20)}
    assert len(names) == 20
    assert all(name[:2] == name[3:5] and len(name) == 35 for name in names)


def test_nobody_else_on_the_machine_can_read_it(directory: Path) -> None:
    stored = store_file(CONTENT, media_type="application/pdf", now=NOW)
    assert (directory / stored.name).parent.stat().st_mode & 0o027 == 0


def test_a_full_disk_leaves_neither_row_nor_part(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store_file(CONTENT, media_type="application/pdf", now=NOW)
    assert not StoredFile.objects.exists()
    assert contents(directory) == []


def test_a_content_is_swept_away_when_its_transaction_failed(directory: Path) -> None:
    kept = store_file(CONTENT, media_type="application/pdf", now=NOW)
    with transaction.atomic():
        store_file(CONTENT, media_type="application/pdf", now=NOW)
        transaction.set_rollback(True)
    assert len(contents(directory)) == 2
    assert every_hour_of_a_sweep() == 1
    assert contents(directory) == [directory / kept.name]


def test_a_content_is_swept_away_when_its_row_is_deleted(directory: Path) -> None:
    store_file(CONTENT, media_type="application/pdf", now=NOW).delete()
    assert every_hour_of_a_sweep() == 1
    assert contents(directory) == []


def test_a_young_content_waits_for_its_transaction(directory: Path) -> None:
    private_storage().save("00/" + "0" * 32, ContentFile(CONTENT))
    just_now = dt.datetime.now(dt.UTC)
    assert sum(sweep_files(just_now + dt.timedelta(hours=hour)) for hour in range(20)) == 0
    assert len(contents(directory)) == 1
