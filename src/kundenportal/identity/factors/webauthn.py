"""The WebAuthn ceremonies, as fido2 checks them: what a browser is asked, and whether its answer is right."""

import datetime as dt
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kundenportal.identity.areas import Area
from kundenportal.identity.factors.challenges import ChallengeRefused, check_challenge, make_challenge

MAX_LENGTH = 20_000
"""How many characters a browser's answer may have; real ones have about one to two thousand."""

_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    NotImplementedError,
    struct.error,
)
"""What fido2 raises when an answer is no answer."""

_VERIFIED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Exception):
    """The browser's answer is malformed, for something else, answered before, or signed by nobody we know."""


@dataclass(frozen=True)
class Answer:
    """An answer whose signature is right.

    Attributes:
        credential: the credential that signed.
        challenge: the challenge it signed; it must be used up with what the answer is for.
        sign_count: how often the credential says it has signed; 0 when it does not count.

    """

    credential: AttestedCredentialData
    challenge: bytes
    sign_count: int


def creation_options(
    *, area: Area, user_handle: bytes, account: str, known: Iterable[bytes], subject: str, now: dt.datetime
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, as plain JSON values.

    Args:
        area: the site it will sign in to.
        user_handle: what the passkey will say whose it is.
        account: whose it is, as the device shows it.
        known: the credentials the login has; a device that holds one of them makes no second.
        subject: what the challenge is for.
        now: when, aware.

    """
    options, _ = _server(area).register_begin(
        PublicKeyCredentialUserEntity(id=user_handle, name=account, display_name=account),
        credentials=[AttestedCredentialData(each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
        challenge=make_challenge(subject, now=now),
    )
    return _plain(options)


def request_options(*, area: Area, known: Iterable[bytes], subject: str, now: dt.datetime) -> dict[str, Any]:
    """Return what a browser needs to use a passkey, as plain JSON values.

    Args:
        area: the site it signs in to.
        known: the credentials that may answer; none when any may.
        subject: what the challenge is for.
        now: when, aware.

    """
    options, _ = _server(area).authenticate_begin(
        [AttestedCredentialData(each) for each in known] or None,
        user_verification=_VERIFIED,
        challenge=make_challenge(subject, now=now),
    )
    return _plain(options)


def read_new_credential(text: str, *, area: Area, subject: str, now: dt.datetime) -> Answer:
    """Check a browser's answer to ``creation_options`` and return the new credential.

    Args:
        text: the answer as it was sent: JSON, if it is anything.
        area: the site it was sent to.
        subject: what its challenge was for.
        now: when, aware.

    Raises:
        PasskeyRefused: when anything about it is wrong.

    """
    try:
        response = RegistrationResponse.from_dict(_parse(text))
        challenge = response.response.client_data.challenge
        check_challenge(challenge, subject, now=now)
        found = _server(area).register_complete(_state(challenge), response)
    except (*_MALFORMED, ChallengeRefused):
        raise PasskeyRefused from None
    if found.credential_data is None:
        raise PasskeyRefused
    return Answer(found.credential_data, challenge, found.counter)


def credential_id_of(text: str) -> str:
    """Return which credential a browser says has signed; nothing is checked yet.

    Raises:
        PasskeyRefused: when the answer is malformed.

    """
    try:
        return websafe_encode(AuthenticationResponse.from_dict(_parse(text)).raw_id)
    except _MALFORMED:
        raise PasskeyRefused from None


def read_assertion(text: str, credential: bytes, *, area: Area, subject: str, now: dt.datetime) -> Answer:
    """Check a browser's answer to ``request_options``: challenge, origin, signature, and who was seen.

    Args:
        text: the answer as JSON.
        credential: the stored credential that is said to have signed.
        area: the site it signs in to.
        subject: what the challenge must be for.
        now: when, aware.

    Raises:
        PasskeyRefused: when anything about it is wrong.

    """
    try:
        response = AuthenticationResponse.from_dict(_parse(text))
        challenge = response.response.client_data.challenge
        check_challenge(challenge, subject, now=now)
        stored = AttestedCredentialData(credential)
        used = _server(area).authenticate_complete(_state(challenge), [stored], response)
    except (*_MALFORMED, ChallengeRefused):
        raise PasskeyRefused from None
    return Answer(used, challenge, response.response.authenticator_data.counter)


def _server(area: Area) -> Fido2Server:
    """Return the library's server for the host of a site; only its very origin is believed."""
    party = PublicKeyCredentialRpEntity(id=urlsplit(area.origin).hostname, name=settings.UTILITY.name)
    return Fido2Server(party, verify_origin=partial(str.__eq__, area.origin))


def _state(challenge: bytes) -> dict[str, Any]:
    """Return what fido2 wants to remember of a ceremony; our challenges are known again without that."""
    return {"challenge": websafe_encode(challenge), "user_verification": _VERIFIED}


def _parse(text: str) -> dict[str, Any]:
    if len(text) > MAX_LENGTH:
        raise ValueError("too long")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def _plain(options: Any) -> dict[str, Any]:
    """Return options as JSON values, with the names that browsers know."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(options), default=dict))
    return plain
