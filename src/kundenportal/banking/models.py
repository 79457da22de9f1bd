"""Bank accounts with their SEPA mandates, as the billing system has them."""

from django.db import models
from django.db.models import Q

from kundenportal.customers.models import Customer, Premise


class BankAccount(models.Model):
    """The account bills are collected from: the customer's, or a different one for one premise.

    The IBAN is sealed with ``core.encryption`` and bound to ``customers.Customer.customer_number`` or
    ``customers.Premise.erp_id``, so that a ciphertext copied to another row does not open.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="bank_accounts")
    premise = models.OneToOneField(Premise, on_delete=models.CASCADE, null=True, related_name="bank_account")
    iban_sealed = models.BinaryField()
    iban_end = models.CharField(max_length=4)
    country = models.CharField(max_length=2)
    holder = models.CharField(max_length=200, blank=True)
    mandate_reference = models.CharField(max_length=35, blank=True)
    mandate_date = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=Q(premise=None), name="one_account_per_customer"
            ),
        )

    def __str__(self) -> str:
        """Return the masked IBAN."""
        return f"{self.country}•• •••• {self.iban_end}"
