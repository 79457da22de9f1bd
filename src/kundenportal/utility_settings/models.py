"""The versions of what staff changed."""

from django.db import models


class SettingsVersion(models.Model):
    """A section or a text as it was saved. Rows are added and never changed; the newest of a section counts.

    ``values`` is what differs from the file, by key, and of a text its whole ``source``; empty means that the
    file counts. ``changes`` is what this version changed, as lists of key, before and after. ``restores`` is
    the number of the version whose values it took over.
    """

    section = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    restores = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["section", "number"], name="settings_version_once"),)

    def __str__(self) -> str:
        """Return section and number."""
        return f"{self.section} #{self.number}"


class LogoImage(models.Model):
    """A logo that was uploaded, as a PNG; each machine writes it into its data directory when it needs it.

    ``digest`` is the SHA-256 of its content in hexadecimal.
    """

    digest = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        """Return its name as a file."""
        return f"{self.digest}.png"
