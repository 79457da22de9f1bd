"""Bank accounts that the demo's customers have changed: one is settled, one still waits."""

import datetime as dt
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from kundenportal.banking.holds import NEW_ACCOUNT, earliest_date, hold_of
from kundenportal.banking.mandates import digest_of
from kundenportal.banking.requests import Consent, wanted_mandates
from kundenportal.banking.rules import AccountWish
from kundenportal.banking.selectors import account_states, supplied_premises
from kundenportal.banking.services import settle_bank_change, submit_bank_change
from kundenportal.customers.models import Premise
from kundenportal.demo.made_up_numbers import german_iban
from kundenportal.demo.staff import propose_release, release_by_two
from kundenportal.identity.fresh import ProvedBy
from kundenportal.linking.selectors import holder_of
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.submissions.models import Submission

_NOON = dt.time(12, 40)


def tell_settled_account(today: dt.date, directory: Path) -> None:
    """Let one customer have another account since some weeks.

    The PDF of its mandate is left to the job runner, which loads what it takes.

    Args:
        today: the day the demo is built on.
        directory: where the batch for the billing system is written.

    """
    weeks_ago = today - dt.timedelta(days=24)
    settled = _send("VS10156", german_iban("0000101577"), "Rudi Wieser", weeks_ago, is_own=False)
    release_by_two(settled)
    directory.mkdir(parents=True, exist_ok=True)
    call_command("export_submissions", str(directory), stdout=StringIO())
    accepted_at = _noon(weeks_ago + dt.timedelta(days=6))
    settle_bank_change(settled, outcome="accepted", reason="", now=accepted_at)
    send_due_mails(accepted_at)


def tell_waiting_account(today: dt.date) -> None:
    """Let a workshop get an account of its own, sent yesterday: it waits, and its release is proposed."""
    yesterday = today - dt.timedelta(days=1)
    waiting = _send("VS10225", german_iban("0000102255"), "Weber Keramik", yesterday, is_own=True)
    propose_release(waiting)


def _send(place: str, iban: str, holder: str, day: dt.date, *, is_own: bool) -> Submission:
    """Send a new account at noon of a day, for the customer or for one premise, and deliver the mails."""
    premise = Premise.objects.select_related("customer").get(erp_id=place)
    user = holder_of(premise.customer)
    assert user is not None, f"{premise.customer} is among the ready logins"
    now = _noon(day)
    wishes = [AccountWish(premise.pk if is_own else None, iban=iban, holder=holder)]
    states = account_states(premise.customer, supplied_premises(premise.customer, today=day))
    wanted = wanted_mandates(premise.customer, wishes, states, language="de")
    proved_at = now - dt.timedelta(minutes=2)
    submission = submit_bank_change(
        actor=user,
        premise=premise,
        wishes=wishes,
        valid_from=earliest_date(hold_of(user, premise.customer, NEW_ACCOUNT, now=now), now=now),
        consent=Consent(
            mandates_digest=digest_of(tuple(each.mandate for each in wanted)),
            language="de",
            shown_at=now - dt.timedelta(minutes=1),
            ticked_at=proved_at,
            proved_by=ProvedBy.PASSWORD,
            proved_at=proved_at,
            device="Firefox, Windows",
            is_known_device=True,
        ),
        key=f"demo-bank-{place}",
        now=now,
    )
    send_due_mails(now)
    return submission


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, _NOON, tzinfo=settings.UTILITY_TIME_ZONE)
