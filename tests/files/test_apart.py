"""A stranger's file is read by a process of its own, which may be ended without harm."""

import sys
import threading

import pytest

from kundenportal.files import apart
from kundenportal.files.accepted import JPEG, MAX_SIZE, PDF, FileRefusal, FileRefused
from kundenportal.files.apart import clean_file
from tests.strangers_files import HTML, locked_pdf, make_pdf, pdf_of, picture, scan_bomb


def refusal_of(content: bytes, *kinds: str, seconds: int = 20) -> FileRefusal:
    with pytest.raises(FileRefused) as refused:
        clean_file(content, kinds=kinds, seconds=seconds)
    return refused.value.refusal


def test_a_picture_and_a_pdf_come_back() -> None:
    image = clean_file(picture(image_format="PNG"), kinds=[JPEG, PDF])
    pages = clean_file(pdf_of(make_pdf()), kinds=[JPEG, PDF])

    assert (image.media_type, image.content[:2]) == (JPEG, b"\xff\xd8")
    assert (pages.media_type, pages.content[:5]) == (PDF, b"%PDF-")


def test_only_what_is_asked_for_is_taken() -> None:
    assert refusal_of(pdf_of(make_pdf()), JPEG) is FileRefusal.UNKNOWN_FORMAT
    assert refusal_of(picture(), PDF) is FileRefusal.UNKNOWN_FORMAT
    assert refusal_of(HTML, JPEG, PDF) is FileRefusal.UNKNOWN_FORMAT


def test_reasons_come_back() -> None:
    assert refusal_of(b"", PDF) is FileRefusal.EMPTY
    assert refusal_of(locked_pdf("geheim"), JPEG, PDF) is FileRefusal.ENCRYPTED


def test_a_file_that_takes_hours_is_given_up() -> None:
    assert refusal_of(scan_bomb(), JPEG, seconds=1) is FileRefusal.TOO_COSTLY


def test_a_file_waits_for_its_turn_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(apart, "_PATIENCE", 0.01)
    with apart._AT_ONCE:
        assert refusal_of(picture(), JPEG) is FileRefusal.BUSY

    assert clean_file(picture(), kinds=[JPEG]).media_type == JPEG


def test_a_file_that_is_too_large_is_refused_without_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere")

    assert refusal_of(bytes(MAX_SIZE + 1), JPEG) is FileRefusal.TOO_LARGE


def test_the_process_may_write_no_file_and_sees_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv("KUNDENPORTAL_SECRET_KEY", "geheim")
    spy = tmp_path / "python"
    spy.write_text(
        f"#!{sys.executable}\n"
        "import os, sys\n"
        "sys.stdin.buffer.read()\n"
        "assert 'KUNDENPORTAL_SECRET_KEY' not in os.environ\n"
        "sys.stdout.write('image/jpeg\\n' + repr(sorted(os.environ)) + os.getcwd())\n"
    )
    spy.chmod(0o700)
    monkeypatch.setattr(apart.sys, "executable", str(spy))

    found = clean_file(picture(), kinds=[JPEG]).content.decode()

    assert "KUNDENPORTAL" not in found
    assert found.endswith("]/")
