"""Taking a wrong document back, telling who saw it, and letting go of it in the end (GDPR Art. 33, 34)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.documents.mails import DOCUMENT_RECALLED, NEW_DOCUMENTS
from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.selectors import accesses_of
from kundenportal.files.models import StoredFile
from kundenportal.identity.models import User
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue

KEPT_AS_EVIDENCE = dt.timedelta(days=90)
"""How long the content of a recalled document is kept where no customer gets it: when files were mixed up, it
is the only proof of whose data went to whom, and those people must be told (GDPR Art. 34). Long enough to
find out, short enough not to be an archive."""

_AT_ONCE = 500


@transaction.atomic(durable=True)
def recall_document(
    *, document: Document, reason: str, actor: str, holder: User | None, now: dt.datetime
) -> list[DocumentAccess]:
    """Make a document invisible at once, and return who opened or downloaded it and when.

    A second time changes nothing and tells the same. A mail about new documents that still waits is taken
    back when this was the only one; else the login that holds the customer is told.

    Args:
        document: the document, visible or recalled.
        reason: why; for the audit trail.
        actor: who recalls it, as the audit trail names people.
        holder: the login that holds the customer now, or None.
        now: when, aware.

    """
    locked = Document.objects.select_for_update(of=("self",)).select_related("file").get(pk=document.pk)
    accesses = accesses_of(locked)
    if locked.recalled_at is not None:
        return accesses
    assert locked.file is not None
    locked.recalled_at = now
    locked.recalled_sha256 = locked.file.sha256
    locked.save(update_fields=["recalled_at", "recalled_sha256"])
    record(
        "document.recalled",
        actor=actor,
        now=now,
        customer_id=locked.customer_id,
        subject=locked.public_id,
        details={"erp_id": locked.erp_id, "reason": reason, "sha256": locked.recalled_sha256},
    )
    was_called = not _take_back_mail(locked)
    if holder is not None and (accesses or was_called):
        enqueue(
            DOCUMENT_RECALLED,
            to=holder.email,
            context={"customer": locked.customer_id, "document": locked.pk},
            now=now,
            language=holder.language,
            customer_id=locked.customer_id,
        )
    return accesses


def let_go_of_recalled(now: dt.datetime) -> int:
    """Delete the contents of documents recalled long ago, and return how many; the rest stays written."""
    with transaction.atomic(durable=True):
        old = Document.objects.filter(recalled_at__lt=now - KEPT_AS_EVIDENCE, file__isnull=False)
        files = dict(old.order_by("pk").values_list("pk", "file_id")[:_AT_ONCE])
        Document.objects.filter(pk__in=files).update(file=None)
        StoredFile.objects.filter(pk__in=files.values()).delete()
    return len(files)


def _take_back_mail(document: Document) -> bool:
    """Delete the mail that would call the customer to this document alone; tell whether there was one."""
    mails = OutgoingMail.objects.filter(
        kind=NEW_DOCUMENTS, customer_id=document.customer_id, status=OutgoingMail.Status.WAITING
    )
    mail = mails.order_by("-pk").first()
    if mail is None:
        return False
    others = Document.objects.filter(
        customer=document.customer_id, recalled_at=None, published_at__gte=mail.created_at
    )
    if others.exists():
        return False
    mail.delete()
    return True
