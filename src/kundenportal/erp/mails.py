"""The mails to whoever runs the portal that a delivery, documents or the outbox need him (ux.md S2)."""

import datetime as dt

from django.conf import settings

from kundenportal.documents.models import DocumentBatch
from kundenportal.erp.models import Delivery
from kundenportal.identity.areas import Area
from kundenportal.mailing import kinds
from kundenportal.mailing.services import enqueue

DELIVERY_NEEDS_YOU, OUTBOX_FAILED = "delivery_needs_you", "outbox_failed"
DOCUMENTS_WAIT = "documents_wait"


def register_kinds() -> None:
    """Make the kinds known to the outbox."""
    kinds.register(DELIVERY_NEEDS_YOU)
    kinds.register(OUTBOX_FAILED)
    kinds.register(DOCUMENTS_WAIT)


def enqueue_needs_you(delivery: Delivery, *, now: dt.datetime) -> None:
    """Tell the operator where a delivery stands, in the caller's transaction; nothing of what is in it.

    Without ``KUNDENPORTAL_OPERATOR_EMAIL`` it stands on the page and in ``check_installation`` alone.
    """
    if settings.OPERATOR_EMAIL:
        context = {
            "name": delivery.name,
            "status": delivery.status,
            "fault_count": delivery.fault_count,
            "delivery": delivery.pk,
            "origin": Area.STAFF.origin,
        }
        enqueue(DELIVERY_NEEDS_YOU, to=settings.OPERATOR_EMAIL, context=context, now=now)


def enqueue_outbox_failed(error: str, *, now: dt.datetime) -> None:
    """Tell the operator that the outbox could not be filled, in the caller's transaction."""
    if settings.OPERATOR_EMAIL:
        context = {"error": error, "origin": Area.STAFF.origin}
        enqueue(OUTBOX_FAILED, to=settings.OPERATOR_EMAIL, context=context, now=now)


def enqueue_documents_wait(batch: DocumentBatch, *, now: dt.datetime) -> None:
    """Tell the operator that uploaded documents wait for the storage, in the caller's transaction."""
    if settings.OPERATOR_EMAIL:
        context = {
            "name": batch.name,
            "error": batch.trouble,
            "batch": batch.pk,
            "origin": Area.STAFF.origin,
        }
        enqueue(DOCUMENTS_WAIT, to=settings.OPERATOR_EMAIL, context=context, now=now)
