"""Where a login is signed in, and forms that a proof interrupted."""

from django.contrib.sessions.models import Session
from django.db import models

from kundenportal.core.references import new_public_id
from kundenportal.identity.models.user import User


class SignedInDevice(models.Model):
    """A session of a login, as its owner sees it. It goes when the session goes.

    The session's key opens the session, so it is never shown; ``public_id`` names the row.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="device")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    label = models.CharField(max_length=60, blank=True)
    signed_in_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the public id."""
        return f"device {self.public_id}"


class KeptForm(models.Model):
    """What somebody had typed when the portal asked who he is; encrypted, and only for the same login."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    is_sent_at_once = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="kept_form_by_age"),)

    def __str__(self) -> str:
        """Return the public id."""
        return f"kept form {self.public_id}"
