"""What keeps an installation observable."""

import datetime as dt

from django.db import models


class JobRunnerSeen(models.Model):
    """When a job runner last gave a sign of life; the row of its host and process."""

    runner = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField()

    LOST_AFTER = dt.timedelta(minutes=5)

    def __str__(self) -> str:
        """Return the runner and its time."""
        return f"{self.runner} {self.seen_at:%Y-%m-%d %H:%M:%S}"
