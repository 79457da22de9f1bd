"""A demo that cannot be built."""

import re
from pathlib import Path

import pytest
from pytest_django import Settings

from kundenportal.customers.models import Customer
from kundenportal.demo.build import DeliveryRefused, build_demo
from kundenportal.demo.mail_box import MailMissing
from tests.make import NOW


def test_a_lost_mail_is_told(
    demo_directory: Path, transactional_db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.SMTP_URL = ""
    with pytest.raises(MailMissing):
        build_demo(demo_directory, mails=tmp_path / "mail", now=NOW)


def test_a_refused_delivery_is_told(
    demo_directory: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kundenportal.demo.build.write_delivery", lambda path, **_: path.mkdir())
    with pytest.raises(DeliveryRefused, match=re.escape("kunden.csv")):
        build_demo(demo_directory, mails=demo_directory / "mail", now=NOW)
    assert not Customer.objects.exists()
