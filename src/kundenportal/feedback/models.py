"""Barriers that people report (§ 14 BFSG; ux.md P5, "Barriere melden")."""

from django.db import models

DESCRIPTION_LENGTH = 4000
PAGE_LENGTH = 300


class BarrierReport(models.Model):
    """Something that somebody could not use or not understand.

    It is no submission: it belongs to no customer, works without a login, and the billing system never
    hears of it. ``page`` and ``email`` are as typed, empty where nothing was; ``key`` is the form's.
    """

    description = models.TextField()
    page = models.CharField(max_length=PAGE_LENGTH, blank=True)
    email = models.CharField(max_length=254, blank=True)
    key = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["received_at"], name="barrier_by_age"),)

    def __str__(self) -> str:
        """Return the number; what was written is between its writer and the utility."""
        return f"barrier {self.pk}"
