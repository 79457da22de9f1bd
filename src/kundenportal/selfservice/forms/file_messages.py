"""What the pages say of a file that is not taken (ux.md C5 and 1.7)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.files.accepted import MAX_PAGES, MAX_SIZE, FileRefusal

_MEGABYTE = 1024 * 1024
_TOO_OFTEN = gettext_lazy(
    "Sie haben in der letzten Stunde sehr viele Dateien geschickt. "
    "Bitte warten Sie eine Stunde, oder senden Sie ohne Datei."
)
_BUSY = gettext_lazy(
    "Gerade kommen sehr viele Dateien an. "
    "Bitte versuchen Sie es in einer Minute noch einmal, oder senden Sie ohne Datei."
)

_OF_A_FILE: Mapping[FileRefusal, object] = {
    FileRefusal.EMPTY: gettext_lazy("Die Datei %(name)s ist leer. Bitte wählen Sie eine andere."),
    FileRefusal.TOO_LARGE: gettext_lazy(
        "Die Datei %(name)s ist %(size)s MB groß. Erlaubt sind %(most)s MB. "
        "Bitte verkleinern Sie sie oder teilen Sie sie auf."
    ),
    FileRefusal.UNKNOWN_FORMAT: gettext_lazy(
        "Die Datei %(name)s können wir nicht öffnen. Erlaubt sind PDF, JPG und PNG."
    ),
    FileRefusal.DAMAGED: gettext_lazy(
        "Die Datei %(name)s ist beschädigt. "
        "Bitte speichern Sie sie neu, oder schicken Sie uns ein Foto davon."
    ),
    FileRefusal.TOO_MANY_PIXELS: gettext_lazy(
        "Das Bild %(name)s hat zu viele Bildpunkte. Bitte verkleinern Sie es oder machen Sie ein neues."
    ),
    FileRefusal.ENCRYPTED: gettext_lazy(
        "Die Datei %(name)s ist mit einem Passwort geschützt. Bitte speichern Sie sie ohne Passwort."
    ),
    FileRefusal.TOO_MANY_PAGES: gettext_lazy(
        "Die Datei %(name)s hat mehr als %(pages)s Seiten. Bitte schicken Sie uns nur die wichtigen."
    ),
    FileRefusal.NO_PAGES: gettext_lazy(
        "Die Datei %(name)s hat keine Seiten, die wir zeigen können. Bitte drucken Sie sie als neues PDF."
    ),
    FileRefusal.TOO_COSTLY: gettext_lazy(
        "Die Datei %(name)s können wir nicht verarbeiten. Bitte schicken Sie uns ein Foto davon."
    ),
    FileRefusal.BUSY: _BUSY,
    FileRefusal.TOO_OFTEN: _TOO_OFTEN,
    FileRefusal.NOT_STORED: gettext_lazy(
        "Die Datei %(name)s können wir gerade nicht speichern. "
        "Bitte versuchen Sie es später noch einmal, oder senden Sie ohne sie."
    ),
}

_OF_A_PICTURE: Mapping[FileRefusal, object] = {
    FileRefusal.EMPTY: gettext_lazy("Die Bilddatei ist leer. Bitte wählen Sie eine andere."),
    FileRefusal.TOO_LARGE: gettext_lazy(
        "Das Bild ist %(size)s MB groß. Erlaubt sind %(most)s MB. "
        "Bitte verkleinern Sie es oder machen Sie ein neues."
    ),
    FileRefusal.UNKNOWN_FORMAT: gettext_lazy(
        "Diese Datei ist kein Bild. Erlaubt sind JPG, PNG, HEIC und WebP."
    ),
    FileRefusal.DAMAGED: gettext_lazy("Das Bild ist beschädigt. Bitte machen Sie ein neues."),
    FileRefusal.TOO_MANY_PIXELS: gettext_lazy(
        "Das Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es oder machen Sie ein neues."
    ),
    FileRefusal.TOO_COSTLY: gettext_lazy(
        "Dieses Bild können wir nicht verarbeiten. Bitte machen Sie ein neues."
    ),
    FileRefusal.BUSY: _BUSY,
    FileRefusal.TOO_OFTEN: _TOO_OFTEN,
    FileRefusal.NOT_STORED: gettext_lazy(
        "Das Bild können wir gerade nicht speichern. "
        "Bitte versuchen Sie es später noch einmal, oder senden Sie ohne Foto."
    ),
}


def file_refused(refusal: FileRefusal, *, name: str, size: int) -> str:
    """Say why a file is not taken, and what to do.

    Args:
        refusal: why.
        name: what the browser calls the file.
        size: in bytes.

    """
    return str(_OF_A_FILE[refusal]) % (_facts(size) | {"name": name})


def picture_refused(refusal: FileRefusal, *, size: int) -> str:
    """Say why a picture of a meter is not taken; ``file_refused`` has the arguments."""
    return str(_OF_A_PICTURE[refusal]) % _facts(size)


def too_many_files(most: int, left_out: list[str]) -> str:
    """Say which files do not fit into a message."""
    names = ", ".join(left_out)
    text = _("Zu einer Nachricht passen %(most)s Dateien. Nicht dabei: %(names)s.")
    return text % {"most": most, "names": names}


def files_lost() -> str:
    """Say that files must be chosen again: what is typed outlives a session that times out, files do not."""
    return _("Ihre Dateien konnten wir nicht aufheben. Bitte wählen Sie sie noch einmal aus.")


def _facts(size: int) -> dict[str, object]:
    """Return the numbers of the sentences; a size is rounded up, so that it is never what is allowed."""
    return {"size": -(-size // _MEGABYTE), "most": MAX_SIZE // _MEGABYTE, "pages": MAX_PAGES}
