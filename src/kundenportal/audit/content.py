"""What an entry's mark and seal are over. Only who has the installation's field key can make them."""

from django.conf import settings

from kundenportal.audit.models import AuditEntry
from kundenportal.core.seals import is_seal, key_for, plain, seal_of


def mark_of(entry: AuditEntry) -> str:
    """Return the keyed hash of what an entry says."""
    return seal_of(_content(entry), key=_mark_key())


def is_genuine(entry: AuditEntry) -> bool:
    """Tell whether the portal wrote this entry, and wrote it so."""
    return is_seal(entry.mark, _content(entry), key=_mark_key())


def chained_seal(entry: AuditEntry, number: int, previous_seal: str) -> str:
    """Return the seal of an entry at its place in the chain."""
    return seal_of([number, entry.pk, entry.mark, previous_seal], key=_chain_key())


def is_at_its_place(entry: AuditEntry, previous_seal: str) -> bool:
    """Tell whether an entry carries the seal of its number, after the entry before."""
    return is_seal(entry.seal, [entry.number, entry.pk, entry.mark, previous_seal], key=_chain_key())


def _content(entry: AuditEntry) -> list[object]:
    return [
        plain(entry.at),
        entry.actor,
        entry.action,
        entry.customer_id,
        entry.subject,
        entry.details,
    ]


def _mark_key() -> bytes:
    return key_for("audit trail, entries", field_key=settings.FIELD_KEY)


def _chain_key() -> bytes:
    return key_for("audit trail, chain", field_key=settings.FIELD_KEY)
