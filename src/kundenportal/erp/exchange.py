"""What the job runner does for the exchange with the billing system, and whether there is anything to do.

It can take long and much memory, so it runs in a process of its own (``run_exchange``); several at once do
nothing twice, for each thing has a lock.
"""

import datetime as dt

from kundenportal.erp.deliveries.inbox import has_complete_delivery
from kundenportal.erp.deliveries.worker import due_deliveries, unfiled_deliveries, work_on_deliveries
from kundenportal.erp.locks import is_free
from kundenportal.erp.outbound.outbox import fill_outbox, outbox_is_due


def exchange_is_due(now: dt.datetime) -> bool:
    """Tell whether anything is to be done that nobody is at; a few cheap questions."""
    if outbox_is_due(now):
        return True
    has_work = due_deliveries(now).exists() or has_complete_delivery(now) or unfiled_deliveries().exists()
    return has_work and is_free("deliveries")


def run_exchange(now: dt.datetime) -> int:
    """Do what is due, one delivery at most, and return how many things were done.

    Args:
        now: when, aware.

    """
    return fill_outbox(now) + work_on_deliveries(now)
