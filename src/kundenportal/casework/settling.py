"""Who settles which kind of submission: the one way that staff and the billing system's results take."""

import datetime as dt
from collections.abc import Mapping

from kundenportal.addresses.services import settle_address_change
from kundenportal.advance_payments.services import settle_advance_payment_change
from kundenportal.banking.services import settle_bank_change
from kundenportal.contact.services import settle_contact_message
from kundenportal.metering.services import settle_reading_submission
from kundenportal.submissions.models import Submission
from kundenportal.submissions.settling import Outcome, Settle, Settler

SETTLE: Mapping[str, Settle] = {
    Submission.Kind.METER_READING: settle_reading_submission,
    Submission.Kind.ADVANCE_PAYMENT: settle_advance_payment_change,
    Submission.Kind.ADDRESS_CHANGE: settle_address_change,
    Submission.Kind.BANK_CHANGE: settle_bank_change,
    Submission.Kind.CONTACT_MESSAGE: settle_contact_message,
}
"""The kinds; a new one adds its line."""


def settle_any(
    submission: Submission, *, outcome: Outcome, reason: str, now: dt.datetime, by: Settler
) -> None:
    """Settle a submission of any kind in the caller's transaction (``submissions.settling``)."""
    SETTLE[submission.kind](submission, outcome=outcome, reason=reason, now=now, by=by)
