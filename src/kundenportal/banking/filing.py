"""Filing the PDF of a mandate among the customer's documents, once its change waits no more."""

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import QuerySet

from kundenportal.banking.models import MandateProof, WantedAccount
from kundenportal.banking.proofs import file_proof
from kundenportal.banking.sealing import open_iban
from kundenportal.documents.models import Document
from kundenportal.documents.recall import recall_document
from kundenportal.documents.services import file_document
from kundenportal.files.printing import render_pdf
from kundenportal.submissions.models import Submission

TEMPLATE = "banking/mandate.html"

_PER_RUN = 10
_GOOD = (
    Submission.Status.ON_HOLD,
    Submission.Status.RECEIVED,
    Submission.Status.EXPORTED,
    Submission.Status.COMPLETED,
)

_VOID = (Submission.Status.WITHDRAWN, Submission.Status.REJECTED)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PrintedMandate:
    """A mandate as it was agreed to, line by line, for the template.

    Attributes:
        title: what it is called.
        facts: labels and values, the IBAN not among them.
        paragraphs: what was agreed to.

    """

    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]


def file_mandates(now: dt.datetime) -> int:
    """File the mandates of changes whose wait is over, some at a time, and return how many things were done.

    Those of changes that came to nothing after all are taken back. Each PDF is made without a lock; then its
    change is locked and looked at again, so that one that was stopped meanwhile is not filed, and two job
    runners file it once. One that fails does not stop the others.
    """
    filed = 0
    for line in _due(now)[:_PER_RUN]:
        try:
            filed += _file(line, now)
        except Exception:
            log.exception("mandate.not_filed", wanted_account=line.pk)
    return filed + _take_back_void(now)


def mandate_pdf(proof: MandateProof, *, bic: str = "", valid_from: dt.date) -> bytes:
    """Return the PDF of a mandate, made of the record of what was agreed to, with the whole IBAN.

    Args:
        proof: the record that it was granted.
        bic: of an account outside of the European Economic Area.
        valid_from: from when on the account is debited.

    """
    context = {
        "mandate": printed(proof.text),
        "proof": proof,
        "iban": open_iban(proof),
        "bic": bic,
        "valid_from": valid_from,
    }
    return render_pdf(TEMPLATE, context, language=proof.language, is_archival=True)


def printed(text: str) -> PrintedMandate:
    """Return the lines of a mandate's text by what they are (``banking.mandates.Mandate.text``)."""
    title, *facts, authorisation, refund = text.split("\n")
    pairs = (fact.partition(": ") for fact in facts)
    return PrintedMandate(title, tuple((label, value) for label, _, value in pairs), (authorisation, refund))


def _due(now: dt.datetime) -> QuerySet[WantedAccount]:
    lines = WantedAccount.objects.filter(document=None, iban_sealed__isnull=False)
    held = lines.filter(change__submission__status__in=_GOOD, change__submission__held_until__lte=now)
    return held.select_related("change", "customer", "premise").order_by("pk")


def _take_back_void(now: dt.datetime) -> int:
    """Recall the mandates of changes that were withdrawn or rejected after their wait; return how many."""
    void = Document.objects.filter(
        recalled_at=None, wanted_account__change__submission__status__in=_VOID
    ).order_by("pk")[:_PER_RUN]
    for document in void:
        recall_document(document=document, reason="mandate void", actor="system", holder=None, now=now)
    return len(void)


def _file(line: WantedAccount, now: dt.datetime) -> bool:
    granted = MandateProof.objects.get(
        mandate_reference=line.mandate_reference, kind=MandateProof.Kind.GRANTED
    )
    content = mandate_pdf(granted, bic=line.bic, valid_from=line.change.valid_from)
    with transaction.atomic(durable=True):
        submission = Submission.objects.select_for_update().get(pk=line.change_id)
        if submission.status not in _GOOD or not _due(now).filter(pk=line.pk).exists():
            return False
        document = file_document(
            customer=line.customer,
            premise=line.premise,
            kind=Document.Kind.MANDATE,
            title=f"{printed(granted.text).title} {line.mandate_reference}",
            document_date=line.mandate_date or granted.at.date(),
            content=content,
            is_sealed=True,
            now=now,
        )
        assert document.file is not None
        file_proof(granted, document_sha256=document.file.sha256, now=now)
        WantedAccount.objects.filter(pk=line.pk).update(document=document)
    return True
