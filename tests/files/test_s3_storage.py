"""Private files in a bucket: a real S3 service on this machine, one that breaks, and one that is not there."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from kundenportal.config.installation import inspect_installation
from kundenportal.config.private_storage import private_storage_settings
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file, store_file, storing_many, sweep_files
from kundenportal.files.storage import private_storage
from tests.erp.document_deliveries import NUMBER, bill, row, write_documents
from tests.files.s3_server import BUCKET, running_s3, use_private_storage
from tests.make import NOW, PDF, make_customer, make_document, make_household
from tests.personas import sign_in
from tests.snapshot import snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_socket]

PDF_TYPE = "application/pdf"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server
    server.stop()
    assert server._server is not None
    server._server.server_close()


@pytest.fixture
def bucket(server: ThreadedMotoServer, settings: Settings) -> Iterator[Any]:
    with running_s3(server, settings) as bucket:
        yield bucket


@pytest.fixture
def out_of_reach(settings: Settings) -> Iterator[None]:
    with use_private_storage(settings, settings_of(NOBODY)):
        yield


def settings_of(endpoint: str) -> dict[str, Any]:
    url = f"s3://{BUCKET}?endpoint={endpoint}&region=eu-central-1"
    return private_storage_settings(url, Path(), access_key="key", secret_key="secret")


def keys(bucket: Any) -> list[str]:
    return sorted(each.key for each in bucket.objects.all())


def test_a_content_is_stored_under_its_random_name_and_read_again(bucket: Any) -> None:
    stored = store_file(PDF, media_type="application/pdf", now=NOW)
    assert keys(bucket) == [f"ablage/{stored.name}"]
    assert read_file(stored) == PDF


def test_many_are_stored_at_once(bucket: Any) -> None:
    contents = [f"Inhalt {number}".encode() for number in range(30)]
    with storing_many() as store:
        files = store(contents, media_type="application/pdf", now=NOW)
    StoredFile.objects.bulk_create(files)
    assert [read_file(each) for each in files] == contents


def test_no_address_leads_a_browser_to_the_bucket(bucket: Any) -> None:
    stored = store_file(PDF, media_type="application/pdf", now=NOW)
    with pytest.raises(NotImplementedError):
        private_storage().url(stored.name)


def test_what_no_row_tells_of_is_swept_away_among_many(bucket: Any) -> None:
    kept = [f"07/{number:032x}" for number in range(1_100)]
    for name in kept:
        # The service lists a thousand at a time; sending so many would take half a minute.
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, f"ablage/{name}", b"x")
    like = {"media_type": PDF_TYPE, "size": 1, "sha256": "", "created_at": NOW}
    StoredFile.objects.bulk_create(StoredFile(name=name, **like) for name in kept)
    for unwanted in ("07/" + "0" * 31 + "z", "07/" + "f" * 32, "08/" + "f" * 32):
        private_storage().save(unwanted, ContentFile(PDF))

    hour = dt.datetime.fromtimestamp(3600 * (7 + 256 * 100_000), dt.UTC)
    assert sweep_files(hour) == 2
    assert keys(bucket) == [f"ablage/{name}" for name in [*kept, "08/" + "f" * 32]]
    assert sweep_files(hour + dt.timedelta(hours=2)) == 0


def test_a_lost_content_is_a_file_not_found(bucket: Any) -> None:
    stored = store_file(PDF, media_type="application/pdf", now=NOW)
    bucket.Object(f"ablage/{stored.name}").delete()
    with pytest.raises(FileNotFoundError):
        read_file(stored)


def test_documents_are_imported_opened_and_saved(bucket: Any, tmp_path: Path) -> None:
    household = make_household()
    number = household.customer.customer_number
    write_documents(tmp_path, row(kundennummer=number))
    call_command("import_documents", str(tmp_path), stdout=io.StringIO())
    client = Client()
    sign_in(client, household.user)
    path = f"/vs/{household.premise.public_id}/dokumente/{Document.objects.get().public_id}/"

    assert client.get(path).status_code == 200
    answer = client.get(f"{path}datei/")
    assert b"".join(answer) == bill(number, "Rechnung 1")  # type: ignore[arg-type]
    assert "127.0.0.1" not in str(answer.headers)
    assert client.get(f"{path}seite/1/")["Content-Type"] == "image/webp"


def test_a_service_that_is_away_files_nothing(out_of_reach: None) -> None:
    customer = make_customer()
    before = snapshot()
    with pytest.raises(OSError, match="Could not connect"):
        make_document(customer)
    assert snapshot() == before


def test_an_import_is_told_that_the_service_is_away_and_goes_on_when_it_is_back(
    server: ThreadedMotoServer, settings: Settings, tmp_path: Path
) -> None:
    make_customer(customer_number=NUMBER)
    delivery = str(write_documents(tmp_path, row(1), row(2)))
    with use_private_storage(settings, settings_of(NOBODY)):
        with pytest.raises(Exception, match="rufen Sie den Befehl noch einmal auf"):
            call_command("import_documents", delivery, stdout=io.StringIO())
        assert not Document.objects.exists()
    with running_s3(server, settings):
        call_command("import_documents", delivery, stdout=io.StringIO())
        assert Document.objects.count() == 2


def test_a_reader_is_told_that_the_service_is_away(server: ThreadedMotoServer, settings: Settings) -> None:
    household = make_household()
    with running_s3(server, settings):
        document = make_document(household.customer)
    client = Client()
    sign_in(client, household.user)
    path = f"/vs/{household.premise.public_id}/dokumente/{document.public_id}/datei/"
    with use_private_storage(settings, settings_of(NOBODY)):
        assert client.get(path).status_code == 503
    assert not DocumentAccess.objects.exists()


def test_a_wrong_key_or_bucket_is_told_by_check_installation(
    server: ThreadedMotoServer, settings: Settings
) -> None:
    with running_s3(server, settings) as bucket:
        well = next(each for each in inspect_installation(NOW) if each.subject == "Files")
        assert (well.text, well.is_well) == (f"bucket {BUCKET}", True)
        assert keys(bucket) == []
    host, port = server.get_host_and_port()
    with use_private_storage(settings, settings_of(f"http://{host}:{port}")):
        ill = next(each for each in inspect_installation(NOW) if each.subject == "Files")
        assert "NoSuchBucket" in ill.text
        assert "KUNDENPORTAL_FILES_URL" in ill.fix
