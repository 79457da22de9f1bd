"""Logins, their one-time secrets, and the counters that slow guessing down."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from kundenportal.core.references import new_public_id


class UserManager(BaseUserManager["User"]):
    """Finds users by their public id, as Django's session login asks for."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this public id."""
        return self.get(public_id=username)


class User(AbstractBaseUser):
    """A login: an e-mail address, a password and, later, a second factor.

    Several logins may hold the same e-mail address until they are linked (product.md ruling 5), so the
    address is no key. Which customers a login may see is told by ``linking.AccountLink``.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    email = models.CharField(max_length=254, db_index=True)
    email_verified_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=5, default="de")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)
    last_login = None  # The audit trail tells it.

    USERNAME_FIELD = "public_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        """Return the public id; the address is nobody's business."""
        return f"user {self.public_id}"

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        """Return False: rights come from grants and roles, not from Django's permissions."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False: rights come from grants and roles, not from Django's permissions."""
        return False


class OneTimeSecret(models.Model):
    """A secret that opens one thing once: only its hash is kept (security.md A0).

    ``subject`` says whom or what it is for; a newer secret of the same purpose and subject ends it.
    """

    class Purpose(models.TextChoices):
        """What a secret opens."""

        REGISTRATION = "registration"
        PASSWORD_RESET = "password_reset"  # noqa: S105
        LETTER_CODE = "letter_code"

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
