"""Secrets that open one thing once."""

from django.db import models
from django.db.models import Q

from kundenportal.identity.models.user import User


class OneTimeSecret(models.Model):
    """A secret that opens one thing once: only its hash is kept (security.md A0).

    ``subject`` says whom or what it is for; a newer secret of the same purpose and subject ends it.
    """

    class Purpose(models.TextChoices):
        """What a secret opens."""

        REGISTRATION = "registration"
        PASSWORD_RESET = "password_reset"  # noqa: S105
        SIGN_IN = "sign_in"
        LETTER_CODE = "letter_code"
        EMAIL_CHANGE = "email_change"
        DISAVOWAL = "disavowal"
        DEVICE_CODE = "device_code"
        LINK_UNDO = "link_undo"
        STAFF_ACCESS = "staff_access"
        CHANGE_STOP = "change_stop"
        READING_LINK = "reading_link"
        CONSENT = "consent"
        CELLAR = "cellar"

    purpose = models.CharField(max_length=20, choices=Purpose)
    subject = models.CharField(max_length=300)
    digest = models.CharField(max_length=200, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["expires_at"], name="secret_by_expiry"),
            models.Index(fields=["purpose", "subject"], condition=Q(used_at=None), name="open_secrets"),
        )

    def __str__(self) -> str:
        """Return purpose and number."""
        return f"{self.purpose} #{self.pk}"
