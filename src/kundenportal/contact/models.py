"""Threads of messages between a customer and the utility, with what is attached."""

from django.db import models
from django.db.models import Q

from kundenportal.contact.rules import SUBJECT_LENGTH
from kundenportal.files.models import StoredFile
from kundenportal.files.names import NAME_LENGTH
from kundenportal.identity.models import User
from kundenportal.submissions.models import Submission, new_upload_id


class ContactThread(models.Model):
    """What a customer asked, and everything that was written about it since.

    ``opened_by`` is the submission of its first message: the thread bears its reference, and belongs to its
    customer and premise. ``last_message_at`` orders threads.
    """

    opened_by = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="opened_thread")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    last_message_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the reference; the subject is the customer's."""
        return self.opened_by.reference

    @property
    def reference(self) -> str:
        """The reference of the first message, by which the thread is known."""
        return self.opened_by.reference


class ContactMessage(models.Model):
    """One message of a thread. ``read_at`` is when the customer first saw an answer of the staff."""

    class Author(models.TextChoices):
        """Who wrote it."""

        CUSTOMER = "customer", "Kunde"
        STAFF = "staff", "Sachbearbeitung"

    thread = models.ForeignKey(ContactThread, on_delete=models.CASCADE, related_name="messages")
    author = models.CharField(max_length=10, choices=Author)
    written_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="contact_messages"
    )
    body = models.TextField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(author="staff") | Q(read_at=None), name="only_answers_are_read_by_customers"
            ),
        )
        indexes = (
            models.Index(
                fields=["thread"], condition=Q(author="staff", read_at=None), name="unread_contact_answer"
            ),
        )

    def __str__(self) -> str:
        """Return whose it is; the text is private."""
        return f"message {self.pk} of {self.author}"

    @property
    def is_answer(self) -> bool:
        """Whether the staff wrote it."""
        return self.author == self.Author.STAFF

    @property
    def is_unread(self) -> bool:
        """Whether it is an answer that the customer has not seen yet."""
        return self.is_answer and self.read_at is None


class ContactSubmission(models.Model):
    """The detail row of a submission that is a message of a customer; every message is one."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="contact"
    )
    message = models.OneToOneField(ContactMessage, on_delete=models.CASCADE, related_name="contact")
    phone = models.CharField(max_length=60)

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"contact submission {self.pk}"


class Attachment(models.Model):
    """A file that came with a message; ``public_id`` is the one it had while the message was written."""

    public_id = models.CharField(max_length=16, unique=True, default=new_upload_id)
    message = models.ForeignKey(ContactMessage, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="attachment")
    name = models.CharField(max_length=NAME_LENGTH)

    def __str__(self) -> str:
        """Return the public id; the name may tell of the customer."""
        return self.public_id
