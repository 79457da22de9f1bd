"""Preparing a browser for a cellar without reception, and taking in what it hands in later (ux.md C5)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.cellar.mails import READINGS_WAITING
from kundenportal.cellar.models import PreparedDevice, WaitingReadings
from kundenportal.cellar.selectors import PURPOSE, still_waiting
from kundenportal.customers.models import Premise
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.linking.models import AccountLink
from kundenportal.mailing.services import enqueue

GOOD_FOR = dt.timedelta(days=30)
"""How long a browser may hand in after it was prepared; each visit of the entry page begins it anew."""

WAITS_FOR = dt.timedelta(days=42)
"""How long readings wait for a word: as old as a reading may be."""


class NoSuchDevice(Exception):
    """The login has prepared no browser of this id."""


@transaction.atomic(durable=True)
def prepare_device(
    *, user: User, premise: Premise, browser: str, label: str, now: dt.datetime, renews: bool = False
) -> str:
    """Let a browser hand in readings of one premise for 30 days, and return its token, which is kept nowhere.

    The same browser prepared again gets a new token, which ends the one before.

    Args:
        user: the login; the caller has checked that it may see the premise.
        premise: the place of consumption.
        browser: what the browser calls itself, a random id that it keeps.
        label: what it is, for the list of devices.
        now: when, aware.
        renews: whether it must have been prepared before: who ended it means it.

    Raises:
        NoSuchDevice: when it was not prepared, or was ended, and shall only be renewed.

    """
    # Two tabs at once prepare one after the other; else the later would find nothing to renew.
    User.objects.select_for_update().get(pk=user.pk)
    deleted, _ = PreparedDevice.objects.filter(secret__subject=_subject(user, premise, browser)).delete()
    if renews and not deleted:
        raise NoSuchDevice
    secret, token = issue_token(
        PURPOSE, subject=_subject(user, premise, browser), lifetime=GOOD_FOR, now=now, user=user
    )
    device = PreparedDevice.objects.create(
        secret=secret, user=user, premise=premise, label=label, prepared_at=now
    )
    if not renews:
        record(
            "cellar.prepared",
            actor=user.actor,
            now=now,
            customer_id=premise.customer_id,
            subject=f"device:{device.public_id}",
        )
    return token


@transaction.atomic(durable=True)
def end_prepared_device(user: User, public_id: str, *, now: dt.datetime) -> PreparedDevice:
    """Take from a browser that it may hand in readings, and return what it was.

    Raises:
        NoSuchDevice: when the login has none of this id; nobody can tell whether another has.

    """
    device = PreparedDevice.objects.select_related("premise").filter(user=user, public_id=public_id).first()
    if device is None:
        raise NoSuchDevice
    # The row goes with its secret.
    OneTimeSecret.objects.filter(pk=device.secret_id).delete()
    record(
        "cellar.ended",
        actor=user.actor,
        now=now,
        customer_id=device.premise.customer_id,
        subject=f"device:{public_id}",
    )
    return device


@transaction.atomic(durable=True)
def let_wait(device: PreparedDevice, *, key: str, typed: Mapping[str, str], now: dt.datetime) -> None:
    """Keep what a browser handed in until a person looks at it, and tell whom it waits for.

    The same key a second time changes nothing.

    Args:
        device: the prepared browser.
        key: the id that the browser gave these readings.
        typed: what stood in the fields, by their names on the entry page.
        now: when, aware.

    """
    waiting, is_new = WaitingReadings.objects.get_or_create(
        key=key,
        defaults={
            "user": device.user,
            "premise": device.premise,
            "typed": dict(typed),
            "received_at": now,
        },
    )
    if is_new:
        record(
            "cellar.waiting",
            actor=device.user.actor,
            now=now,
            customer_id=device.premise.customer_id,
            subject=f"device:{device.public_id}",
        )
        enqueue(
            READINGS_WAITING,
            to=device.user.email,
            context={"waiting": waiting.pk},
            now=now,
            language=device.user.language,
            customer_id=device.premise.customer_id,
        )


def move_waiting(link: AccountLink, user: User, until: dt.datetime) -> None:
    """Let what waits go along when linking moves a grant to another login, in the caller's transaction.

    What is settled stays: its settling was the doing of the login before.
    """
    waiting = still_waiting().filter(user=link.user, premise__customer=link.customer, received_at__lte=until)
    waiting.update(user=user)


def forget_waiting(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Forget what waits for a login that is dissolved, in the caller's transaction."""
    WaitingReadings.objects.filter(user=user).delete()


def delete_old_waiting(now: dt.datetime) -> int:
    """Delete readings that waited in vain or were settled long ago, and return how many."""
    deleted, _ = WaitingReadings.objects.filter(received_at__lt=now - WAITS_FOR).delete()
    return deleted


def _subject(user: User, premise: Premise, browser: str) -> str:
    return f"cellar:{user.pk}:{premise.pk}:{browser}"
