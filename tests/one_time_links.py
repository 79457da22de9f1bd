"""One link of every kind a mail holds, made as at the moment the mail is sent."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from kundenportal.customers.models import Customer
from kundenportal.identity.models import EmailChange, OneTimeSecret, SecurityEvent, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.linking.models import AccountLink, LoginMerge, Registration
from kundenportal.linking.services.merging import absorb_login
from kundenportal.linking.undo_links import UndoKind, issue_undo_token
from kundenportal.mailing.kinds import kind_named
from kundenportal.privacy.models import Consent
from tests.banking import STOP, send_bank_change
from tests.make import NOW, Household, make_consent, make_customer, make_user

NEW_PASSWORD = "Regal Mond Kutsche Quark"
NEW_PASSWORD_FIELDS = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class MailedLink:
    """An address that opens something once, and the form its page sends."""

    path: str
    fields: dict[str, str]


def registration_link(customer: Customer) -> MailedLink:
    """Return the link of a registration whose number, name and address equal the master data."""
    registration = Registration.objects.create(
        customer_number=customer.customer_number,
        name=customer.full_name,
        email=customer.contact_email,
        created_at=NOW,
        status="mailed",
    )
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    with transaction.atomic():
        token = prepare({"registration_id": registration.pk}, NOW)["token"]
    return MailedLink(f"/passwort-festlegen/{token}/", NEW_PASSWORD_FIELDS)


def _token(purpose: OneTimeSecret.Purpose, subject: str, lifetime: dt.timedelta, user: User | None) -> str:
    with transaction.atomic():
        return issue_token(purpose, subject=subject, lifetime=lifetime, user=user, now=NOW)[1]


def reset_link(user: User) -> MailedLink:
    """Return the link that sets a forgotten password anew."""
    token = _token(OneTimeSecret.Purpose.PASSWORD_RESET, f"user:{user.pk}", HOUR, user)
    return MailedLink(f"/passwort-neu/{token}/", NEW_PASSWORD_FIELDS)


def sign_in_link(user: User) -> MailedLink:
    """Return the link that signs in."""
    token = _token(OneTimeSecret.Purpose.SIGN_IN, f"user:{user.pk}:1", HOUR, user)
    return MailedLink(f"/anmelden/link/{token}/", {})


def email_link(user: User) -> MailedLink:
    """Return the link that confirms a new address."""
    change = EmailChange.objects.create(
        user=user, old_email=user.email, new_email="neu@beispiel.de", requested_at=NOW
    )
    token = _token(OneTimeSecret.Purpose.EMAIL_CHANGE, f"email-change:{change.pk}", DAY, user)
    return MailedLink(f"/email-bestaetigen/{token}/", {})


def consent_link(user: User) -> MailedLink:
    """Return the link that confirms that a mailbox wants news."""
    consent = make_consent(user, kind=Consent.Kind.NEWS, given_at=None)
    token = _token(OneTimeSecret.Purpose.CONSENT, f"consent:{consent.pk}", 7 * DAY, user)
    return MailedLink(f"/einwilligung-bestaetigen/{token}/", {})


def disavowal_link(user: User) -> MailedLink:
    """Return the link "Das war ich nicht" of a mail about a new device."""
    event = SecurityEvent.objects.create(user=user, kind="new_device", created_at=NOW)
    token = _token(OneTimeSecret.Purpose.DISAVOWAL, f"security-event:{event.pk}:0", 10 * DAY, None)
    return MailedLink(f"/das-war-ich-nicht/{token}/", {})


def stop_link(household: Household) -> MailedLink:
    """Return the link that stops a change of the bank account, which is sent."""
    change = send_bank_change(household, key="stop-link")
    token = _token(OneTimeSecret.Purpose.CHANGE_STOP, f"bank-change:{change.pk}:0", 30 * DAY, None)
    return MailedLink(f"{STOP}{token}/", {})


def withdrawal_link(user: User) -> MailedLink:
    """Return the link by which a contact address withdraws a new access."""
    link = AccountLink.objects.filter(user=user, ended_at=None).latest("id")
    with transaction.atomic():
        token = issue_undo_token(UndoKind.ACCESS, link.pk, 0, now=NOW)
    return MailedLink(f"/verknuepfung-rueckgaengig/{token}/", {})


def merge_undo_link(user: User) -> MailedLink:
    """Return the link that takes the absorption of another login back."""
    other = make_user(make_customer(), email="zweite@beispiel.de")
    with transaction.atomic():
        merge = absorb_login(user, other, way=LoginMerge.Way.NUMBER, now=NOW)
        token = issue_undo_token(UndoKind.MERGE, merge.pk, 0, now=NOW)
    return MailedLink(f"/verknuepfung-rueckgaengig/{token}/", {})


LINKS_OF_A_LOGIN: dict[str, Callable[[User], MailedLink]] = {
    "reset": reset_link,
    "sign in": sign_in_link,
    "new address": email_link,
    "consent": consent_link,
    "disavowal": disavowal_link,
    "withdrawal": withdrawal_link,
    "merge undone": merge_undo_link,
}
"""Every kind of link that belongs to a login; ``registration_link`` comes before there is one."""
