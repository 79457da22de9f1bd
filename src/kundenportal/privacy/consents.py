"""What somebody agreed to; questions only, nothing is written."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from kundenportal.customers.models import Customer
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import open_secret
from kundenportal.privacy.models import Consent

CONFIRM_WITHIN = dt.timedelta(days=7)
"""How long the mailbox may take to confirm that it wants news."""

_SUBJECT = "consent:"


def news_consent(user: User, *, now: dt.datetime) -> Consent | None:
    """Return the consent to news of a login, given or waiting for its mailbox, or None."""
    consent = Consent.objects.filter(kind=Consent.Kind.NEWS, user=user, revoked_at=None).first()
    return None if consent is None or is_stale(consent, now=now) else consent


def is_stale(consent: Consent, *, now: dt.datetime) -> bool:
    """Tell whether a consent was asked for, and its mailbox did not confirm it in time."""
    return consent.given_at is None and now >= consent.asked_at + CONFIRM_WITHIN


def online_invoices(customers: Iterable[Customer]) -> dict[int, Consent]:
    """Return the consents to get invoices online only, by customer; one query."""
    consents = given().filter(kind=Consent.Kind.ONLINE_INVOICES, customer__in=list(customers))
    return {consent.customer_id: consent for consent in consents if consent.customer_id is not None}


def has_online_invoices(customer_id: int | None) -> bool:
    """Tell whether a customer gets invoices online only."""
    return given().filter(kind=Consent.Kind.ONLINE_INVOICES, customer=customer_id).exists()


def given() -> QuerySet[Consent]:
    """Return the consents that hold."""
    return Consent.objects.filter(revoked_at=None).exclude(given_at=None)


def consents_of(user: User, customers: Iterable[Customer]) -> list[Consent]:
    """Return what a login ever agreed to, and what holds for its customers, the newest first; one query."""
    concerned = Q(user=user) | Q(customer__in=list(customers), revoked_at=None)
    consents = Consent.objects.filter(concerned).exclude(given_at=None).select_related("customer")
    return list(consents.order_by("-given_at", "-pk"))


def secret_subject(consent: Consent) -> str:
    """Return what the link that confirms a consent is bound to."""
    return f"{_SUBJECT}{consent.pk}"


def consent_to_confirm(token: str, *, now: dt.datetime) -> Consent | None:
    """Return the consent that a link may still confirm, or None. Looking changes nothing."""
    secret = open_secret(OneTimeSecret.Purpose.CONSENT, token, now=now)
    return consent_of_secret(secret) if secret else None


def consent_of_secret(secret: OneTimeSecret) -> Consent | None:
    """Return the consent of a link while it waits and its login exists."""
    consent_id = int(secret.subject.removeprefix(_SUBJECT))
    return Consent.objects.filter(pk=consent_id, given_at=None, revoked_at=None, user__is_active=True).first()
