"""Lifting the restriction of a new grant by the code of a letter (security.md A1, A4)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.references import canonical_code
from kundenportal.identity.models import User
from kundenportal.identity.one_time_secrets import use_up
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.throttle import Limit, allow_all, give_back
from kundenportal.linking.addressees import letter_of, may_get_letter
from kundenportal.linking.models import AccountLink, ActivationLetter
from kundenportal.linking.services.linking import A_DAY, LetterCodeWrong, TooManyLinkTries
from kundenportal.linking.services.unlinking import LinkMissing


def link_to_unlock(user: User, link_id: str) -> AccountLink | None:
    """Return a grant of the login that waits for the code of a letter, or None."""
    links = AccountLink.objects.select_related("customer").filter(user=user, ended_at=None)
    return links.filter(public_id=link_id, awaits_letter=True).first()


def unlock_account(*, user: User, link_id: str, letter_code: str, now: dt.datetime) -> AccountLink:
    """Lift the restriction of a grant: who holds the letter lives where the customer does.

    Args:
        user: the login.
        link_id: the grant's public id.
        letter_code: as typed.
        now: when, aware.

    Raises:
        LinkMissing: when the login has no such grant that waits.
        TooManyLinkTries: beyond five wrong codes a day.
        LetterCodeWrong: when the code is wrong or ran out.

    """
    link = link_to_unlock(user, link_id)
    if link is None:
        raise LinkMissing
    limits = [Limit("unlock", str(link.pk), A_DAY, dt.timedelta(days=1))]
    if not allow_all(limits, now=now):
        raise TooManyLinkTries
    letter = letter_of(link, now=now)
    secret = letter.secret if letter else None
    if not password_matches(canonical_code(letter_code), secret.digest if secret else None):
        raise LetterCodeWrong
    with transaction.atomic(durable=True):
        give_back(limits, now=now)
        if secret is not None:
            use_up(secret, now=now)
        link.awaits_letter, link.proof = False, AccountLink.Proof.LETTER
        link.save(update_fields=["awaits_letter", "proof"])
        record(
            "link.unlocked",
            actor=user.actor,
            customer_id=link.customer.pk,
            subject=f"link:{link.pk}",
            now=now,
        )
    return link


def request_unlock_letter(*, user: User, link_id: str, now: dt.datetime) -> None:
    """Ask for another letter after the code of the last one ran out; asking twice is asking once.

    Raises:
        LinkMissing: when the login has no such grant that waits.

    """
    with transaction.atomic(durable=True):
        link = link_to_unlock(user, link_id)
        if link is None:
            raise LinkMissing
        AccountLink.objects.select_for_update().get(pk=link.pk)
        if letter_of(link, now=now) is None and may_get_letter(link.customer, now=now):
            ActivationLetter.objects.create(customer=link.customer, account_link=link, created_at=now)
            record("letter.requested", actor=user.actor, customer_id=link.customer.pk, now=now)
