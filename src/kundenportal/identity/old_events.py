"""Forgetting what happened to logins long ago."""

import datetime as dt

from django.db import transaction

from kundenportal.identity.models import EmailChange, SecurityEvent

KEPT_FOR = dt.timedelta(days=90)
"""How long events and changes of address are kept (security.md B7); their links are over after ten days."""


def delete_old_events(now: dt.datetime) -> int:
    """Delete security events and changes of address of more than 90 days ago; return how many rows went."""
    with transaction.atomic(durable=True):
        events, _ = SecurityEvent.objects.filter(created_at__lt=now - KEPT_FOR).delete()
        changes, _ = EmailChange.objects.filter(requested_at__lt=now - KEPT_FOR).delete()
    return events + changes
