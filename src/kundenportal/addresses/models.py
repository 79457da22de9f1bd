"""The billing address of a customer, and the changes customers send."""

from django.db import models

from kundenportal.customers.models import Customer
from kundenportal.submissions.models import Submission


class BillingAddress(models.Model):
    """Where bills and letters go.

    ``changed_at`` is when it last became another one; empty for one that stood there from the beginning. A
    young address gets no letters with codes (security.md A8).
    """

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="billing_address"
    )
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20, blank=True)
    supplement = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="DE")
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return postcode and city."""
        return f"{self.postal_code} {self.city}"


class AddressChange(models.Model):
    """The detail row of a submission that changes the billing address: the whole address as it shall be.

    ``former_contact_email`` is the contact address at that time: it is told for another while.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="address_change"
    )
    salutation = models.CharField(max_length=20, blank=True)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=200)
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20, blank=True)
    supplement = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=60, blank=True)
    contact_email = models.CharField(max_length=254)
    former_contact_email = models.CharField(max_length=254, blank=True)

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"address change {self.pk}"

    @property
    def street_line(self) -> str:
        """Street and house number as written on an envelope."""
        return f"{self.street} {self.house_number}".strip()
