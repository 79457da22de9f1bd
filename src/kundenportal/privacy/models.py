"""What people chose about their data."""

from django.db import models

from kundenportal.identity.models import User
from kundenportal.mailing.categories import Category


class MailOptOut(models.Model):
    """A category of mails that a login does not want; without a row it gets them.

    ``Category.NEWS`` is never here: news are sent only to who agreed to them.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mail_opt_outs")
    category = models.CharField(max_length=20, choices=Category)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "category"], name="one_opt_out_per_category"),)

    def __str__(self) -> str:
        """Return the category."""
        return self.category
