"""System checks of settings that no test can change while it runs."""

from types import SimpleNamespace

import pytest

from kundenportal.config import checks


@pytest.mark.parametrize(
    ("host", "options", "told"),
    [
        ("db.example", {}, ["kundenportal.W004"]),
        ("db.example", {"sslmode": "require"}, ["kundenportal.W004"]),
        ("db.example", {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}, []),
        ("/var/run/postgresql", {}, []),
        ("127.0.0.1", {}, []),
        ("", {}, []),
    ],
)
def test_a_database_elsewhere_that_is_not_known_by_its_certificate_is_told(
    monkeypatch: pytest.MonkeyPatch, host: str, options: dict[str, str], told: list[str]
) -> None:
    databases = {"default": {"HOST": host, "OPTIONS": options}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=databases))

    assert [message.id for message in checks.check_database()] == told
