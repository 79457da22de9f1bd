"""Passkeys of a login: adding, using, renaming and removing them."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from fido2.utils import websafe_encode

from kundenportal.audit.services import record
from kundenportal.identity.areas import Area
from kundenportal.identity.factors import webauthn
from kundenportal.identity.factors.challenges import ChallengeRefused, use_up_challenge
from kundenportal.identity.factors.recovery_codes import prepare_first_codes, store_codes
from kundenportal.identity.factors.webauthn import Answer, PasskeyRefused
from kundenportal.identity.models import Passkey, User
from kundenportal.identity.security_events import report_security_event
from kundenportal.identity.sessions import end_sessions
from kundenportal.identity.throttle import Limit, allow_all, network_of

MAX_PASSKEYS = 20
"""How many passkeys a login may have; a household has a handful of devices."""

_PER_NETWORK, _WINDOW = 60, dt.timedelta(minutes=1)


class TooManyPasskeys(Exception):
    """The login has as many passkeys as it may have."""


class TooManyPasskeyTries(Exception):
    """Too many answers from one place within a minute; none is looked at."""


def options_to_add(user: User, *, now: dt.datetime) -> dict[str, Any]:
    """Return what the browser of a login needs to make a passkey, as plain JSON values."""
    return webauthn.creation_options(
        area=user.area,
        user_handle=user.public_id.encode(),
        account=user.email,
        known=_credentials_of(user),
        subject=_adding(user),
        now=now,
    )


def options_to_sign_in(area: Area, *, now: dt.datetime) -> dict[str, Any]:
    """Return what a browser needs to sign in with whatever passkey it holds, as plain JSON values."""
    return webauthn.request_options(area=area, known=(), subject=_signing_in(area), now=now)


def options_to_confirm(user: User, *, now: dt.datetime) -> dict[str, Any]:
    """Return what a browser needs to prove that it is this login's, as plain JSON values."""
    return webauthn.request_options(
        area=user.area, known=_credentials_of(user), subject=_confirming(user), now=now
    )


def add_passkey(
    user: User, *, credential: str, name: str, session_key: str | None, device: str, now: dt.datetime
) -> list[str]:
    """Add the passkey that a browser just made, and tell everybody who must know (ux.md M6).

    All other sessions of the login end (ASVS 7.4.3).

    Args:
        user: the login.
        credential: the browser's answer to ``options_to_add`` as JSON.
        name: what its owner calls it.
        session_key: the session that goes on.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Returns:
        New recovery codes when it is the login's first factor, else none; they are kept nowhere.

    Raises:
        TooManyPasskeys: when the login has enough of them.
        PasskeyRefused: when the answer is wrong, was sent before, or the credential is somebody's already.

    """
    answer = read_new_passkey(user, credential, now=now)
    first_codes = prepare_first_codes(user)
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        if user.passkeys.count() >= MAX_PASSKEYS:
            raise TooManyPasskeys
        store_passkey(user, answer, name=name, now=now)
        codes = store_codes(user, first_codes, now=now)
        end_sessions(user, except_key=session_key)
        report_security_event(
            "factor_added", user=user, device=device, context={"factor": "passkey"}, now=now
        )
    return codes


def read_new_passkey(user: User, credential: str, *, now: dt.datetime) -> Answer:
    """Check the passkey that a browser just made for a login.

    Raises:
        PasskeyRefused: when the answer is wrong.

    """
    return webauthn.read_new_credential(credential, area=user.area, subject=_adding(user), now=now)


def store_passkey(user: User, answer: Answer, *, name: str, now: dt.datetime) -> None:
    """Give a login the passkey of a checked answer, in the caller's transaction.

    Raises:
        PasskeyRefused: when the answer was sent before, or the credential is somebody's already.

    """
    _use_up(answer, now)
    try:
        with transaction.atomic():
            Passkey.objects.create(
                user=user,
                credential_id=websafe_encode(answer.credential.credential_id),
                credential=bytes(answer.credential),
                sign_count=answer.sign_count,
                name=name,
                created_at=now,
            )
    except IntegrityError:
        raise PasskeyRefused from None


def sign_in_with_passkey(*, area: Area, credential: str, address: str, now: dt.datetime) -> User:
    """Return the login whose passkey answered; that is a complete sign-in, for it saw finger, face or PIN.

    Args:
        area: the site; a passkey of the other one signs nobody in.
        credential: the browser's answer to ``options_to_sign_in`` as JSON.
        address: the client's address.
        now: when, aware.

    Raises:
        TooManyPasskeyTries: before anything is looked at.
        PasskeyRefused: when the answer is wrong, was sent before, or the login is not active.

    """
    if not allow_all([Limit("passkey-network", network_of(address), _PER_NETWORK, _WINDOW)], now=now):
        raise TooManyPasskeyTries
    whose = Q(user__is_active=True, user__is_staff=area is Area.STAFF)
    passkey = _find(credential, whose)
    _use(passkey, credential, subject=_signing_in(area), action="sign_in.succeeded", now=now)
    return passkey.user


def check_own_passkey(user: User, *, credential: str, now: dt.datetime) -> None:
    """Check that a browser holds a passkey of this login, as a second step or before a sensitive act.

    Args:
        user: the login.
        credential: the browser's answer to ``options_to_confirm`` as JSON.
        now: when, aware.

    Raises:
        PasskeyRefused: when the answer is wrong, was sent before, or is another login's.

    """
    passkey = _find(credential, Q(user=user))
    _use(passkey, credential, subject=_confirming(user), action="passkey.confirmed", now=now)


def rename_passkey(passkey: Passkey, *, name: str, now: dt.datetime) -> None:
    """Give a passkey another name."""
    with transaction.atomic(durable=True):
        Passkey.objects.filter(pk=passkey.pk).update(name=name)
        record(
            "passkey.renamed",
            actor=passkey.user.actor,
            subject=f"passkey:{passkey.public_id}",
            now=now,
        )


def _find(credential: str, whose: Q) -> Passkey:
    found = Passkey.objects.select_related("user").filter(
        whose, credential_id=webauthn.credential_id_of(credential)
    )
    passkey = found.first()
    if passkey is None:
        raise PasskeyRefused
    return passkey


def _use(passkey: Passkey, credential: str, *, subject: str, action: str, now: dt.datetime) -> None:
    """Check an answer and take it, with the count of signatures that tells a copied passkey."""
    answer = webauthn.read_assertion(
        credential, bytes(passkey.credential), area=passkey.user.area, subject=subject, now=now
    )
    with transaction.atomic(durable=True):
        _use_up(answer, now)
        # Either both say 0, or each count is greater than the one before (WebAuthn level 3, 6.1.1).
        is_newer = Q(sign_count__lt=answer.sign_count) if answer.sign_count else Q(sign_count=0)
        used = Passkey.objects.filter(is_newer, pk=passkey.pk)
        if not used.update(sign_count=answer.sign_count, last_used_at=now):
            raise PasskeyRefused
        record(action, actor=passkey.user.actor, subject=f"passkey:{passkey.public_id}", now=now)


def _use_up(answer: Answer, now: dt.datetime) -> None:
    try:
        use_up_challenge(answer.challenge, now=now)
    except ChallengeRefused:
        raise PasskeyRefused from None


def _credentials_of(user: User) -> list[bytes]:
    return [bytes(each) for each in user.passkeys.order_by("id").values_list("credential", flat=True)]


def _signing_in(area: Area) -> str:
    """Return the subject of challenges on a sign-in page, which belong to nobody yet."""
    return f"sign-in:{area.value}"


def _adding(user: User) -> str:
    return f"add:{user.pk}"


def _confirming(user: User) -> str:
    return f"confirm:{user.pk}"
