"""Proving that mandates were granted: what was agreed to, when, and by whom (security.md B6)."""

import datetime as dt

from kundenportal.banking.mandates import VERSION, digest_of
from kundenportal.banking.models import MandateProof
from kundenportal.banking.proofs import append_proof
from kundenportal.banking.requests import Consent, WantedMandate
from kundenportal.banking.rules import is_for_somebody_else
from kundenportal.banking.sealing import seal_iban
from kundenportal.identity.models import User
from kundenportal.submissions.models import Submission


def prove_grant(
    wanted: WantedMandate,
    *,
    submission: Submission,
    user: User,
    consent: Consent,
    message_id: str,
    now: dt.datetime,
) -> None:
    """Add the record that a mandate was granted to the chain of proofs, in the caller's transaction.

    Args:
        wanted: the mandate and the account it is for.
        submission: the change it came with.
        user: the login that granted it.
        consent: how.
        message_id: of the mail that confirmed it to the login's own address.
        now: when, aware.

    """
    customer, mandate = submission.owner, wanted.mandate
    proof = MandateProof(
        kind=MandateProof.Kind.GRANTED,
        at=now,
        submission_reference=submission.reference,
        mandate_reference=mandate.reference,
        customer_number=customer.customer_number,
        premise=wanted.premise.erp_id if wanted.premise else "",
        creditor_id=mandate.creditor.identifier,
        holder=mandate.holder,
        is_authorised=is_for_somebody_else(
            mandate.holder, first_name=customer.first_name, last_name=customer.last_name
        ),
        language=mandate.language,
        text=mandate.text,
        text_version=VERSION,
        text_sha256=digest_of((mandate,)),
        shown_at=consent.shown_at,
        ticked_at=consent.ticked_at,
        login=user.public_id,
        proved_by=consent.proved_by,
        proved_at=consent.proved_at,
        device=consent.device,
        is_known_device=consent.is_known_device,
        message_id=message_id,
    )
    seal_iban(proof, wanted.wish.iban)
    append_proof(proof)
