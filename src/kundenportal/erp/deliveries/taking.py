"""Taking in what somebody uploads: sealed, in pieces, for the job runner to look into."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.plain_text import plain_line
from kundenportal.erp.models import Delivery, DeliveryPiece
from kundenportal.files.services import store_sealed
from kundenportal.identity.models import StaffMember

MAX_SIZE = 50 * 1024 * 1024
"""The most bytes of an uploaded file (security.md A15); what is larger goes through the inbox."""

PIECE_SIZE = 4 * 1024 * 1024
"""How many bytes are in memory at a time."""

MEDIA_TYPE = "application/octet-stream"

_MOST_LETTERS = 80
_NOT_IN_NAMES = re.compile(r"[^\w.\- ]+")


class DeliveryWaits(Exception):
    """The very same file is on its way already: ``delivery``."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(str(delivery))
        self.delivery = delivery


def take_upload(*, name: str, blocks: Iterable[bytes], member: StaffMember, now: dt.datetime) -> Delivery:
    """Keep an uploaded file until the job runner has looked into it; nothing of it is read here.

    Args:
        name: what the browser calls the file.
        blocks: its content, in blocks of at most ``PIECE_SIZE`` bytes.
        member: who uploaded it.
        now: when, aware.

    Raises:
        DeliveryWaits: when the same file waits already.
        OSError: when the storage is full or out of reach; nothing is kept then.

    """
    counted = _Counted(blocks)
    pieces = store_sealed(counted, media_type=MEDIA_TYPE, now=now)
    with transaction.atomic(durable=True):
        delivery = _store_row(plain_file_name(name), counted, member=member, now=now)
        for place, piece in enumerate(pieces):
            piece.save()
            DeliveryPiece.objects.create(delivery=delivery, place=place, file=piece)
        record(
            "delivery.uploaded",
            actor=member.user.actor,
            now=now,
            subject=str(delivery),
            details={"sha256": delivery.sha256, "bytes": delivery.size},
        )
    return delivery


def _store_row(name: str, counted: "_Counted", *, member: StaffMember, now: dt.datetime) -> Delivery:
    same = Delivery.objects.filter(sha256=counted.sha256, ended_at=None).first()
    if same is not None:
        raise DeliveryWaits(same)
    # Somebody else may upload the same file at this moment; whoever is second gets the row of the first.
    delivery, is_new = Delivery.objects.get_or_create(
        way=Delivery.Way.UPLOAD,
        sha256=counted.sha256,
        ended_at=None,
        defaults={
            "name": name,
            "size": counted.size,
            "received_at": now,
            "received_by": member,
            "due_at": now,
        },
    )
    if not is_new:
        raise DeliveryWaits(delivery)
    return delivery


def plain_file_name(name: str) -> str:
    """Return a file's name that every file system takes; of a long one the end, with its ending."""
    last = plain_line(name).rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    return _NOT_IN_NAMES.sub("-", last)[-_MOST_LETTERS:].strip(". ") or "lieferung"


class _Counted:
    """Blocks that are counted and summed up while they pass by."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self._digest = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._digest.update(block)
            self.size += len(block)
            yield block

    @property
    def sha256(self) -> str:
        """The SHA-256 of what has passed by, in hexadecimal."""
        return self._digest.hexdigest()
