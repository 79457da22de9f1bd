"""The quarantine: what waits there without a customer, and what somebody decides who has looked at it."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.documents.checks import Checked
from kundenportal.documents.deliveries import Described, Tell, describe, new_document, replace_content
from kundenportal.documents.file_names import id_of_content
from kundenportal.documents.models import Document, QuarantinedDocument
from kundenportal.files.models import StoredFile


class CustomerNotSaid(Exception):
    """Nobody knows whose the document is, so it cannot be released as it is; it can be placed."""


class InSightElsewhere(Exception):
    """A document of this id is in sight of another customer; it must be recalled first."""


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
        CustomerNotSaid: when it came without a customer.

    """
    waiting = _locked(erp_id)
    if waiting.customer_id is None:
        raise CustomerNotSaid(erp_id)
    described = Described(
        waiting.erp_id,
        waiting.customer_id,
        waiting.premise_id,
        Document.Kind(waiting.kind),
        waiting.title,
        waiting.document_date,
    )
    return _publish(waiting, described, reason=reason, actor=actor, tell=tell, now=now)


@transaction.atomic(durable=True)
def place_document(
    *,
    waiting: QuarantinedDocument,
    as_described: Described,
    reason: str,
    actor: str,
    tell: Tell,
    now: dt.datetime,
) -> Document:
    """Make a document visible to the customer that somebody says it is for, as he describes it.

    Args:
        waiting: the document in quarantine as it was looked at.
        as_described: whose it is, and what.
        reason: how one knows; for the audit trail.
        actor: who decided it.
        tell: is called with the customer, who has something new.
        now: when, aware.

    Raises:
        QuarantinedDocument.DoesNotExist: when it waits no more, or another content does.
        InSightElsewhere: when a document of this id is in sight of another customer.

    """
    locked = _locked(waiting.erp_id, pk=waiting.pk)
    return _publish(locked, as_described, reason=reason, actor=actor, tell=tell, now=now)


def _locked(erp_id: str, **more: object) -> QuarantinedDocument:
    rows = QuarantinedDocument.objects.select_for_update(of=("self",)).select_related("file")
    return rows.get(erp_id=erp_id, **more)


def _publish(
    waiting: QuarantinedDocument,
    described: Described,
    *,
    reason: str,
    actor: str,
    tell: Tell,
    now: dt.datetime,
) -> Document:
    unwanted: list[int] = []
    document = Document.objects.select_for_update().filter(erp_id=described.erp_id, recalled_at=None).first()
    if document is None:
        document = new_document(described, waiting.page_count, waiting.file, now=now)
    elif document.customer_id != described.customer_id:
        raise InSightElsewhere(described.erp_id)
    else:
        replace_content(document, waiting.file, waiting.page_count, now=now, unwanted=unwanted)
        describe(document, described)
    meant_for = waiting.customer_id
    waiting.delete()
    document.save()
    StoredFile.objects.filter(pk__in=unwanted).delete()
    details: dict[str, str | int | bool | None] = {"erp_id": described.erp_id, "reason": reason}
    is_placed = meant_for != described.customer_id
    record(
        "document.placed" if is_placed else "document.released",
        actor=actor,
        now=now,
        customer_id=document.customer_id,
        subject=document.public_id,
        details=details | ({"meant_for": meant_for} if is_placed else {}),
    )
    tell([document.customer_id])
    return document


@transaction.atomic(durable=True)
def discard_document(
    *, erp_id: str, reason: str, actor: str, now: dt.datetime, pk: int | None = None
) -> None:
    """Throw away a document in quarantine, with its content; what is in sight under its id stays.

    Args:
        erp_id: the billing system's id.
        reason: why; for the audit trail.
        actor: who decided it.
        now: when, aware.
        pk: that of the row he looked at, so that no other content goes that came meanwhile.

    Raises:
        QuarantinedDocument.DoesNotExist: when nothing waits under this id.

    """
    waiting = _locked(erp_id, **({} if pk is None else {"pk": pk}))
    record(
        "document.discarded",
        actor=actor,
        now=now,
        customer_id=waiting.customer_id,
        details={"erp_id": erp_id, "reason": reason, "sha256": waiting.file.sha256},
    )
    waiting.delete()
    waiting.file.delete()


def quarantine_unmatched(
    *,
    name: str,
    file: StoredFile,
    checked: Checked,
    reason: QuarantinedDocument.Reason,
    today: dt.date,
    now: dt.datetime,
) -> bool:
    """Let an uploaded document wait for somebody who says whose it is; return whether it is new here.

    Its id is made of its content: one that waits, or was placed, is never replaced by another of its name.

    Args:
        name: what its file is called; its title until then.
        file: all of it, stored (``files.services.storing_many``) and not saved yet.
        checked: what was found in it: it is a plain PDF.
        reason: why nobody knows.
        today: the utility's local day; its date until then.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        erp_id = id_of_content(file.sha256)
        if any(model.objects.filter(erp_id=erp_id).exists() for model in (QuarantinedDocument, Document)):
            return False
        file.save()
        QuarantinedDocument.objects.create(
            erp_id=erp_id,
            kind=Document.Kind.NOTICE,
            title=name[:200],
            document_date=today,
            page_count=checked.page_count,
            file=file,
            reason=reason,
            found_numbers=", ".join(checked.other_numbers),
            quarantined_at=now,
        )
    return True
