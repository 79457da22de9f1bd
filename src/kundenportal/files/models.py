"""What is known of a stored file. What it is for is said by the row that points to it."""

from django.db import models


class StoredFile(models.Model):
    """A file in the private storage; its content never changes.

    ``name`` is random, so that it tells nothing and cannot be guessed. ``sha256`` is that of the content, in
    hexadecimal, ``size`` its length in bytes; both are of the content in clear, also when it ``is_sealed``
    and lies encrypted on the disk. A row exists exactly as long as the file is wanted: a content without a
    row is swept away later, so that a transaction that fails, or a process that dies, leaves no content
    behind for ever, and never a row without content.
    """

    name = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_sealed = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the random name."""
        return self.name
