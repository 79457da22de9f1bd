"""Mails filed in a directory, as the demo does."""

import mailbox
import os
from pathlib import Path

import pytest
from pytest_django import Settings

from kundenportal.mailing.delivery import BEHIND_THE_OTHERS, PAUSE, send_due_mails
from tests.mailing.conftest import Enqueue
from tests.make import NOW

pytestmark = pytest.mark.django_db


def test_mails_are_filed_in_the_directory(greeting: Enqueue, settings: Settings, tmp_path: Path) -> None:
    settings.SMTP_URL = f"maildir:{tmp_path}/mail"
    mail = greeting()

    send_due_mails(NOW)

    (message,) = mailbox.Maildir(tmp_path / "mail")
    assert message["Message-ID"] == mail.message_id


def test_a_directory_that_cannot_be_written_makes_mails_wait(
    greeting: Enqueue, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SMTP_URL = f"maildir:{tmp_path}/mail"
    mail = greeting()

    def no_space(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(mailbox.Maildir, "add", no_space)
    send_due_mails(NOW)

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.next_try_at) == ("waiting", 0, NOW + PAUSE + BEHIND_THE_OTHERS)
    assert "No space left" in mail.last_error
