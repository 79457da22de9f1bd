"""A batch as one ZIP file, for somebody who takes it with a browser."""

import datetime as dt
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings

from kundenportal.erp.outbound.export import Act, WrittenBatch, repeat_batch
from kundenportal.submissions.models import ExportBatch

DOWNLOADED = "batch.downloaded"
"""What the audit trail calls that somebody took a batch with a browser."""

_PREFIX = "batch-download-"


def pack_batch(number: int, stream: IO[bytes], *, actor: str, now: dt.datetime) -> WrittenBatch:
    """Write a batch's directory into a ZIP file: byte for byte what ``export_submissions`` writes.

    The same batch gives the same ZIP file each time. A batch that was opened and not written yet counts as
    written from now on, unless there is an outbox, which gets it all the same. Who took
    it is in the audit trail, with the number of rows and their sums.

    Args:
        number: the batch's number.
        stream: where the ZIP file goes; it is written from where it stands.
        actor: who takes it.
        now: when, aware.

    Raises:
        UnknownBatch, BatchChanged, AlreadyRunning, OSError: as for ``repeat_batch``.

    """
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix=_PREFIX) as directory:
        written = repeat_batch(number, Path(directory), now=now, act=Act(DOWNLOADED, actor))
        at = ExportBatch.objects.values_list("created_at", flat=True).get(pk=number)
        with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
            for path in sorted(written.directory.iterdir()):
                name = f"{written.directory.name}/{path.name}"
                entry = ZipInfo(name, at.astimezone(settings.UTILITY_TIME_ZONE).timetuple()[:6])
                entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
                with path.open("rb") as content, archive.open(entry, "w") as packed:
                    shutil.copyfileobj(content, packed)
    return written
