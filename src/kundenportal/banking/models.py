"""Bank accounts with their SEPA mandates, the changes customers send, and the proofs of their mandates."""

from django.db import models
from django.db.models import Q

from kundenportal.core.ibans import mask_iban
from kundenportal.customers.models import Customer, Premise
from kundenportal.documents.models import Document
from kundenportal.submissions.models import Submission


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
        return mask_iban(self.country, self.iban_end)


class BankDetailsChange(models.Model):
    """The detail row of a submission that changes bank accounts; its lines are ``WantedAccount``.

    ``is_held_longer`` tells that the access itself had changed of late; ``stopped_at`` when somebody who was
    told stopped it without signing in, ``disputed_at`` when he came too late for that. Nothing should be paid
    out to a new account up to ``payout_blocked_until``; empty when there is none.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="bank_details_change"
    )
    valid_from = models.DateField()
    is_held_longer = models.BooleanField(default=False)
    payout_blocked_until = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    disputed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"bank details change {self.pk}"


class WantedAccount(models.Model):
    """One account of a change: the customer's, or that of one premise; without an IBAN it shall be none.

    The IBAN is sealed and bound to the line (``banking.sealing``). ``previous_*`` is what was used when it
    was sent, empty when there was none. ``is_open`` goes with the submission's status, so that the database
    can hold one open change per account.
    """

    change = models.ForeignKey(BankDetailsChange, on_delete=models.CASCADE, related_name="accounts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wanted_accounts")
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, null=True, related_name="wanted_accounts")
    iban_sealed = models.BinaryField(null=True)
    iban_end = models.CharField(max_length=4, blank=True)
    country = models.CharField(max_length=2, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    holder = models.CharField(max_length=70, blank=True)
    mandate_reference = models.CharField(max_length=35, blank=True)
    mandate_date = models.DateField(null=True)
    previous_country = models.CharField(max_length=2, blank=True)
    previous_end = models.CharField(max_length=4, blank=True)
    is_open = models.BooleanField(default=True)
    document = models.OneToOneField(
        Document, on_delete=models.SET_NULL, null=True, related_name="wanted_account"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(premise=None, is_open=True),
                name="one_open_change_of_customer",
            ),
            models.UniqueConstraint(
                fields=["premise"], condition=Q(is_open=True), name="one_open_change_of_premise"
            ),
            models.UniqueConstraint(
                fields=["mandate_reference"],
                condition=~Q(mandate_reference=""),
                name="mandate_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(iban_sealed__isnull=True, mandate_reference="")
                | (Q(iban_sealed__isnull=False) & ~Q(mandate_reference="")),
                name="account_with_mandate_or_none",
            ),
        )

    def __str__(self) -> str:
        """Return the masked IBAN, or nothing when there shall be no account."""
        return mask_iban(self.country, self.iban_end) if self.iban_end else ""

    @property
    def previous(self) -> str:
        """The masked IBAN that was used before, or nothing."""
        return mask_iban(self.previous_country, self.previous_end) if self.previous_end else ""


class MandateProof(models.Model):
    """What a customer agreed to, in a chain that shows whether a record was changed or taken away.

    Rows are added and never changed, and speak in plain words, so that they outlive what they speak of. A
    mandate that was granted is one record; the PDF that was filed of it is another. ``content_sha256`` covers
    what was agreed to, ``seal`` that hash and the seal before it (``banking.proofs``), so that the content of
    an old record can be erased without breaking the chain.
    """

    class Kind(models.TextChoices):
        """What happened."""

        GRANTED = "granted"
        FILED = "filed"

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    submission_reference = models.CharField(max_length=30)
    mandate_reference = models.CharField(max_length=35)
    customer_number = models.CharField(max_length=24)
    premise = models.CharField(max_length=40, blank=True)
    creditor_id = models.CharField(max_length=35)
    iban_sealed = models.BinaryField(null=True)
    iban_end = models.CharField(max_length=4, blank=True)
    holder = models.CharField(max_length=70, blank=True)
    is_authorised = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="de")
    text = models.TextField(blank=True)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    shown_at = models.DateTimeField(null=True)
    ticked_at = models.DateTimeField(null=True)
    login = models.CharField(max_length=16, blank=True)
    proved_by = models.CharField(max_length=20, blank=True)
    proved_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=120, blank=True)
    is_known_device = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    content_sha256 = models.CharField(max_length=64)
    erased_at = models.DateTimeField(null=True)
    previous_seal = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["mandate_reference", "kind"], name="one_proof_of_each_kind"),
        )

    def __str__(self) -> str:
        """Return number and reference."""
        return f"proof {self.number} of {self.mandate_reference}"


class ProofChain(models.Model):
    """Where the chain of proofs ends, in one row: it orders those who add, and shows a chain cut short."""

    length = models.BigIntegerField(default=0)
    last_seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        """Return the length."""
        return f"{self.length} proofs"
