"""Telling people what happened to their login, at every address that must know (product.md ruling 12)."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import canonical_email, is_email
from kundenportal.identity.models import EmailChange, OneTimeSecret, SecurityEvent, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.mailing.kinds import Context, Prepare, register
from kundenportal.mailing.services import enqueue

DISAVOWABLE_FOR = dt.timedelta(days=10)
"""How long "Das war ich nicht" is open after the mail left."""

OLD_ADDRESS_TOLD_FOR = dt.timedelta(days=30)
"""How long an address that signed in no more is still told."""

AddressSource = Callable[[User], Iterable[str]]

FormerSource = Callable[[User, dt.datetime], Iterable[str]]

_contact_sources: list[AddressSource] = []
_former_sources: list[FormerSource] = []


def add_contact_source(source: AddressSource) -> None:
    """Let a package above this one name further addresses of a login: those its customers' contracts hold."""
    _contact_sources.append(source)


def add_former_source(source: FormerSource) -> None:
    """Let a package above this one name addresses that lost a login of late and are still told."""
    _former_sources.append(source)


def register_security_mail(kind: str, prepare: Prepare | None = None) -> None:
    """Make the mail of a security event known; called from an ``AppConfig.ready``.

    Its templates get ``event_local`` (when, by the utility's clock), ``device`` (may be empty), ``is_staff``
    (whether the login is for the back office) and ``disavow_token``; ``mailing/security_when.*`` and
    ``mailing/security_disavow.*`` draw them.

    Args:
        kind: the kind of event, and of its mail.
        prepare: adds what else its templates need, as in ``mailing.kinds.register``.

    """

    def prepare_event(context: Context, now: dt.datetime) -> Context:
        happened_at = dt.datetime.fromisoformat(context["event_at"])
        _, token = issue_token(
            OneTimeSecret.Purpose.DISAVOWAL,
            subject=f"security-event:{context['event_id']}:{context['recipient_index']}",
            lifetime=DISAVOWABLE_FOR,
            now=now,
        )
        added = {
            "event_local": timezone.localtime(happened_at, settings.UTILITY_TIME_ZONE),
            "disavow_token": token,
        }
        return added | (prepare(context, now) if prepare else {})

    register(kind, prepare_event)


def is_to_login(context: Mapping[str, Any]) -> bool:
    """Tell whether a mail goes to the login's own address, and to no former one or one of the contract's.

    Args:
        context: the mail's; one that tells of no security event goes to the login alone.

    """
    return bool(context.get("recipient_index", 0) == 0)


def report_security_event(
    kind: str,
    *,
    user: User,
    now: dt.datetime,
    action: str = "",
    device: str = "",
    context: Mapping[str, Any] | None = None,
    also: Iterable[str] = (),
    tells_contacts: bool = True,
) -> SecurityEvent:
    """Write a security event down and tell every address that must know, in the caller's transaction.

    Those are the login's address, the one it had within the last 30 days, and the contact addresses that
    the master data hold for its customers. Each mail has a link of its own that says "Das war ich nicht".

    Args:
        kind: the kind of event, made known with ``register_security_mail``.
        user: the login it happened to.
        now: when, aware.
        action: the word for the audit trail, ``security.<kind>`` unless given.
        device: what the browser says it is.
        context: what else fills the mail's templates, as plain JSON values; never a secret.
        also: further addresses that must know, such as that of another login.
        tells_contacts: whether the contact addresses of the master data are told, too.

    """
    addresses = [*addresses_of(user, now=now, tells_contacts=tells_contacts), *also]
    told = {**(context or {}), "device": device}
    event = tell_security_event(kind, user=user, addresses=addresses, context=told, now=now)
    record(
        action or f"security.{kind}",
        actor=user.actor,
        now=now,
        subject=f"security-event:{event.pk}",
        details={"device": device} if device else None,
    )
    return event


def tell_security_event(
    kind: str,
    *,
    user: User,
    addresses: Iterable[str],
    context: Mapping[str, Any],
    now: dt.datetime,
    customer_id: int | None = None,
) -> SecurityEvent:
    """Write a security event down and tell these addresses, each once; the caller writes the audit entry.

    Args:
        kind: the kind of event, made known with ``register_security_mail``.
        user: the login it happened to; it is what "Das war ich nicht" secures.
        addresses: who must know; the templates learn an address's place as ``recipient_index``.
        context: what else fills the mail's templates, as plain JSON values; never a secret.
        now: when, aware.
        customer_id: the customer it concerns.

    """
    event = SecurityEvent.objects.create(user=user, kind=kind, created_at=now)
    happened = {**context, "event_id": event.pk, "event_at": now.isoformat(), "is_staff": user.is_staff}
    for index, address in enumerate(distinct_addresses(addresses)):
        enqueue(
            kind,
            to=address,
            context={**happened, "recipient_index": index},
            language=user.language,
            customer_id=customer_id,
            now=now,
        )
    return event


def addresses_of(user: User, *, now: dt.datetime, tells_contacts: bool = True) -> list[str]:
    """Return the addresses that learn what happens to a login, its own first, each once."""
    old = EmailChange.objects.filter(
        user=user, completed_at__gt=now - OLD_ADDRESS_TOLD_FOR, reverted_at=None
    ).order_by("-completed_at")
    addresses = [user.email, *old.values_list("old_email", flat=True)]
    addresses += [address for source in _former_sources for address in source(user, now)]
    return distinct_addresses([*addresses, *(contact_addresses_of(user) if tells_contacts else [])])


def contact_addresses_of(user: User) -> list[str]:
    """Return the usable contact addresses that the master data hold for a login's customers."""
    return distinct_addresses(address for source in _contact_sources for address in source(user))


def distinct_addresses(addresses: Iterable[str]) -> list[str]:
    """Return addresses that can be written to in their canonical form, each once, in their order."""
    return list(dict.fromkeys(canonical_email(each) for each in addresses if is_email(each)))
