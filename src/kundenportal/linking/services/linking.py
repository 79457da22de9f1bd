"""Linking a further customer account to a login (guide lines 60 to 73; ux.md K1; product.md ruling 6)."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.core.email_addresses import mask_email
from kundenportal.core.meter_numbers import meter_number_key
from kundenportal.core.references import canonical_code
from kundenportal.customers.models import Customer
from kundenportal.identity.failure_streaks import (
    FREE_TRIES,
    count_failures,
    forget_failures,
    streak_of_login,
)
from kundenportal.identity.models import User
from kundenportal.identity.one_time_secrets import use_up
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.security_events import addresses_of, report_security_event, tell_security_event
from kundenportal.identity.throttle import Limit, allow_all, count_one, give_back
from kundenportal.linking.addressees import letter_of, may_get_letter
from kundenportal.linking.grants import grant_access
from kundenportal.linking.holds import may_link_further
from kundenportal.linking.link_requests import LinkStep, open_link_request, step_of
from kundenportal.linking.models import AccountLink, ActivationLetter, LinkRequest, LoginMerge
from kundenportal.linking.registrations import has_active_meter
from kundenportal.linking.selectors import holder_of
from kundenportal.linking.services.errors import AccessHeld, LinkExpired
from kundenportal.linking.services.merging import LoginChanged, absorb_login, lock_logins

A_DAY = 5
"""How many wrong pairs, passwords or codes a day allows: per login, per number and per meter (ruling 6)."""

_DAY = dt.timedelta(days=1)


class AlreadyLinked(Exception):
    """The login holds the number already."""


class OwnAccount(AlreadyLinked):
    """The number is the only one the login holds."""


class PairRefused(Exception):
    """Customer number and meter number do not fit, or there is no such number; the try is counted."""


class TooManyLinkTries(Exception):
    """Too many wrong tries today; nothing was looked at."""


class OtherPasswordWrong(Exception):
    """The password is not that of the other login; the try is counted."""


class LetterCodeWrong(Exception):
    """The code is not that of the letter; the try is counted."""


def request_link(*, user: User, customer_number: str, meter_number: str, now: dt.datetime) -> LinkRequest:
    """Note that a login may link a customer whose meter it named; nothing is linked so far.

    Wrong pairs count alike whether or not there is such a number or meter.

    Args:
        user: the login.
        customer_number: the canonical number.
        meter_number: as typed.
        now: when, aware.

    Raises:
        AlreadyLinked: when the login holds the number; its subclass ``OwnAccount`` when it holds no other.
        AccessHeld: when all the login holds is restricted.
        TooManyLinkTries: beyond five wrong pairs a day of this login, this number or this meter.
        PairRefused: when the pair is wrong.

    """
    own = AccountLink.objects.filter(user=user, ended_at=None)
    numbers = list(own.values_list("customer__customer_number", flat=True))
    if customer_number in numbers:
        raise OwnAccount if len(numbers) == 1 else AlreadyLinked
    if not may_link_further(user, now=now):
        raise AccessHeld
    limits = [
        Limit("link", str(user.pk), A_DAY, _DAY),
        Limit("link-number", customer_number, A_DAY, _DAY),
        Limit("link-meter", meter_number_key(meter_number), A_DAY, _DAY),
    ]
    if not allow_all(limits, now=now):
        raise TooManyLinkTries
    if not has_active_meter(customer_number, meter_number, now=now):
        raise PairRefused
    with transaction.atomic(durable=True):
        give_back(limits, now=now)
        customer = Customer.objects.get(customer_number=customer_number)
        request = LinkRequest.objects.create(user=user, customer=customer, created_at=now)
        record("link.requested", actor=user.actor, customer_id=customer.pk, now=now)
    return request


def link_account(
    *, user: User, request_id: str, password: str = "", letter_code: str = "", now: dt.datetime
) -> Customer:
    """Link the customer of a request to the login; a registered one brings the whole login it has.

    Args:
        user: the login.
        request_id: the request's public id.
        password: that of the login which holds the customer, when there is one.
        letter_code: as typed, where only a letter proves enough.
        now: when, aware.

    Raises:
        LinkExpired: when there is no such request of this login (any more).
        AccessHeld: when a grant of either side is restricted.
        StrongerLogin: when the other login has a second factor.
        TooManyLinkTries: beyond five wrong passwords or codes a day.
        OtherPasswordWrong: when the password is wrong.
        LetterCodeWrong: when the code is wrong or ran out.
        LoginChanged: when something came in between; nothing happened, trying again helps.

    """
    request = open_link_request(user, request_id, now=now)
    if request is None:
        raise LinkExpired
    if not may_link_further(user, now=now):
        raise AccessHeld
    step, holder = step_of(request), holder_of(request.customer)
    if holder == user:
        # The same request was confirmed in the meantime.
        raise LinkExpired
    if holder is not None:
        try:
            _check_password(user, holder, password, now)
        except (OtherPasswordWrong, TooManyLinkTries):
            _count_guess(user, holder, now)
            raise
    elif step is LinkStep.LETTER:
        _check_code(request, letter_code, now)
    with transaction.atomic(durable=True):
        _use_up(request, now)
        if holder is not None:
            absorb_login(user, holder, way=LoginMerge.Way.NUMBER, now=now)
        else:
            _grant(request, user, step, now)
    return request.customer


def request_link_letter(*, user: User, request_id: str, now: dt.datetime) -> None:
    """Ask for the code of a letter to the customer's known address; asking twice is asking once.

    Raises:
        LinkExpired: when there is no such request of this login (any more), or it needs no letter.

    """
    with transaction.atomic(durable=True):
        request = open_link_request(user, request_id, now=now)
        if request is None or step_of(request) is not LinkStep.LETTER:
            raise LinkExpired
        LinkRequest.objects.select_for_update().get(pk=request.pk)
        if letter_of(request, now=now) is None and may_get_letter(request.customer, now=now):
            ActivationLetter.objects.create(customer=request.customer, link_request=request, created_at=now)
            record("letter.requested", actor=user.actor, customer_id=request.customer.pk, now=now)


def _check_password(user: User, holder: User, password: str, now: dt.datetime) -> None:
    limits = [
        Limit("link-password-by", str(user.pk), A_DAY, _DAY),
        Limit("link-password", str(holder.pk), A_DAY, _DAY),
    ]
    if not allow_all(limits, now=now):
        raise TooManyLinkTries
    # It is the other login's door, so its failures count as they do at the sign-in.
    streaks = [streak_of_login(holder)]
    if not count_failures(streaks, free=FREE_TRIES, now=now):
        raise TooManyLinkTries
    if not password_matches(password, holder.password):
        raise OtherPasswordWrong
    give_back(limits, now=now)
    forget_failures(streaks)


def _count_guess(user: User, holder: User, now: dt.datetime) -> None:
    """Count a refused try to take a login in, and tell its owner of the fifth: once a day."""
    with transaction.atomic(durable=True):
        if count_one(Limit("link-password-refused", str(holder.pk), A_DAY, _DAY), now=now) != A_DAY:
            return
        event = tell_security_event(
            "link_password_guessed",
            user=holder,
            addresses=addresses_of(holder, now=now),
            context={"device": ""},
            now=now,
        )
        record(
            "security.link_password_guessed",
            actor=user.actor,
            subject=f"security-event:{event.pk}",
            now=now,
        )


def _check_code(request: LinkRequest, letter_code: str, now: dt.datetime) -> None:
    limits = [Limit("link-letter", str(request.pk), A_DAY, _DAY)]
    if not allow_all(limits, now=now):
        raise TooManyLinkTries
    letter = letter_of(request, now=now)
    digest = letter.secret.digest if letter and letter.secret else None
    if not password_matches(canonical_code(letter_code), digest):
        raise LetterCodeWrong
    give_back(limits, now=now)


def _use_up(request: LinkRequest, now: dt.datetime) -> None:
    if not LinkRequest.objects.filter(pk=request.pk, completed_at=None).update(completed_at=now):
        raise LinkExpired


def _grant(request: LinkRequest, user: User, step: LinkStep, now: dt.datetime) -> None:
    """Give a login a customer that nobody holds, and tell its addresses."""
    (locked,) = lock_logins(user)
    customer = Customer.objects.select_for_update().get(pk=request.customer.pk)
    if not locked.is_active or customer.ended_at is not None:
        raise LinkExpired
    if holder_of(customer) is not None:
        raise LoginChanged
    # Told before it is granted: the customer's own contact address gets a mail of another kind.
    report_security_event(
        "accounts_linked",
        user=locked,
        context={
            "link_request_id": request.pk,
            "customer_numbers": [customer.customer_number],
            "masked_email": mask_email(locked.email),
        },
        now=now,
    )
    proof = AccountLink.Proof.LETTER if step is LinkStep.LETTER else AccountLink.Proof.METER
    request.account_link = grant_access(locked, customer, proof=proof, now=now)
    request.save(update_fields=["account_link"])
    record(
        "link.granted",
        actor=locked.actor,
        customer_id=customer.pk,
        subject=f"link:{request.account_link.pk}",
        now=now,
    )
    letter = letter_of(request, now=now)
    if letter is not None and letter.secret is not None:
        use_up(letter.secret, now=now)
