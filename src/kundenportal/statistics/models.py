"""How many there were of something on a day, and until when that has been counted."""

from django.db import models


class DailyCount(models.Model):
    """How many there were of something on one of the utility's days.

    Nobody is in it: names are words of the source and numbers of hours, never of people. Rows outlive what
    they were counted from, which is deleted after some months.
    """

    day = models.DateField()
    name = models.CharField(max_length=60)
    value = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "name"], name="one_count_per_day"),)

    def __str__(self) -> str:
        """Return day, name and value."""
        return f"{self.day} {self.name} {self.value}"


class RollUp(models.Model):
    """Until which day everything has been counted, in one row; who counts locks it."""

    done_until = models.DateField(null=True)

    def __str__(self) -> str:
        """Return the day."""
        return f"counted until {self.done_until}"
