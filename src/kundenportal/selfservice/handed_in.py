"""Files that come with a form: taken in at once, so that they are still there when a field is wrong."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from kundenportal.files.accepted import MAX_SIZE, FileRefusal, FileRefused
from kundenportal.selfservice.access import PortalContext
from kundenportal.selfservice.forms.file_messages import file_refused, files_lost, too_many_files
from kundenportal.submissions.models import Upload
from kundenportal.submissions.uploads import keep_longer, take_in_upload, uploads_of
from kundenportal.ui.upload_handlers import FILES_LOST

KEPT, REMOVE = "anhang", "entfernen"
"""The hidden fields that name files taken in before, and the button that lets go of one."""


@dataclass(frozen=True)
class HandedIn:
    """The files of a form: those that are taken, and a sentence for each that is not."""

    uploads: tuple[Upload, ...]
    faults: tuple[str, ...] = ()

    @property
    def ids(self) -> list[str]:
        """How the form names those that are taken."""
        return [each.public_id for each in self.uploads]


def take_in_files(
    request: HttpRequest,
    portal: PortalContext,
    *,
    field: str,
    kinds: Iterable[str],
    most: int,
    now: dt.datetime,
) -> HandedIn:
    """Return the files of a form: those kept from before, less the one removed now, and the new ones.

    One that was kept and is not there any more is a fault, so that nobody believes it was sent.

    Args:
        request: what was sent.
        portal: who sends, and for which premise.
        field: the name of the form's field for files.
        kinds: the media types that may come of them.
        most: how many files the form may have.
        now: when, aware.

    """
    named = [each for each in request.POST.getlist(KEPT) if each != request.POST.get(REMOVE)]
    uploads = uploads_of(portal.user, portal.premise, named, now=now)[:most]
    keep_longer(uploads, now=now)
    faults = [files_lost()] if FILES_LOST in request.POST or len(uploads) < min(len(named), most) else []
    new: Sequence[UploadedFile[Any]] = request.FILES.getlist(field)
    fitting = most - len(uploads)
    for file in new[:fitting]:
        try:
            uploads.append(take_in_file(file, portal, kinds=kinds, now=now))
        except FileRefused as refused:
            faults.append(file_refused(refused.refusal, name=file.name or "", size=file.size or 0))
    if left_out := [each.name or "" for each in new[fitting:]]:
        faults.append(too_many_files(most, left_out))
    return HandedIn(tuple(uploads), tuple(faults))


def take_in_file(
    file: "UploadedFile[Any]", portal: PortalContext, *, kinds: Iterable[str], now: dt.datetime
) -> Upload:
    """Take one file in.

    Raises:
        FileRefused: when it is not taken.

    """
    if (file.size or 0) > MAX_SIZE:
        raise FileRefused(FileRefusal.TOO_LARGE)
    return take_in_upload(
        user=portal.user,
        premise=portal.premise,
        name=file.name or "",
        content=file.read(),
        kinds=kinds,
        now=now,
    )
