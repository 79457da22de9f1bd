"""Turning ``KUNDENPORTAL_FILES_URL`` into Django's settings of the storage of private files."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kundenportal.config.environment import InvalidSetting

_KNOWN = {"endpoint", "region"}


def private_storage_settings(url: str, data_dir: Path, *, access_key: str, secret_key: str) -> dict[str, Any]:
    """Return the settings of the storage of private files.

    Args:
        url: ``s3://bucket/folder?endpoint=https://s3.example:9000&region=eu-central-1``, or empty for the
            directory ``files`` of the data directory.
        data_dir: the data directory.
        access_key: who we are at the S3 service; empty where the machine itself has the right.
        secret_key: the secret that goes with it.

    Raises:
        InvalidSetting: when the address cannot be used.

    """
    if not url:
        return {
            "BACKEND": "kundenportal.files.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": data_dir / "files"},
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    endpoint = urlsplit(options.get("endpoint", ""))
    if parts.scheme != "s3" or not parts.netloc or parts.username is not None:
        raise InvalidSetting("KUNDENPORTAL_FILES_URL: expected s3://bucket?endpoint=https://…&region=…")
    if unknown := sorted(set(options) - _KNOWN):
        raise InvalidSetting(f"KUNDENPORTAL_FILES_URL: {unknown[0]} is not known; known are endpoint, region")
    if "endpoint" in options and (endpoint.scheme not in {"http", "https"} or not endpoint.hostname):
        raise InvalidSetting(f"KUNDENPORTAL_FILES_URL: {options['endpoint']!r} is no http(s) address")
    return {
        "BACKEND": "kundenportal.files.s3.PrivateS3Storage",
        "OPTIONS": {
            "bucket": parts.netloc,
            "prefix": parts.path.strip("/"),
            "endpoint": options.get("endpoint", ""),
            "region": options.get("region", ""),
            "access_key": access_key,
            "secret_key": secret_key,
        },
    }
