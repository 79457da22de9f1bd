"""Readings that were sent, with what the rule says of them, for whoever decides about them."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

from kundenportal.metering.findings import WORDS, findings_of
from kundenportal.metering.models import SubmittedReading
from kundenportal.metering.rules import Claim, NewReading, Plausible, Verdict, assess_reading
from kundenportal.metering.selectors import meters_to_read, submitted_readings
from kundenportal.metering.to_read import RegisterToRead
from kundenportal.metering.usual_range import PastReading, UsualRange
from kundenportal.submissions.models import Submission

_CLAIMS = {claim.value for claim in Claim}


@dataclass(frozen=True)
class ReviewedReading:
    """One value that was sent, the reading before it, and the verdict of the day it was taken.

    ``last`` and ``verdict`` are None where the register is not known any more.
    """

    sent: SubmittedReading
    last: PastReading | None = None
    verdict: Verdict | None = None

    @property
    def use(self) -> Decimal | None:
        """The use since the reading before, where it can be told."""
        return getattr(self.verdict, "use", None)

    @property
    def usual(self) -> UsualRange | None:
        """The usual use since then."""
        return getattr(self.verdict, "usual", None)

    @property
    def findings(self) -> list[str | Promise]:
        """What speaks against the value, in words: what was found when it came, else what is found now."""
        return [WORDS[each] for each in self.sent.findings or findings_of(self.verdict or Plausible())]

    @property
    def days(self) -> int | None:
        """How many days lie between the reading before and this one."""
        return (self.sent.reading_date - self.last.date).days if self.last else None


def reviewed_readings(submission: Submission) -> list[ReviewedReading]:
    """Return the values of a submission by division, assessed as on the day they were taken; four queries."""
    sent = submitted_readings(submission)
    if submission.premise is None or not sent:
        return [ReviewedReading(each) for each in sent]
    latest = max(each.reading_date for each in sent)
    registers = {
        register.id: register
        for meter in meters_to_read(submission.premise, today=latest)
        for register in meter.registers
    }
    return [_review(each, registers.get(each.register_id)) for each in sent]


def _review(sent: SubmittedReading, register: RegisterToRead | None) -> ReviewedReading:
    if register is None:
        return ReviewedReading(sent)
    history = [each for each in register.history(without=sent.pk) if each.date < sent.reading_date]
    claim = Claim(sent.reason) if sent.reason in _CLAIMS else None
    verdict = assess_reading(
        NewReading(sent.reading_date, sent.value, claim=claim),
        register=register.facts,
        history=history,
        today=sent.reading_date,
        max_age_days=0,
    )
    return ReviewedReading(sent, history[-1] if history else None, verdict)
