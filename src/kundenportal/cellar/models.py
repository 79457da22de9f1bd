"""Browsers that may hand in readings, and readings that wait for a person's word (ux.md C5)."""

from django.db import models

from kundenportal.core.references import new_public_id
from kundenportal.customers.models import Premise
from kundenportal.identity.models import OneTimeSecret, User


class PreparedDevice(models.Model):
    """A browser that may hand in readings of one premise for a login, and nothing else.

    It goes with its secret, which a new password ends.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    secret = models.OneToOneField(OneTimeSecret, on_delete=models.CASCADE, related_name="prepared_device")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="prepared_devices")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="prepared_devices")
    label = models.CharField(max_length=60, blank=True)
    prepared_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the id; the token is kept nowhere."""
        return f"prepared device {self.public_id}"


class WaitingReadings(models.Model):
    """What a prepared browser handed in and a person must look at first: an error, or an unusual value.

    ``typed`` is what stood in the fields, by their names on the entry page.
    """

    key = models.CharField(max_length=36, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="waiting_readings")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="waiting_readings")
    typed = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["premise", "user", "-received_at"], name="waiting_at_premise"),)

    def __str__(self) -> str:
        """Return the key that the browser gave it."""
        return f"waiting readings {self.key}"
