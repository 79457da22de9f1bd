"""The data directory, and the keys of an installation: given by the environment, else made once in there."""

import base64
import contextlib
import os
import secrets
from pathlib import Path

from kundenportal.config.environment import InvalidSetting
from kundenportal.core.encryption import KEY_BYTES


def data_directory(text: str) -> Path:
    """Return the data directory; the first call makes it, closed to all but its owner and group.

    Raises:
        InvalidSetting: when it cannot be made.

    """
    path = Path(text).resolve()
    try:
        path.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidSetting(
            f"KUNDENPORTAL_DATA_DIR: {path} cannot be made ({error.strerror}); "
            f"make it and give it to the user that the portal runs as"
        ) from error
    return path


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file; the first call makes it, readable by its owner alone.

    Raises:
        InvalidSetting: when it can be neither read nor made, as by a user that is not the portal's.

    """
    try:
        if not path.exists():
            _write_once(path, base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise InvalidSetting(
            f"KUNDENPORTAL_DATA_DIR: {path} cannot be read or made ({error.strerror}); "
            f"run this as the user that the portal runs as"
        ) from error


def _write_once(path: Path, text: str) -> None:
    """Write a file readable by its owner alone, whole or not at all; the first of several processes wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def field_key(text: str) -> bytes:
    """Return the 32 bytes of ``KUNDENPORTAL_FIELD_KEY``, written in URL-safe base 64.

    Raises:
        InvalidSetting: when it is not 32 bytes of base 64.

    """
    try:
        key = base64.b64decode(text, altchars=b"-_", validate=True)
    except ValueError as error:
        raise InvalidSetting("KUNDENPORTAL_FIELD_KEY: expected URL-safe base 64") from error
    if len(key) != KEY_BYTES:
        raise InvalidSetting(f"KUNDENPORTAL_FIELD_KEY: expected {KEY_BYTES} bytes, found {len(key)}")
    return key
