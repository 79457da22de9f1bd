"""What people chose about their data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import new_public_id
from kundenportal.customers.models import Customer
from kundenportal.files.models import StoredFile
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


class DataExport(models.Model):
    """A copy of everything the portal holds about a login and its customers (Art. 15 and 20 GDPR).

    It waits until the job runner has made it. ``file`` is its content, sealed for this row; it is empty
    before that and after seven days. ``customer_ids`` are the customers whose data are in it: who holds one
    of them no more opens it no more.
    """

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    device = models.CharField(max_length=60, blank=True)
    requested_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    customer_ids = models.JSONField(default=list)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, null=True, related_name="data_export")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(ready_at=None), name="one_waiting_data_export"
            ),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(ready_at=None), name="data_export_to_make"),
        )

    def __str__(self) -> str:
        """Return the public id."""
        return f"data export {self.public_id}"


class Consent(models.Model):
    """Something somebody agreed to, in which words and when, until he takes it back (Art. 7 GDPR).

    ``wording`` is the very text that was agreed to, ``wording_version`` its version in ``privacy.wordings``.
    One that needs a mailbox to confirm it is only asked for until then: ``given_at`` is empty. A consent of
    a customer holds whichever login has the customer; ``user`` is the login that gave it.
    """

    class Kind(models.TextChoices):
        """What was agreed to."""

        NEWS = "news", _("Neuigkeiten per E-Mail")
        ONLINE_INVOICES = "online_invoices", _("Rechnung nur noch online")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    kind = models.CharField(max_length=20, choices=Kind)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="consents")
    wording_version = models.CharField(max_length=10)
    wording = models.TextField()
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "user"],
                condition=Q(customer=None, revoked_at=None),
                name="one_open_consent_per_login",
            ),
            models.UniqueConstraint(
                fields=["kind", "customer"],
                condition=Q(customer__isnull=False, revoked_at=None),
                name="one_open_consent_per_customer",
            ),
        )

    def __str__(self) -> str:
        """Return the public id."""
        return f"consent {self.public_id}"
