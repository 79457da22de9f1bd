"""The demo's directories, and its utility in the test database."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.make import NOW


@pytest.fixture
def demo_directory(tmp_path: Path, settings: Settings) -> Path:
    """Return a directory of the demo's own; the portal is set up as the demo is, and mails go into it."""
    settings.DEMO = True
    settings.STAFF_REVIEW = "unusual"
    settings.BANK_FOUR_EYES = True
    settings.SMTP_URL = f"maildir:{tmp_path / 'mail'}"
    return tmp_path


@pytest.fixture
def demo(demo_directory: Path, transactional_db: None) -> Path:
    """Return the directory of a demo built at ``NOW``."""
    from kundenportal.demo.build import build_demo  # noqa: PLC0415 - needs Django's apps.

    build_demo(demo_directory, mails=demo_directory / "mail", now=NOW)
    return demo_directory
