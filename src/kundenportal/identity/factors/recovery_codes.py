"""Recovery codes: ten codes on paper, each good once, for the day the other factor is lost."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction

from kundenportal.core.references import CROCKFORD, canonical_code, new_code
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.models import RecoveryCode, User
from kundenportal.identity.password_hashing import hash_password, password_matches
from kundenportal.identity.security_events import report_security_event

COUNT = 10
LENGTH = 15
"""Characters of a code: the first tells the codes apart, the others are 70 bits of chance."""

GROUP = 5


class NoFactorYet(Exception):
    """The login has no second factor, so that recovery codes would be a second password."""


class WrongRecoveryCode(Exception):
    """The code is none of the login's, or was used before."""


@dataclass(frozen=True)
class NewCode:
    """A code before it is stored: as its owner will read it, and the hash of all but its first character.

    It holds less than 112 bits, so it is hashed like a password (ASVS 6.5.2).
    """

    plain: str
    digest: str


def prepare_codes() -> list[NewCode]:
    """Return new codes, each beginning with another character; too slow to run inside a transaction."""
    marks = secrets.SystemRandom().sample(CROCKFORD, COUNT)
    codes = [mark + new_code(LENGTH - 1) for mark in marks]
    return [NewCode(code, hash_password(code[1:])) for code in codes]


def prepare_first_codes(user: User) -> list[NewCode]:
    """Return new codes for a login that gets its first factor, else none.

    Who works here gets none: a colleague's new link stands in for a lost device.
    """
    if user.is_staff:
        return []
    has_some = RecoveryCode.objects.filter(user=user, used_at=None).exists()
    return [] if has_some else prepare_codes()


def store_codes(user: User, codes: list[NewCode], *, now: dt.datetime) -> list[str]:
    """Store codes in the caller's transaction and return them; the earlier ones are good for nothing more."""
    if codes:
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, mark=code.plain[0], digest=code.digest, created_at=now) for code in codes
        )
    return [code.plain for code in codes]


def code_in_groups(code: str) -> str:
    """Return a code as it is printed, such as ``7KQ2M-9XW4T-0B3FH``."""
    return "-".join(code[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def renew_recovery_codes(user: User, *, device: str, now: dt.datetime) -> list[str]:
    """Give a login new codes, tell everybody who must know, and return the codes; they are kept nowhere.

    Args:
        user: the login.
        device: what the browser says it is, for the mail.
        now: when, aware.

    Raises:
        NoFactorYet: when the login has no factor that the codes could stand in for.

    """
    prepared = prepare_codes()
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        if not has_second_factor(user):
            raise NoFactorYet
        codes = store_codes(user, prepared, now=now)
        report_security_event(
            "factor_added", user=user, device=device, context={"factor": "recovery_codes"}, now=now
        )
    return codes


def fitting_recovery_code(user: User, typed: str) -> RecoveryCode | None:
    """Return the unused code that was typed, or None; exactly one hash is computed."""
    code = canonical_code(typed)
    row = RecoveryCode.objects.filter(user=user, mark=code[:1], used_at=None).first()
    return row if password_matches(code[1:], row.digest if row else None) else None


def take_recovery_code(code: RecoveryCode, *, device: str, now: dt.datetime) -> None:
    """Take a fitting code, in the caller's transaction, and tell everybody who must know how many are left.

    Raises:
        WrongRecoveryCode: when it was taken meanwhile.

    """
    if not RecoveryCode.objects.filter(pk=code.pk, used_at=None).update(used_at=now):
        raise WrongRecoveryCode
    left = RecoveryCode.objects.filter(user=code.user, used_at=None).count()
    report_security_event(
        "recovery_code_used", user=code.user, device=device, context={"codes_left": left}, now=now
    )
