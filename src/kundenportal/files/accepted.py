"""Which files are taken from strangers, and why one is not. The pages say it in words."""

from enum import StrEnum

JPEG, PDF, PNG = "image/jpeg", "application/pdf", "image/png"
"""The media types that come of an uploaded file: every picture becomes a JPEG, a logo a PNG."""

MAX_SIZE = 10 * 1024 * 1024
"""The most bytes one file may have (ux.md C5)."""

MAX_PAGES = 100
"""The most pages a customer's PDF may have."""

REFUSED = 3
"""The exit code with which ``files.cleaner`` says that its answer is a reason."""


class FileRefusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    NO_PAGES = "no_pages"
    TOO_COSTLY = "too_costly"
    BUSY = "busy"
    TOO_OFTEN = "too_often"
    NOT_STORED = "not_stored"


class FileRefused(Exception):
    """A file is not taken; ``refusal`` says why."""

    def __init__(self, refusal: FileRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
