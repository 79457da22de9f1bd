"""Deliveries as staff and the billing system hand them in, and the job runner that works on them."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from kundenportal.erp.deliveries.taking import PIECE_SIZE, take_upload
from kundenportal.erp.exchange import run_exchange
from kundenportal.erp.models import Delivery
from kundenportal.identity.models import StaffMember
from tests.erp.deliveries import Files, file_text, two_customers
from tests.make import NOW
from tests.staff import make_member


def technician() -> StaffMember:
    """Return Herr Winkler, who runs the portal."""
    known = StaffMember.objects.filter(user__email="winkler@stadtwerke.example").first()
    return known or make_member(
        StaffMember.Role.TECHNICIAN, email="winkler@stadtwerke.example", name="Herr Winkler"
    )


def packed(files: Files | None = None, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a delivery as a ZIP file, the same bytes each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in (two_customers() if files is None else files).items():
            archive.writestr(zipfile.ZipInfo(name), file_text(rows))
        for name, content in (more or {}).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def upload(content: bytes | None = None, *, name: str = "lieferung.zip", now: dt.datetime = NOW) -> Delivery:
    """Hand a delivery in as Herr Winkler does with his browser."""
    content = packed() if content is None else content
    blocks = (content[start : start + PIECE_SIZE] for start in range(0, len(content), PIECE_SIZE))
    return take_upload(name=name, blocks=blocks, member=technician(), now=now)


def work(now: dt.datetime = NOW) -> None:
    """Let the job runner do everything that is due."""
    while run_exchange(now):
        pass


def checked(content: bytes | None = None, **values: str) -> Delivery:
    """Return a delivery that was handed in and looked into."""
    delivery = upload(content, **values)
    work()
    delivery.refresh_from_db()
    return delivery


def again(delivery: Delivery) -> Delivery:
    """Return a delivery as it is stored now."""
    return Delivery.objects.get(pk=delivery.pk)


def put_in_inbox(path: Path, content: bytes | None = None) -> Path:
    """Put a file into the inbox; it is as old as it is in truth."""
    path.write_bytes(packed() if content is None else content)
    return path


def later(**delta: int) -> dt.datetime:
    """Return a moment after all that was written to disk until now."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(**(delta or {"minutes": 2}))


def names_in(directory: Path) -> list[str]:
    """Return what a directory holds, without the time that names in the inbox begin with."""
    return sorted(each.name.split("-", 2)[-1] for each in directory.iterdir())
