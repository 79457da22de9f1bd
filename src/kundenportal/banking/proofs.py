"""The chain of proofs: adding to it, checking it, and letting go of what is old (security.md B6, B7).

Every record is sealed with a key drawn from the installation's field key, over its content's hash and the
seal before it. Who may write to the database but has not the key can neither change a record nor take one
away nor slip one in without ``verify_mandates`` telling which is the first that does not fit.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction

from kundenportal.banking.models import MandateProof, ProofChain, WantedAccount
from kundenportal.core.seals import is_seal, key_for, plain, seal_of
from kundenportal.customers.models import Customer

KEPT_AFTER_END = dt.timedelta(days=36 * 31)
"""How long proofs are kept after a customer left: as long as his data stay readable, and longer than the 13
months within which a payment without a mandate is given back (§ 676b BGB)."""

_CONTENT = (
    "customer_number",
    "premise",
    "creditor_id",
    "iban_sealed",
    "iban_end",
    "holder",
    "is_authorised",
    "language",
    "text",
    "text_version",
    "text_sha256",
    "shown_at",
    "ticked_at",
    "login",
    "proved_by",
    "proved_at",
    "device",
    "is_known_device",
    "message_id",
    "document_sha256",
)
"""What a record says; the rest names it and holds the chain together."""

_ERASED: dict[str, Any] = {
    "customer_number": "",
    "premise": "",
    "iban_sealed": None,
    "iban_end": "",
    "holder": "",
    "text": "",
    "login": "",
    "device": "",
    "message_id": "",
}
"""What of an old record is about a person, and what stands there afterwards."""

_ROWS_AT_A_TIME = 500


class ChainFault(StrEnum):
    """What is wrong with a record, or with the chain's end."""

    MISSING = "missing"
    CHANGED = "changed"
    ERASED_TOO_EARLY = "erased_too_early"
    CUT_SHORT = "cut_short"
    NO_PROOF = "no_proof"


@dataclass(frozen=True)
class BrokenProof:
    """The first record that does not fit, by its number and the reference of its mandate, if it has one."""

    fault: ChainFault
    number: int
    mandate_reference: str = ""


@dataclass(frozen=True)
class Verification:
    """What walking the chain brought: how many records there are, the last seal, what is broken first."""

    length: int
    last_seal: str
    broken: BrokenProof | None


def append_proof(proof: MandateProof) -> MandateProof:
    """Add a record to the chain, in the caller's transaction.

    The row of the chain's end is locked until that transaction ends, so that records of the same moment
    follow each other; a record that is rolled back leaves no gap.

    Args:
        proof: the record, filled but for its number and its seals.

    """
    chain, _ = ProofChain.objects.select_for_update().get_or_create(pk=1)
    proof.number, proof.previous_seal = chain.length + 1, chain.last_seal
    proof.content_sha256 = _content_hash(proof)
    proof.seal = seal_of(_sealed(proof), key=_key())
    proof.save(force_insert=True)
    chain.length, chain.last_seal = proof.number, proof.seal
    chain.save()
    return proof


def file_proof(granted: MandateProof, *, document_sha256: str, now: dt.datetime) -> MandateProof:
    """Add that the PDF of a mandate was filed; the record repeats all that was granted."""
    copied = {name: getattr(granted, name) for name in _CONTENT if name != "document_sha256"}
    return append_proof(
        MandateProof(
            kind=MandateProof.Kind.FILED,
            at=now,
            submission_reference=granted.submission_reference,
            mandate_reference=granted.mandate_reference,
            document_sha256=document_sha256,
            **copied,
        )
    )


def verify_chain(now: dt.datetime) -> Verification:
    """Walk the whole chain and tell the first record that does not fit.

    Also told are a chain that ends too early, and a mandate without a record. What is added meanwhile does
    not disturb: the end is looked at first.

    Args:
        now: when, aware.

    """
    end = ProofChain.objects.first() or ProofChain()
    length, seal = 0, ""
    for proof in _in_order(up_to=end.length):
        length += 1
        if fault := _fault_of(proof, length, seal, now):
            return Verification(length - 1, seal, BrokenProof(fault, length, proof.mandate_reference))
        seal = proof.seal
    if (length, seal) != (end.length, end.last_seal):
        return Verification(length, seal, BrokenProof(ChainFault.CUT_SHORT, length + 1))
    return Verification(length, seal, _unproved())


def seal_number(number: int) -> str:
    """Return the seal of a record, empty when there is none of this number."""
    return MandateProof.objects.filter(pk=number).values_list("seal", flat=True).first() or ""


def erase_old_proofs(now: dt.datetime) -> int:
    """Empty the records of customers who left long ago, and return how many; the chain stays whole."""
    left = Customer.objects.filter(ended_at__lt=now - KEPT_AFTER_END).values("customer_number")
    old = MandateProof.objects.filter(customer_number__in=left, erased_at=None, at__lt=now - KEPT_AFTER_END)
    # A look that takes no lock comes first: on SQLite every transaction stops the other writers.
    if not old.exists():
        return 0
    with transaction.atomic(durable=True):
        return old.update(erased_at=now, **_ERASED)


def _in_order(*, up_to: int) -> Iterator[MandateProof]:
    return MandateProof.objects.filter(number__lte=up_to).order_by("number").iterator(_ROWS_AT_A_TIME)


def _fault_of(proof: MandateProof, number: int, previous_seal: str, now: dt.datetime) -> ChainFault | None:
    if proof.number != number:
        return ChainFault.MISSING
    is_sealed = is_seal(proof.seal, _sealed(proof), key=_key()) and proof.previous_seal == previous_seal
    if proof.erased_at is None:
        is_whole = is_sealed and proof.content_sha256 == _content_hash(proof)
        return None if is_whole else ChainFault.CHANGED
    if not proof.at + KEPT_AFTER_END <= proof.erased_at <= now:
        return ChainFault.ERASED_TOO_EARLY
    return None if is_sealed else ChainFault.CHANGED


def _unproved() -> BrokenProof | None:
    """Return the first mandate of a change without a record that it was granted."""
    granted = MandateProof.objects.filter(kind=MandateProof.Kind.GRANTED).values("mandate_reference")
    missing = WantedAccount.objects.exclude(mandate_reference="").exclude(mandate_reference__in=granted)
    reference = missing.order_by("pk").values_list("mandate_reference", flat=True).first()
    return BrokenProof(ChainFault.NO_PROOF, 0, reference) if reference else None


def _content_hash(proof: MandateProof) -> str:
    content = {name: plain(getattr(proof, name)) for name in _CONTENT}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _sealed(proof: MandateProof) -> list[object]:
    """Return what the seal of a record is over."""
    named = [proof.number, proof.kind, plain(proof.at), proof.submission_reference, proof.mandate_reference]
    return [*named, proof.content_sha256, proof.previous_seal]


def _key() -> bytes:
    return key_for("mandate proofs", field_key=settings.FIELD_KEY)
