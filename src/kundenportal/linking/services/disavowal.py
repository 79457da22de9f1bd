"""The link "Das war ich nicht" of security mails: stops what happened, without a sign-in (security.md A0)."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from kundenportal.audit.services import record
from kundenportal.identity.change_email import undo_email_changes
from kundenportal.identity.factors.removal import withdraw_factors_added_since
from kundenportal.identity.models import OneTimeSecret, SecurityEvent, User
from kundenportal.identity.one_time_secrets import lock_secret, open_secret, use_up
from kundenportal.identity.password_hashing import unusable_password
from kundenportal.identity.security_events import DISAVOWABLE_FOR, addresses_of, contact_addresses_of
from kundenportal.identity.services import set_password
from kundenportal.linking.selectors import customers_of, young_contact_addresses
from kundenportal.linking.services.contested import restrict_until_letters
from kundenportal.linking.services.errors import LinkExpired
from kundenportal.linking.services.stopped_changes import stop_all_changes
from kundenportal.linking.services.undo import lock_login_and_partners, undo_recent_links
from kundenportal.linking.undo_links import UNDO_WITHIN
from kundenportal.mailing.services import enqueue


def event_of(token: str, *, now: dt.datetime) -> SecurityEvent | None:
    """Return the event that a link may still disavow, or None. Looking changes nothing."""
    secret = open_secret(OneTimeSecret.Purpose.DISAVOWAL, token, now=now)
    event = _event_of(secret) if secret else None
    return event if event and event.disavowed_at is None else None


def disavow(*, token: str, now: dt.datetime) -> None:
    """Secure the login of a security event its owner says was not his doing.

    All sessions and links end, known devices are forgotten, the password opens nothing any more, accounts
    linked within fourteen days are separated again, changes of address that wait or were completed within
    ten days are undone, second factors added within ten days go, and the address that the login then has
    gets a link for a new password. Changes of billing address and bank account that wait are withdrawn. An
    address that came back without standing in the master data opens little until a letter confirms it.
    Everybody who must know is told, the address that lost as well. What happened before counts as dealt with,
    so that older links cannot lock the owner out again.

    Args:
        token: the link's token.
        now: when, aware.

    Raises:
        LinkExpired: when the link opens nothing (any more).

    """
    with transaction.atomic(durable=True):
        user = _take_link(token, now)
        told_before = addresses_of(user, now=now)
        young_contacts = young_contact_addresses(user, now)
        stop_all_changes(user, customers_of(user), now=now)
        undo_recent_links(user, since=now - UNDO_WITHIN, now=now)
        withdraw_factors_added_since(user, since=now - DISAVOWABLE_FOR, now=now)
        user.refresh_from_db()
        # Only now: a stranger's number linked to the login would make his address one of the master data.
        # A contact address changed of late may be the stranger's own doing, too.
        anchors = [each for each in contact_addresses_of(user) if each not in young_contacts]
        is_reverted = undo_email_changes(user, since=now - DISAVOWABLE_FOR, anchors=anchors, now=now)
        is_contested = is_reverted and user.email not in anchors
        if is_contested:
            restrict_until_letters(user, now=now)
        set_password(user, password_hash=unusable_password(), now=now)
        User.objects.filter(pk=user.pk).update(device_epoch=F("device_epoch") + 1)
        record("login.disavowed", actor="visitor", now=now, subject=f"user:{user.pk}")
        context = {
            "has_email_reverted": is_reverted,
            "awaits_letter": is_contested,
            "is_staff": user.is_staff,
        }
        _tell(user, told_before, context, now)


def _tell(user: User, told_before: Iterable[str], context: dict[str, bool], now: dt.datetime) -> None:
    """Tell everybody what was done, and send a customer the link for a new password."""
    for address in dict.fromkeys([*addresses_of(user, now=now), *told_before]):
        enqueue("login_secured", to=address, context=context, language=user.language, now=now)
    if user.is_staff or not user.is_active:
        # Who works here gets a new link from a colleague, never by mail alone; a locked login gets none.
        return
    reset = {"user_ids": [user.pk]}
    enqueue("password_reset", to=user.email, context=reset, language=user.language, now=now)


def _take_link(token: str, now: dt.datetime) -> User:
    """Use a link up together with all others about the login, and return the login, locked."""
    secret = lock_secret(OneTimeSecret.Purpose.DISAVOWAL, token, now=now)
    event = _event_of(secret) if secret else None
    if secret is None or event is None:
        raise LinkExpired
    user = lock_login_and_partners(event.user_id, since=now - UNDO_WITHIN)
    # Each recipient has a link of his own, so the event is looked at again under the lock.
    if not SecurityEvent.objects.filter(pk=event.pk, disavowed_at=None).exists():
        raise LinkExpired
    SecurityEvent.objects.filter(user=user, disavowed_at=None).update(disavowed_at=now)
    use_up(secret, now=now)
    return user


def _event_of(secret: OneTimeSecret) -> SecurityEvent | None:
    event_id = secret.subject.split(":")[1]
    return SecurityEvent.objects.filter(pk=int(event_id)).first()
