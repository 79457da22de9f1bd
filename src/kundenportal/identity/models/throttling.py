"""The counters that slow guessing down."""

from django.db import models


class AttemptCounter(models.Model):
    """How often something was tried in a window of time; the key is a keyed hash, never a name.

    The end of the window is kept in seconds since 1970, so that one plain statement counts on every engine.
    """

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    window_ends_at = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scope", "key", "window_ends_at"], name="one_counter"),
        )
        indexes = (models.Index(fields=["window_ends_at"], name="counter_by_window"),)

    def __str__(self) -> str:
        """Return scope and count."""
        return f"{self.scope}: {self.count}"


class FailureStreak(models.Model):
    """Wrong passwords in a row from unknown devices: for a login, or for a name that is none.

    The key is a keyed hash. ``failures`` counts since the last sign-in, ``recent`` those that follow one
    another within an hour. ``last_failed_at`` is in seconds since 1970, as above.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField()
    recent = models.PositiveIntegerField()
    last_failed_at = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["last_failed_at"], name="streak_by_age"),)

    def __str__(self) -> str:
        """Return the number of failures."""
        return f"{self.failures} failures"
