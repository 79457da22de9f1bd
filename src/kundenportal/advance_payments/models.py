"""Advance payments (Abschläge) as the billing system has them."""

from django.db import models

from kundenportal.customers.models import Division, Premise


class AdvancePayment(models.Model):
    """The monthly advance payment of a premise for one division, from a date on."""

    premise = models.ForeignKey(Premise, on_delete=models.CASCADE, related_name="advance_payments")
    division = models.CharField(max_length=10, choices=Division)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    valid_from = models.DateField()
    due_day = models.PositiveSmallIntegerField(null=True)
    minimum = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    maximum = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    row_hash = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["premise", "division", "valid_from"], name="one_amount_per_date"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="amount_not_negative"),
        )

    def __str__(self) -> str:
        """Return division and amount."""
        return f"{self.division} {self.amount} €"
