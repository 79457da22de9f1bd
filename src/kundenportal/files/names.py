"""The names of strangers' files, as far as they may be shown and given back."""

from pathlib import PurePath

from kundenportal.core.plain_text import plain_line
from kundenportal.files.accepted import JPEG, PDF

NAME_LENGTH = 100
"""The most characters a name has, its ending included."""

_ENDINGS = {JPEG: ".jpg", PDF: ".pdf"}
_DROPPED = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".pdf"})
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


def plain_name(name: str, media_type: str) -> str:
    """Return a file's name as it may be shown: what it was called, with the ending of what it is now.

    Args:
        name: what the browser says; a path loses its folders.
        media_type: what the file is now.

    """
    last = plain_line(name).rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    path = PurePath(last.translate(_NOT_IN_NAMES).strip(". ") or "Datei")
    stem = path.stem if path.suffix.lower() in _DROPPED else path.name
    ending = _ENDINGS[media_type]
    return f"{stem[: NAME_LENGTH - len(ending)].rstrip()}{ending}"
