"""Taking committed entries into the chain, beside the work they tell of.

Who records an entry takes no lock for it: a lock on the chain's end would let only one transaction of the
whole portal write at a time, and a number drawn before the commit comes out of order. So a job numbers the
entries that are there, each once, and seals each over the one before.
"""

import datetime as dt

from django.db import connection, transaction
from django.db.models import QuerySet

from kundenportal.audit.content import chained_seal
from kundenportal.audit.models import AuditChain, AuditEntry

AT_A_TIME = 500
"""Entries sealed in one transaction, which on SQLite keeps other writers waiting for some milliseconds."""

_TIMES_A_RUN = 20

_TABLE = AuditEntry._meta.db_table

_SEAL = (
    f"UPDATE {_TABLE} SET number = column2, seal = column3 "  # noqa: S608
    "FROM (VALUES %s) AS sealed WHERE id = column1"
)
"""Both databases call the columns of listed values so. One statement seals many entries at once."""


def seal_entries(now: dt.datetime) -> int:  # noqa: ARG001
    """Seal what was committed since, and return how many entries that were.

    Safe to run in many processes at once: the chain's end is locked, and who finds it locked leaves the work
    to the other one. A process that dies leaves its entries as they were, to be sealed next time.
    """
    count = 0
    for _ in range(_TIMES_A_RUN):
        # Looking first keeps an idle job runner from taking the write lock.
        if not unsealed_entries().exists():
            break
        sealed = _seal_some()
        count += sealed
        if sealed < AT_A_TIME:
            break
    return count


def unsealed_entries() -> QuerySet[AuditEntry]:
    """Return the committed entries that are not in the chain yet, in the order they get into it."""
    return AuditEntry.objects.filter(number=None).order_by("id")


def _seal_some() -> int:
    with transaction.atomic(durable=True):
        chain = _lock_chain()
        if chain is None:
            return 0
        values: list[int | str] = []
        for entry in unsealed_entries().only("id", "mark")[:AT_A_TIME]:
            number = chain.length + 1
            chain.length, chain.last_seal = number, chained_seal(entry, number, chain.last_seal)
            values += [entry.pk, chain.length, chain.last_seal]
        count = len(values) // 3
        if count:
            with connection.cursor() as cursor:
                cursor.execute(_SEAL % ", ".join(["(%s, %s, %s)"] * count), values)
        chain.save()
    return count


def _lock_chain() -> AuditChain | None:
    """Return the chain's end, locked until the transaction ends, or None while somebody else has it."""
    chain = AuditChain.objects.select_for_update(skip_locked=True).filter(pk=1).first()
    if chain is None:
        chain, is_new = AuditChain.objects.get_or_create(pk=1)
        if not is_new:
            return None
    # Who put the end back, or took it away, shall not stop the sealing: it goes on after the last number.
    last = AuditEntry.objects.exclude(number=None).order_by("-number").only("number", "seal").first()
    if last is not None and last.number is not None and last.number > chain.length:
        chain.length, chain.last_seal = last.number, last.seal
    return chain
