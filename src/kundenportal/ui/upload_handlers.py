"""Taking files off a request: those of people who are signed in, and of nobody else."""

from typing import Any

from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

FILES_LOST = "ohne-dateien"
"""The field of a form that is sent again after a while: files were chosen, and are not there any more."""

_MARK = "has_skipped_files"
"""What a request carries whose files were read past."""


class SignedInUploadHandler(TemporaryFileUploadHandler):
    """Writes files to the disk for people who are signed in; a stranger's are read past (security.md A21)."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, or skip it."""
        if self.request is None or not self.request.user.is_authenticated:
            setattr(self.request, _MARK, True)
            raise SkipFile
        super().new_file(*args, **kwargs)


def lost_files(request: HttpRequest) -> dict[str, list[str]]:
    """Return what a form must carry along when it is sent again without the files that came with it.

    What is typed outlives a session that times out and a token that is too old; files do not. Without this
    mark they would be missing, and nobody would notice.
    """
    is_lost = bool(request.FILES) or getattr(request, _MARK, False) or FILES_LOST in request.POST
    return {FILES_LOST: ["1"]} if is_lost else {}
