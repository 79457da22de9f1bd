"""Agreeing to something, confirming it by the mailbox, and taking it back."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from kundenportal.audit.services import record
from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import lock_login_secret, use_up
from kundenportal.linking.holds import is_held
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.services import enqueue
from kundenportal.privacy.consents import CONFIRM_WITHIN, consent_of_secret, is_stale
from kundenportal.privacy.mails import NEWS_CONFIRM, ONLINE_INVOICES_BEGIN, ONLINE_INVOICES_END
from kundenportal.privacy.models import Consent
from kundenportal.privacy.wordings import WORDINGS

KEPT_AFTER_REVOCATION = dt.timedelta(days=1096)
"""How long a consent that was taken back is kept as proof: until claims are barred (§§ 195, 199 BGB)."""

MAX_A_DAY = 3
"""How often a day one thing may be agreed to: each time writes a mail, and a mailbox must not be flooded."""


class TooManyConsents(Exception):
    """It was agreed to several times today; nothing was changed."""


class ConsentRefused(Exception):
    """The customer's grant is restricted, or the contract is over; nothing was changed."""


class ConsentLinkExpired(Exception):
    """The link confirms nothing (any more)."""


def set_news(user: User, *, is_wanted: bool, now: dt.datetime) -> bool:
    """Order or end news for a locked login, in the caller's transaction; return whether a mail asks first.

    News are ordered only when the mailbox confirms it: nobody can order them for somebody else.

    Raises:
        TooManyConsents: when news were ordered several times today.

    """
    consent = Consent.objects.filter(kind=Consent.Kind.NEWS, user=user, revoked_at=None).first()
    if consent is not None and (not is_wanted or is_stale(consent, now=now)):
        _revoke(consent, actor=user.actor, now=now)
        consent = None
    if not is_wanted or consent is not None:
        return False
    consent = _ask(Consent.Kind.NEWS, user=user, customer=None, now=now)
    record("consent.asked", actor=user.actor, now=now, subject=str(consent))
    context = {"consent_id": consent.pk}
    enqueue(NEWS_CONFIRM, to=user.email, context=context, language=user.language, now=now)
    return True


def confirm_consent(*, token: str, now: dt.datetime) -> Consent:
    """Let a consent hold, by the link that its mailbox got.

    Args:
        token: the link's token.
        now: when, aware.

    Raises:
        ConsentLinkExpired: when the link confirms nothing (any more).

    """
    with transaction.atomic(durable=True):
        secret = lock_login_secret(OneTimeSecret.Purpose.CONSENT, token, now=now)
        consent = consent_of_secret(secret) if secret else None
        if secret is None or consent is None:
            raise ConsentLinkExpired
        use_up(secret, now=now)
        _give(consent, now=now)
    return consent


def agree_to_online_invoices(*, user: User, link: AccountLink, now: dt.datetime) -> Consent:
    """Let a customer get invoices online only, and confirm it by mail; a second click changes nothing.

    Args:
        user: the login.
        link: its grant to the customer; the caller has checked that it is the login's own.
        now: when, aware.

    Raises:
        ConsentRefused: when the grant is restricted or has ended, or the contract is over.
        TooManyConsents: when it was agreed to several times today.

    """
    with transaction.atomic(durable=True):
        customer = Customer.objects.select_for_update().get(pk=link.customer_id)
        link = AccountLink.objects.get(pk=link.pk)
        if link.ended_at or is_held(link, now=now) or customer.ended_at:
            raise ConsentRefused
        kind = Consent.Kind.ONLINE_INVOICES
        if known := Consent.objects.filter(kind=kind, customer=customer, revoked_at=None).first():
            return known
        consent = _ask(kind, user=user, customer=customer, now=now)
        _give(consent, now=now)
        _tell_customer(ONLINE_INVOICES_BEGIN, user, customer, now)
    return consent


def revoke_consent(*, user: User, consent: Consent, now: dt.datetime) -> None:
    """Take a consent back, as easily as it was given (Art. 7 (3) GDPR); a second click changes nothing.

    Args:
        user: the login.
        consent: the consent; the caller has checked that it is the login's or one of its customers'.
        now: when, aware.

    """
    with transaction.atomic(durable=True):
        locked = Consent.objects.select_for_update().filter(pk=consent.pk, revoked_at=None).first()
        if locked is None:
            return
        _revoke(locked, actor=user.actor, now=now)
        if locked.customer_id is not None:
            customer = Customer.objects.get(pk=locked.customer_id)
            _tell_customer(ONLINE_INVOICES_END, user, customer, now)


def tidy_consents(now: dt.datetime) -> int:
    """End consents that can hold no more, and delete those that prove nothing any more; return how many.

    Invoices come by post again when no login holds the customer: nobody could see them online. News that no
    mailbox confirmed in time were never wanted.
    """
    with transaction.atomic(durable=True):
        held = AccountLink.objects.filter(customer=OuterRef("customer"), ended_at=None)
        orphans = Consent.objects.filter(~Exists(held), revoked_at=None).exclude(customer=None)
        ended = list(orphans.select_for_update())
        for consent in ended:
            _revoke(consent, actor="system", now=now)
        unconfirmed = Q(given_at=None, asked_at__lte=now - CONFIRM_WITHIN)
        old = Q(revoked_at__lt=now - KEPT_AFTER_REVOCATION)
        deleted, _ = Consent.objects.filter(unconfirmed | old).delete()
    return len(ended) + deleted


def forget_consents(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Delete what a login that is forgotten agreed to for itself, in the caller's transaction.

    What it agreed to for a customer stays with the contract; ``tidy_consents`` ends it.
    """
    Consent.objects.filter(user=user, customer=None).delete()


def _ask(kind: Consent.Kind, *, user: User, customer: Customer | None, now: dt.datetime) -> Consent:
    """Insert a consent in the words of today, not given yet."""
    earlier = Consent.objects.filter(kind=kind, user=user, customer=customer)
    if earlier.filter(asked_at__gt=now - dt.timedelta(days=1)).count() >= MAX_A_DAY:
        raise TooManyConsents
    wording = WORDINGS[kind]
    return Consent.objects.create(
        kind=kind,
        user=user,
        customer=customer,
        wording_version=wording.version,
        wording=wording.text,
        asked_at=now,
    )


def _give(consent: Consent, *, now: dt.datetime) -> None:
    consent.given_at = now
    consent.save(update_fields=["given_at"])
    _record("consent.given", consent, f"user:{consent.user_id}", now)


def _revoke(consent: Consent, *, actor: str, now: dt.datetime) -> None:
    consent.revoked_at = now
    consent.save(update_fields=["revoked_at"])
    _record("consent.revoked", consent, actor, now)


def _record(action: str, consent: Consent, actor: str, now: dt.datetime) -> None:
    record(
        action,
        actor=actor,
        now=now,
        customer_id=consent.customer_id,
        subject=str(consent),
        details={"kind": consent.kind, "wording_version": consent.wording_version},
    )


def _tell_customer(kind: str, user: User, customer: Customer, now: dt.datetime) -> None:
    enqueue(
        kind,
        to=user.email,
        context={"customer_number": customer.customer_number, "name": customer.full_name},
        language=user.language,
        customer_id=customer.pk,
        now=now,
    )
