"""Private files in a bucket of an S3 service: that of a cloud, or MinIO, Ceph or Garage in the own cellar.

The portal alone reads and writes the bucket. No browser is ever led to it: an address that opens a file
without the portal would outlive the right to see it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

_IN_MEMORY = 2 * 1024 * 1024
"""A content beyond this many bytes waits on the disk, not in the memory, while it is handed out."""

_SECONDS_TO_CONNECT, _SECONDS_TO_ANSWER, _TRIES = 5, 30, 3
_NOT_FOUND = "404"


class StorageOutOfReach(OSError):
    """The S3 service refuses, does not answer, or cannot be found; the message says which."""


class PrivateS3Storage(S3Storage):  # type: ignore[misc]
    """A bucket as the storage of private files: faults are ``OSError``, as with a directory."""

    def __init__(
        self, *, bucket: str, endpoint: str, region: str, access_key: str, secret_key: str, prefix: str
    ) -> None:
        """Take the settings as ``config.private_storage`` reads them; nothing is connected to yet."""
        config = Config(
            connect_timeout=_SECONDS_TO_CONNECT,
            read_timeout=_SECONDS_TO_ANSWER,
            retries={"mode": "standard", "total_max_attempts": _TRIES},
            # A service of one's own has no name for each bucket.
            s3={"addressing_style": "path" if endpoint else "auto"},
            # Older services of one's own do not know the newer checksums; TLS guards what travels.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            bucket_name=bucket,
            endpoint_url=endpoint or None,
            region_name=region or None,
            access_key=access_key or None,
            secret_key=secret_key or None,
            location=prefix,
            client_config=config,
            transfer_config=TransferConfig(use_threads=False),
        )

    def url(self, name: str, *args: Any, **options: Any) -> str:
        """Refuse to give an address by which a browser could read a file."""
        raise NotImplementedError("private files are handed out by the portal alone")

    def _save(self, name: str, content: "File[Any]") -> str:
        with _told_as_os_error(name):
            saved: str = super()._save(name, content)
        return saved

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":  # noqa: ARG002
        """Fetch a content before anything of it is handed out, so that a fault is one of opening."""
        content = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (Whoever opens a file closes it.)
        try:
            with _told_as_os_error(name):
                self.bucket.Object(self._normalize_name(name)).download_fileobj(
                    content, Config=self.transfer_config
                )
        except OSError:
            content.close()
            raise
        content.seek(0)
        return File(content, name)

    def delete(self, name: str) -> None:
        """Delete a content; one that is not there is no fault."""
        with _told_as_os_error(name):
            super().delete(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the folders and contents in a folder, however many they are."""
        with _told_as_os_error(path):
            folders, names = super().listdir(path)
        return folders, names

    def get_modified_time(self, name: str) -> Any:
        """Return when a content was stored, aware."""
        with _told_as_os_error(name):
            return super().get_modified_time(name)


@contextmanager
def _told_as_os_error(name: str) -> Iterator[None]:
    """Turn the library's many errors into the one that callers of a storage know."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in {_NOT_FOUND, "NoSuchKey"}:
            raise FileNotFoundError(2, "No such file in the bucket", name) from error
        raise StorageOutOfReach(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageOutOfReach(str(error)) from error
