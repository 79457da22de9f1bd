"""Letting an S3 service on this machine be the private storage."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from kundenportal.config.private_storage import private_storage_settings

BUCKET, FOLDER = "dokumente", "ablage"


@contextmanager
def running_s3(server: ThreadedMotoServer, settings: Settings) -> Iterator[Any]:
    """Let an empty bucket of a running server be the private storage, and give the bucket."""
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    key = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    bucket = boto3.resource("s3", endpoint_url=endpoint, region_name="us-east-1", **key).Bucket(BUCKET)
    bucket.create()
    url = f"s3://{BUCKET}/{FOLDER}?endpoint={endpoint}&region=us-east-1"
    private = private_storage_settings(url, Path(), access_key="key", secret_key="secret")
    with use_private_storage(settings, private):
        yield bucket
    bucket.objects.all().delete()
    bucket.delete()


@contextmanager
def use_private_storage(settings: Settings, private: dict[str, Any]) -> Iterator[None]:
    """Let this be the storage of private files for a while."""
    before = settings.STORAGES
    settings.STORAGES = before | {"private": private}
    _forget_storages(settings)
    try:
        yield
    finally:
        settings.STORAGES = before
        _forget_storages(settings)


def _forget_storages(settings: Settings) -> None:
    storages.backends = settings.STORAGES
    storages._storages.clear()
