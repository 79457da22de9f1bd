"""The mail about readings that came from a cellar and need a word."""

import datetime as dt

from kundenportal.cellar.selectors import still_waiting
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.kinds import Context, register

READINGS_WAITING = "readings_waiting"


def register_kinds() -> None:
    """Make the kind known to the outbox."""
    register(READINGS_WAITING, prepare, is_about_customer=True)


def prepare(context: Context, now: dt.datetime) -> Context:  # noqa: ARG001
    """Return what the templates need; the values themselves travel in no mail.

    Raises:
        NoLongerNeeded: when somebody has looked at them meanwhile.

    """
    found = still_waiting().filter(pk=context["waiting"]).select_related("premise__customer").first()
    if found is None:
        raise NoLongerNeeded
    return {"name": found.premise.customer.full_name, "premise": found.premise, "key": found.key}
