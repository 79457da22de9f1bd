"""What an upload of documents in the back office costs: the request, looking into them, and filing them.

``python -m tests.benchmarks.upload_documents [--documents 1000] [--kilobytes 40] [--database postgresql://…]``
"""

import argparse
import datetime as dt
import io
import os
import tempfile
import time
import zipfile
from pathlib import Path


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--kilobytes", type=int, default=40, help="of each PDF; 50 MB at most together")
    parser.add_argument("--database", default="", help="KUNDENPORTAL_DATABASE_URL; SQLite when empty")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kundenportal-bench-") as directory:
        os.environ["KUNDENPORTAL_DATA_DIR"] = directory
        os.environ["KUNDENPORTAL_DATABASE_URL"] = arguments.database
        os.environ["KUNDENPORTAL_DOCUMENTS_RELEASE_ABOVE"] = "1000000"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from tests.benchmarks.import_master_data import scratch_database

        with scratch_database():
            _measure(Path(directory), arguments.documents, arguments.kilobytes)


def _measure(directory: Path, documents: int, kilobytes: int) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from kundenportal.documents.models import Document, DocumentBatch
    from kundenportal.erp.inbound.uploaded_documents import take_in_batches
    from tests.benchmarks.import_documents import make_delivery
    from tests.staff import make_member, sign_in_member

    delivery = directory / "delivery"
    make_delivery(delivery, documents, kilobytes)
    content = _packed(delivery)
    client = Client(SERVER_NAME="localhost")
    sign_in_member(client, make_member())
    started = time.perf_counter()
    answer = client.post(
        "/verwaltung/dokumente/hochladen/", {"documents": SimpleUploadedFile("delivery.zip", content)}
    )
    if answer.status_code != 303:
        raise RuntimeError(f"the upload was answered with {answer.status_code}")
    print(f"{documents} documents, {len(content) / 1e6:.1f} MB")
    print(f"the request       {time.perf_counter() - started:7.2f} s")
    for step in ("looking into them", "filing them"):
        started = time.perf_counter()
        take_in_batches(dt.datetime.now(dt.UTC))
        print(f"{step:18}{time.perf_counter() - started:7.2f} s")
    print(f"{DocumentBatch.objects.get().state}: {Document.objects.count()} documents in sight")


def _packed(delivery: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(delivery.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(delivery))
    return buffer.getvalue()


if __name__ == "__main__":
    main()
