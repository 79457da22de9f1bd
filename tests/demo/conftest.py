"""The demo's directories, and its utility in the test database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.make import NOW


def _demo_settings(directory: Path) -> dict[str, object]:
    """Return how the portal is set up when it shows the demo and mails go into a directory."""
    return {
        "DEMO": True,
        "STAFF_REVIEW": "unusual",
        "BANK_FOUR_EYES": True,
        "DOCUMENTS_RELEASE_ABOVE": 2,
        "SMTP_URL": f"maildir:{directory / 'mail'}",
    }


@pytest.fixture
def demo_directory(tmp_path: Path, settings: Settings) -> Path:
    """Return a directory of the demo's own; the portal is set up as the demo is, and mails go into it."""
    for name, value in _demo_settings(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path


@pytest.fixture(scope="module")
def built_demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Build the demo at ``NOW``, once for all tests of a module: it takes seconds."""
    from kundenportal.demo.build import build_demo  # noqa: PLC0415 - needs Django's apps.

    directory = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(**_demo_settings(directory)):
        build_demo(directory, mails=directory / "mail", now=NOW)
    yield directory
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(built_demo: Path, settings: Settings, db: None) -> Path:
    """Return the directory of a demo built at ``NOW``; what a test changes in the database is undone."""
    for name, value in _demo_settings(built_demo).items():
        setattr(settings, name, value)
    return built_demo
