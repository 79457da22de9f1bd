"""The billing address of a customer."""

from django.db import models

from kundenportal.customers.models import Customer


class BillingAddress(models.Model):
    """Where bills and letters go."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, primary_key=True, related_name="billing_address"
    )
    street = models.CharField(max_length=120)
    house_number = models.CharField(max_length=20, blank=True)
    supplement = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=12)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="DE")

    def __str__(self) -> str:
        """Return postcode and city."""
        return f"{self.postal_code} {self.city}"
