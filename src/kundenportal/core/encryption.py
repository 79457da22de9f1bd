"""Encryption of fields and files at rest: AES-256-GCM, bound to the row it belongs to (security.md A9)."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


def encrypt_field(plain: str, *, key: bytes, bound_to: str) -> bytes:
    """Return nonce and ciphertext of a field.

    Args:
        plain: the text to protect.
        key: 32 bytes.
        bound_to: an immutable name of the row; the ciphertext opens nowhere else.

    """
    return encrypt_content(plain.encode(), key=key, bound_to=bound_to)


def decrypt_field(sealed: bytes, *, key: bytes, bound_to: str) -> str:
    """Return the text of a sealed field.

    Raises:
        cryptography.exceptions.InvalidTag: when key, row or ciphertext do not belong together.

    """
    return decrypt_content(sealed, key=key, bound_to=bound_to).decode()


def encrypt_content(plain: bytes, *, key: bytes, bound_to: str) -> bytes:
    """Return nonce and ciphertext of a file's content; see ``encrypt_field``."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def decrypt_content(sealed: bytes, *, key: bytes, bound_to: str) -> bytes:
    """Return a sealed content.

    Raises:
        cryptography.exceptions.InvalidTag: when key, row or ciphertext do not belong together.

    """
    nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return AESGCM(key).decrypt(nonce, ciphertext, bound_to.encode())
