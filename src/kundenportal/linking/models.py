"""Grants from logins to customers, registrations on their way to one, viewings, and logins to be deleted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundenportal.core.references import new_public_id
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret, StaffMember, User


class LoginMerge(models.Model):
    """A login that was absorbed by another one (guide lines 68 to 84; product.md rulings 5 and 6).

    The absorbed login stays as it was, but opens nothing, until the merge is undone or can be undone no more.
    """

    class Way(models.TextChoices):
        """What brought the two together."""

        NUMBER = "number"
        EMAIL = "email"

    kept = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    absorbed = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=10, choices=Way)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["merged_at"], name="merge_by_age"),)

    def __str__(self) -> str:
        """Return the merge's number."""
        return f"login merge {self.pk}"


class AccountLink(models.Model):
    """A grant: this login may see this customer (Verknüpfung). One login at a time holds a customer.

    A grant won by a proof that others may know is restricted at first (``linking.holds``): until
    ``held_until``, or until the code of a letter is entered. ``moved_from`` is the grant of an absorbed
    login that this one continues.
    """

    class Proof(models.TextChoices):
        """What the grant was won by, beside the mailbox of the login."""

        MAILBOX = "mailbox"
        METER = "meter"
        NAME = "name"
        LETTER = "letter"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="account_links")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="account_links")
    proof = models.CharField(max_length=10, choices=Proof)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    awaits_letter = models.BooleanField(default=False)
    merge = models.ForeignKey(LoginMerge, on_delete=models.SET_NULL, null=True, related_name="links")
    moved_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="continued_by")
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at=None), name="one_login_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(awaits_letter=False), name="held_for_one_reason"
            ),
        )
        indexes = (models.Index(fields=["user"], condition=Q(ended_at=None), name="open_links_of_user"),)

    def __str__(self) -> str:
        """Return the grant's number."""
        return f"link {self.pk}"


class LinkRequest(models.Model):
    """Customer number and meter number fitted; what is to be linked waits to be confirmed (ux.md K1)."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="link_requests")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    account_link = models.ForeignKey(AccountLink, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["created_at"], name="link_request_by_age"),)

    def __str__(self) -> str:
        """Return the request's number."""
        return f"link request {self.pk}"


class Registration(models.Model):
    """What somebody typed to register, and how far it came (product.md ruling 2).

    The request only writes this row. ``run_jobs`` compares it with the master data and sends the access
    data; whether it matched shows nowhere before the mailbox is proven. A closed one got no access data:
    its number was registered under the same address, or too many mails were asked for.
    """

    class Status(models.TextChoices):
        """How far a registration came."""

        RECEIVED = "received"
        MAILED = "mailed"
        LETTER_REQUESTED = "letter_requested"
        COMPLETED = "completed"
        LOCKED = "locked"
        CLOSED = "closed"

    customer_number = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=5, default="de")
    status = models.CharField(max_length=20, choices=Status, default=Status.RECEIVED)
    created_at = models.DateTimeField()
    secret = models.ForeignKey(OneTimeSecret, on_delete=models.SET_NULL, null=True, related_name="+")
    start_password = models.CharField(max_length=128, blank=True)
    start_password_expires_at = models.DateTimeField(null=True)
    proof_failures = models.PositiveSmallIntegerField(default=0)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["id"], condition=Q(status="received"), name="registration_to_do"),
            models.Index(fields=["customer_number"], name="registration_by_number"),
            models.Index(fields=["created_at"], name="registration_by_age"),
        )

    def __str__(self) -> str:
        """Return the registration's number."""
        return f"registration {self.pk}"


class ActivationLetter(models.Model):
    """A letter with an activation code, to be printed; the code itself exists only on paper.

    It proves a registration or a request to link, or lifts the restriction of a grant.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="activation_letters")
    registration = models.ForeignKey(
        Registration, on_delete=models.SET_NULL, null=True, related_name="letters"
    )
    link_request = models.ForeignKey(
        LinkRequest, on_delete=models.SET_NULL, null=True, related_name="letters"
    )
    account_link = models.ForeignKey(
        AccountLink, on_delete=models.SET_NULL, null=True, related_name="letters"
    )
    secret = models.ForeignKey(OneTimeSecret, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["id"], condition=Q(printed_at=None), name="letter_to_print"),
            models.Index(fields=["created_at"], name="letter_by_age"),
        )

    def __str__(self) -> str:
        """Return the letter's number."""
        return f"activation letter {self.pk}"


class MailedLinkRequest(models.Model):
    """Somebody asked for the link of a mail; ``run_jobs`` finds out whether there is such a login.

    The identifier is the canonical customer number or e-mail address that was typed.
    """

    identifier = models.CharField(max_length=254)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class PasswordResetRequest(MailedLinkRequest):
    """Somebody forgot a password."""

    def __str__(self) -> str:
        """Return the request's number."""
        return f"password reset request {self.pk}"


class SignInLinkRequest(MailedLinkRequest):
    """Somebody wants to sign in without a password."""

    def __str__(self) -> str:
        """Return the request's number."""
        return f"sign-in link request {self.pk}"


class DeletionNotice(models.Model):
    """A login without a contract for a long time is to be deleted, and its owner is told (security.md B7).

    ``delete_on`` is the local day that the mail names. It is set when the mail leaves, so that a mail server
    that is away takes nothing of the time to answer; without it nothing is deleted.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="deletion_notice")
    created_at = models.DateTimeField()
    delete_on = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["delete_on"], name="deletion_notice_by_day"),)

    def __str__(self) -> str:
        """Return the notice's number."""
        return f"deletion notice {self.pk}"


class Viewing(models.Model):
    """Somebody who works here sees the customer site as a login sees it, and changes nothing (ADR 14).

    It was opened for one customer; the login may hold others, and shows them, too. The owner of the login
    reads of it, with the reason.
    """

    class Reason(models.TextChoices):
        """Why somebody looks."""

        CALL = "call", _("Anruf oder Besuch")
        REQUEST = "request", _("Anfrage oder Beschwerde")
        SUBMISSION = "submission", _("Prüfung eines Vorgangs")
        FAULT = "fault", _("Fehlersuche im Portal")
        OTHER = "other", _("Anderer Grund")

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="viewings")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    viewed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    remark = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["ends_at"], condition=Q(ended_at=None), name="open_viewings"),)

    def __str__(self) -> str:
        """Return the viewing's number."""
        return f"viewing {self.pk}"

    @property
    def why(self) -> str:
        """The reason as the customer reads it, with what was written beside it."""
        words = "" if self.reason == self.Reason.OTHER else str(self.get_reason_display())
        return ", ".join(filter(None, [words, self.remark]))
