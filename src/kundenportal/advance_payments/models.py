"""Advance payments (Abschläge) as the billing system has them, and the changes customers send."""

from django.db import models
from django.db.models import Q

from kundenportal.customers.models import Division, Premise
from kundenportal.submissions.models import Submission

_AMOUNT_DIGITS, _AMOUNT_DECIMALS = 10, 2


class AdvancePayment(models.Model):
    """The monthly advance payment of a premise for one division, from a date on."""

    premise = models.ForeignKey(Premise, on_delete=models.CASCADE, related_name="advance_payments")
    division = models.CharField(max_length=10, choices=Division)
    amount = models.DecimalField(max_digits=_AMOUNT_DIGITS, decimal_places=_AMOUNT_DECIMALS)
    valid_from = models.DateField()
    due_day = models.PositiveSmallIntegerField(null=True)
    minimum = models.DecimalField(max_digits=_AMOUNT_DIGITS, decimal_places=_AMOUNT_DECIMALS, null=True)
    maximum = models.DecimalField(max_digits=_AMOUNT_DIGITS, decimal_places=_AMOUNT_DECIMALS, null=True)
    row_hash = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["premise", "division", "valid_from"], name="one_amount_per_date"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="amount_not_negative"),
        )

    def __str__(self) -> str:
        """Return division and amount."""
        return f"{self.division} {self.amount} €"


class AdvancePaymentChange(models.Model):
    """The detail row of a submission that changes advance payments; its lines are ``WantedAmount``."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="advance_payment_change"
    )
    valid_from = models.DateField()
    comment = models.CharField(max_length=500)

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"advance payment change {self.pk}"


class WantedAmount(models.Model):
    """What a customer wants to pay for one division, and what he paid when he sent it.

    Divisions that keep their amount have a line too, so that the total he saw can be told later.
    """

    change = models.ForeignKey(AdvancePaymentChange, on_delete=models.CASCADE, related_name="amounts")
    division = models.CharField(max_length=10, choices=Division)
    amount = models.DecimalField(max_digits=_AMOUNT_DIGITS, decimal_places=_AMOUNT_DECIMALS)
    previous_amount = models.DecimalField(max_digits=_AMOUNT_DIGITS, decimal_places=_AMOUNT_DECIMALS)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["change", "division"], name="one_wanted_amount_per_division"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="wanted_amount_not_negative"),
        )

    def __str__(self) -> str:
        """Return division and amount."""
        return f"{self.division} {self.amount} €"

    @property
    def is_changed(self) -> bool:
        """Whether it is another amount than before."""
        return self.amount != self.previous_amount
