"""What a login shows beside its password: passkeys, an app that makes codes, recovery codes."""

from django.db import models

from kundenportal.core.references import new_public_id
from kundenportal.identity.models.user import User


class Passkey(models.Model):
    """A WebAuthn credential that knows whose it is and asks for finger, face or PIN before it signs."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    credential = models.BinaryField()
    sign_count = models.PositiveBigIntegerField(default=0)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the public id; the name is the owner's business."""
        return f"passkey {self.public_id}"


class AuthenticatorApp(models.Model):
    """An app that makes six digits anew every thirty seconds (RFC 6238); its key is encrypted.

    ``last_step`` is the newest thirty seconds whose code was taken, so that none is taken twice.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="authenticator_app")
    sealed_key = models.BinaryField()
    last_step = models.BigIntegerField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the public id."""
        return f"authenticator app {self.public_id}"


class RecoveryCode(models.Model):
    """A code on paper for the day the other factor is lost; good once.

    ``mark`` is the code's first character: it tells a login's codes apart, so that a try costs one hash.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    mark = models.CharField(max_length=1)
    digest = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "mark"], name="one_recovery_code"),)

    def __str__(self) -> str:
        """Return the number; the code is a secret."""
        return f"recovery code {self.pk}"


class UsedChallenge(models.Model):
    """A challenge that a passkey has answered; no answer counts twice."""

    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["used_at"], name="used_challenge_by_age"),)

    def __str__(self) -> str:
        """Return the number."""
        return f"used challenge {self.pk}"
