"""The keys of an installation: given by the environment, else made once and kept in the data directory."""

import base64
import os
import secrets
from pathlib import Path

from kundenportal.core.encryption import KEY_BYTES


def kept_secret(path: Path) -> str:
    """Return the secret kept in a file; the first call makes it, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return path.read_text(encoding="ascii").strip()


def field_key(text: str) -> bytes:
    """Return the 32 bytes of a key written in URL-safe base 64.

    Raises:
        ValueError: when it is not 32 bytes of base 64.

    """
    key = base64.urlsafe_b64decode(text)
    if len(key) != KEY_BYTES:
        raise ValueError(f"expected {KEY_BYTES} bytes in base 64, found {len(key)}")
    return key
