"""Letting a document out of quarantine, or throwing it away: what somebody decides who has looked at it."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.documents.deliveries import Described, Tell, describe, new_document, replace_content
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.files.models import StoredFile


@transaction.atomic(durable=True)
def release_document(*, erp_id: str, reason: str, actor: str, tell: Tell, now: dt.datetime) -> Document:
    """Make a document visible although it does not name its customer; it may replace one in sight.

    Args:
        erp_id: the billing system's id.
        reason: why it is right all the same; for the audit trail.
        actor: who decided it, as the audit trail names people.
        tell: is called with the customer, who has something new.
        now: when, aware.

    Raises:
        QuarantinedDocument.DoesNotExist: when nothing waits under this id.

    """
    waiting = QuarantinedDocument.objects.select_for_update().select_related("file").get(erp_id=erp_id)
    described = Described(
        waiting.erp_id,
        waiting.customer_id,
        waiting.premise_id,
        Document.Kind(waiting.kind),
        waiting.title,
        waiting.document_date,
    )
    unwanted: list[int] = []
    document = Document.objects.select_for_update().filter(erp_id=erp_id, recalled_at=None).first()
    if document is None:
        document = new_document(described, waiting.page_count, waiting.file, now=now)
    else:
        replace_content(document, waiting.file, waiting.page_count, now=now, unwanted=unwanted)
        describe(document, described)
    waiting.delete()
    document.save()
    StoredFile.objects.filter(pk__in=unwanted).delete()
    record(
        "document.released",
        actor=actor,
        now=now,
        customer_id=document.customer_id,
        subject=document.public_id,
        details={"erp_id": erp_id, "reason": reason},
    )
    tell([document.customer_id])
    return document


@transaction.atomic(durable=True)
def discard_document(*, erp_id: str, reason: str, actor: str, now: dt.datetime) -> None:
    """Throw away a document in quarantine, with its content; what is in sight under its id stays.

    Args:
        erp_id: the billing system's id.
        reason: why; for the audit trail.
        actor: who decided it.
        now: when, aware.

    Raises:
        QuarantinedDocument.DoesNotExist: when nothing waits under this id.

    """
    waiting = QuarantinedDocument.objects.select_for_update().select_related("file").get(erp_id=erp_id)
    record(
        "document.discarded",
        actor=actor,
        now=now,
        customer_id=waiting.customer_id,
        details={"erp_id": erp_id, "reason": reason, "sha256": waiting.file.sha256},
    )
    waiting.delete()
    waiting.file.delete()
