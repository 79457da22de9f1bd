"""Logins."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from kundenportal.core.references import new_public_id
from kundenportal.identity.areas import Area


class UserManager(BaseUserManager["User"]):
    """Finds users by their public id, as Django's session login asks for."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this public id."""
        return self.get(public_id=username)


class User(AbstractBaseUser):
    """A login: an e-mail address, a password and, if its owner likes, a second factor.

    Several logins may hold the same e-mail address until they are linked (product.md ruling 5), so the
    address is no key. Which customers a login may see is told by ``linking.AccountLink``. A login with
    ``is_staff`` belongs to a ``StaffMember``, from the beginning and for good, and sees no customer that way.
    ``locked_at`` is when the utility locked a login, which is then not active; empty in all other cases.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    email = models.CharField(max_length=254, db_index=True)
    email_verified_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=5, default="de")
    is_active = models.BooleanField(default=True)
    locked_at = models.DateTimeField(null=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    password_changed_at = models.DateTimeField(null=True)
    device_epoch = models.PositiveIntegerField(default=0)
    last_login = None  # The audit trail tells it.

    USERNAME_FIELD = "public_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["email"], condition=Q(is_staff=True), name="one_staff_login_per_address"
            ),
        )

    def __str__(self) -> str:
        """Return the public id; the address is nobody's business."""
        return f"user {self.public_id}"

    @property
    def area(self) -> Area:
        """The site this login signs in to; it opens nothing of the other one."""
        return Area.STAFF if self.is_staff else Area.CUSTOMERS

    @property
    def actor(self) -> str:
        """The name under which the audit trail knows this login."""
        return f"staff:{self.pk}" if self.is_staff else f"user:{self.pk}"

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        """Return False: rights come from grants and roles, not from Django's permissions."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False: rights come from grants and roles, not from Django's permissions."""
        return False
