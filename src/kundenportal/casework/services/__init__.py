"""What people who work here do; each function is one transaction with its audit entry."""

from kundenportal.casework.services.accepting import (
    Accepted,
    NotAcceptable,
    SecondPersonNeeded,
    accept_submission,
)
from kundenportal.casework.services.bulk import BulkResult, accept_plausible_readings
from kundenportal.casework.services.desk import add_note, assign_submissions, look_at_submission
from kundenportal.casework.services.refusing import refuse_submission

__all__ = [
    "Accepted",
    "BulkResult",
    "NotAcceptable",
    "SecondPersonNeeded",
    "accept_plausible_readings",
    "accept_submission",
    "add_note",
    "assign_submissions",
    "look_at_submission",
    "refuse_submission",
]
