"""What staff keep beside a submission: notes, who looks at it now, a release that waits for another."""

from django.db import models

from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission


class Note(models.Model):
    """What a member wrote for colleagues; the customer does not see it in the portal."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the number; the text is for colleagues."""
        return f"note {self.pk}"


class Presence(models.Model):
    """Which submission a member has in view, and since when; the next one takes its place."""

    member = models.OneToOneField(
        StaffMember, on_delete=models.CASCADE, primary_key=True, related_name="presence"
    )
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="presences")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the member's number."""
        return f"presence of {self.pk}"


class Proposal(models.Model):
    """A release that one member proposed and another one must give (four eyes)."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="proposal")
    proposed_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the submission's number."""
        return f"proposal {self.pk}"
