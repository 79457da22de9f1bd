"""Logos that were uploaded: kept in the database, and written where every page can read them."""

import hashlib
import os
from pathlib import Path

import structlog
from django.conf import settings

from kundenportal.files.accepted import PNG
from kundenportal.files.apart import clean_file
from kundenportal.utility_settings.models import LogoImage
from kundenportal.utility_settings.rules import Value, Values

LOGO_KEY = "brand.logo"

log = structlog.get_logger(__name__)


def keep_logo(content: bytes) -> str:
    """Keep a picture as a logo, drawn anew as a small PNG, and return the name it is kept by.

    An SVG is not taken: it can hold scripts and load foreign files, and everybody's page would show it.

    Args:
        content: the file as it was uploaded.

    Raises:
        FileRefused: when it is no picture, damaged or too large.

    """
    cleaned = clean_file(content, kinds=[PNG]).content
    digest = hashlib.sha256(cleaned).hexdigest()
    LogoImage.objects.get_or_create(digest=digest, defaults={"content": cleaned})
    return f"{digest}.png"


def on_this_machine(values: Values) -> dict[str, Value]:
    """Return values with the path of an uploaded logo in the place of the name it is kept by."""
    name = values.get(LOGO_KEY)
    return {**values, LOGO_KEY: str(_path_of(str(name)))} if name else dict(values)


def _path_of(name: str) -> Path:
    """Return where a kept logo lies, written there if it was not yet; of an unknown one it leads nowhere."""
    path = Path(settings.DATA_DIR) / "logos" / Path(name).name
    if not path.is_file():
        image = LogoImage.objects.filter(digest=path.stem).first()
        if image is not None:
            _write(path, bytes(image.content))
    return path


def _write(path: Path, content: bytes) -> None:
    """Write a file that nobody sees half of."""
    half = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        half.write_bytes(content)
        half.replace(path)
    except OSError as error:
        log.exception("settings.logo_not_written", path=str(path), reason=str(error))
