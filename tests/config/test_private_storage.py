"""Where private files lie, as a setting says it."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from kundenportal.config.environment import InvalidSetting
from kundenportal.config.private_storage import private_storage_settings


def read(url: str) -> dict[str, Any]:
    return private_storage_settings(url, Path("/data"), access_key="key", secret_key="secret")


def test_without_a_setting_they_lie_in_the_data_directory() -> None:
    assert read("")["OPTIONS"] == {"location": Path("/data/files")}


def test_a_bucket_is_read_with_its_folder_endpoint_and_region() -> None:
    private = read("s3://dokumente/portal/?endpoint=https://s3.example:9000&region=eu-central-1")
    assert private["BACKEND"] == "kundenportal.files.s3.PrivateS3Storage"
    assert private["OPTIONS"] == {
        "bucket": "dokumente",
        "prefix": "portal",
        "endpoint": "https://s3.example:9000",
        "region": "eu-central-1",
        "access_key": "key",
        "secret_key": "secret",
    }


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/srv/files", "expected s3://"),
        ("https://s3.example/bucket", "expected s3://"),
        ("s3://", "expected s3://"),
        ("s3://key:secret@bucket", "expected s3://"),
        ("s3://bucket?host=x", "host is not known"),
        ("s3://bucket?endpoint=s3.example", "no http"),
    ],
)
def test_an_address_that_cannot_be_used_names_the_variable(url: str, told: str) -> None:
    with pytest.raises(InvalidSetting, match=told) as refused:
        read(url)
    assert str(refused.value).startswith("KUNDENPORTAL_FILES_URL: ")


@pytest.mark.parametrize(
    ("url", "accel", "expected"),
    [
        ("s3://b?endpoint=http://s3.example", "", ["kundenportal.W002"]),
        ("s3://b?endpoint=http://127.0.0.1:9000", "", []),
        ("s3://b?endpoint=https://s3.example", "", []),
        ("s3://b?endpoint=https://s3.example", "/private-files/", ["kundenportal.E011"]),
        ("", "/private-files/", []),
        ("", "private-files", ["kundenportal.E009"]),
    ],
)
def test_the_checks_tell_what_travels_in_clear_or_does_not_go_together(
    settings: Settings, url: str, accel: str, expected: list[str]
) -> None:
    settings.STORAGES = settings.STORAGES | {"private": read(url)}
    settings.FILES_ACCEL = accel
    files = {"kundenportal.W002", "kundenportal.E009", "kundenportal.E011"}
    assert [each.id for each in run_checks() if each.id in files] == expected
