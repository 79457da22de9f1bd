"""What the pages show of submissions."""

from django.db.models import QuerySet

from kundenportal.core.references import parse_reference
from kundenportal.customers.models import Premise
from kundenportal.submissions.models import Submission


def recent_submissions(premise: Premise, limit: int = 5) -> list[Submission]:
    """Return the latest submissions of a premise, the newest first; one query."""
    return list(_own(premise).order_by("-pk")[:limit])


def submission_of_premise(premise: Premise, reference: str) -> Submission:
    """Return the submission with this reference.

    Raises:
        Submission.DoesNotExist: when it is no reference, or the submission is not of this premise and its
            customer.

    """
    if (parsed := parse_reference(reference)) is None:
        raise Submission.DoesNotExist(reference)
    year, number = parsed
    return _own(premise).get(pk=number, received_year=year)


def submission_by_key(premise: Premise, key: str) -> Submission | None:
    """Return the submission of a premise that was sent with this idempotency key, if there is one.

    Args:
        premise: the place of consumption.
        key: as the address of the page has it, so it may be anything; PostgreSQL takes no NUL in a text.

    """
    return _own(premise).filter(idempotency_key=key).first() if key and key.isprintable() else None


def _own(premise: Premise) -> QuerySet[Submission]:
    """Return what the customer of a premise sent: who had it before him is another person."""
    return Submission.objects.filter(premise=premise, customer=premise.customer_id)
