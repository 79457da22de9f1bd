"""Giving accesses to the back office, setting them up, and taking them away."""

import datetime as dt

import pyotp
import pytest
from django.db import IntegrityError, transaction

from kundenportal.audit.models import AuditEntry
from kundenportal.core.email_addresses import InvalidEmailAddress
from kundenportal.identity.factors.authenticator_app import ProvenApp, key_of_setup, new_setup, prove_app
from kundenportal.identity.factors.overview import factors_of, has_second_factor
from kundenportal.identity.models import RecoveryCode, StaffMember, User
from kundenportal.identity.password_hashing import hash_password, password_matches
from kundenportal.identity.staff.members import (
    LINK_LIFETIME,
    SHELL,
    NoSuchMember,
    give_access,
    take_access_away,
)
from kundenportal.identity.staff.set_up import AccessLinkExpired, member_of_link, set_up_access
from kundenportal.linking.services import LinkExpired, disavow, reset_password
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, PASSWORD, make_customer, make_passkey, make_user
from tests.one_time_links import NEW_PASSWORD, disavowal_link, reset_link
from tests.snapshot import snapshot
from tests.staff import ADDRESS, give_app, make_member, sign_in_member

pytestmark = pytest.mark.django_db

CLERK = StaffMember.Role.CLERK


def give(role: StaffMember.Role = CLERK, *, email: str = ADDRESS, now: dt.datetime = NOW) -> str:
    return give_access(email=email, role=role, actor=SHELL, now=now)


def prove(user: User) -> ProvenApp:
    """Return a new app of the user's, proven."""
    setup = new_setup(user, now=NOW)
    code = pyotp.TOTP(key_of_setup(user, setup, now=NOW)).at(NOW)
    return prove_app(user, setup=setup, code=code, now=NOW)


def set_up(token: str, *, now: dt.datetime = NOW) -> User:
    return set_up_access(
        token=token,
        name="Frau Huber",
        password_hash=hash_password(NEW_PASSWORD),
        factor=prove(User.objects.get(is_staff=True)),
        device="Firefox",
        now=now,
    )


def test_a_new_access_opens_nothing_before_it_is_set_up() -> None:
    token = give()
    member = StaffMember.objects.get()
    assert (member.role, member.name, member.user.email) == (CLERK, "", ADDRESS)
    assert str(member) == ADDRESS
    assert not member.user.has_usable_password()
    assert not has_second_factor(member.user)
    assert member_of_link(token, now=NOW) == member
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.details) == (
        "staff.access_given",
        "system",
        f"staff:{member.pk}",
        {"role": "clerk"},
    )
    assert not OutgoingMail.objects.exists()


def test_no_link_is_stored() -> None:
    token = give()
    assert token not in str(snapshot())


def test_setting_up_makes_one_of_each_and_uses_the_link_up() -> None:
    token = give()
    user = set_up(token)
    assert password_matches(NEW_PASSWORD, User.objects.get().password)
    assert factors_of(user).app
    assert StaffMember.objects.get().name == "Frau Huber"
    assert AuditEntry.objects.filter(action="staff.access_set_up", actor=f"staff:{user.pk}").count() == 1
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("staff_access_set_up", ADDRESS)
    assert member_of_link(token, now=NOW) is None
    stored = snapshot()
    with pytest.raises(AccessLinkExpired):
        set_up(token)
    assert snapshot() == stored


def test_who_works_here_has_no_recovery_codes() -> None:
    set_up(give())
    assert not RecoveryCode.objects.exists()


def test_a_link_is_good_for_a_day() -> None:
    token = give()
    assert member_of_link(token, now=NOW + LINK_LIFETIME - dt.timedelta(seconds=1))
    stored = snapshot()
    assert member_of_link(token, now=NOW + LINK_LIFETIME) is None
    with pytest.raises(AccessLinkExpired):
        set_up(token, now=NOW + LINK_LIFETIME)
    assert snapshot() == stored


def test_a_newer_link_ends_the_one_before() -> None:
    first = give()
    second = give()
    with pytest.raises(AccessLinkExpired):
        set_up(first)
    assert set_up(second).email == ADDRESS


def test_a_new_link_replaces_what_was_lost_only_when_it_is_used(client) -> None:
    member = make_member()
    give_app(member)
    make_passkey(member.user)
    key = sign_in_member(client, member)
    token = give()
    member.user.refresh_from_db()
    assert password_matches(PASSWORD, member.user.password)
    assert factors_of(member.user).count == 2
    set_up(token)
    assert factors_of(member.user).count == 1
    assert not password_matches(PASSWORD, User.objects.get().password)
    assert client.get("/verwaltung/mein-zugang/").status_code == 303, key


def test_a_known_address_gets_another_role() -> None:
    make_member()
    give(StaffMember.Role.SUPERVISOR, email=" huber@STADTWERKE.example")
    assert StaffMember.objects.get().role == "supervisor"


def test_a_customer_of_the_same_address_stays_a_customer() -> None:
    customer = make_user(make_customer(), email=ADDRESS)
    give()
    customer.refresh_from_db()
    assert not customer.is_staff
    assert User.objects.filter(email=ADDRESS).count() == 2


def test_two_members_cannot_have_one_address() -> None:
    make_member()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(email=ADDRESS, is_staff=True)


def test_what_is_no_address_gets_no_access() -> None:
    stored = snapshot()
    for email in ("huber", "huber@@x.de", "huber@stadtwerke.example\nBcc: x@y.de"):
        with pytest.raises(InvalidEmailAddress):
            give(email=email)
    assert snapshot() == stored


def test_a_closed_access_is_worth_nothing(client) -> None:
    member = make_member()
    give_app(member)
    make_passkey(member.user)
    sign_in_member(client, member)
    token = give()
    take_access_away(email=ADDRESS, actor=SHELL, now=NOW)
    user = User.objects.get()
    assert (user.is_active, user.has_usable_password(), factors_of(user).count) == (False, False, 0)
    assert client.get("/verwaltung/mein-zugang/").status_code == 303
    assert member_of_link(token, now=NOW) is None
    stored = snapshot()
    with pytest.raises(AccessLinkExpired):
        set_up(token)
    assert snapshot() == stored
    assert AuditEntry.objects.filter(action="staff.access_ended", subject=f"staff:{user.pk}").count() == 1


def test_a_closed_access_can_be_opened_again_by_a_new_link() -> None:
    make_member()
    take_access_away(email=ADDRESS, actor=SHELL, now=NOW)
    assert set_up(give()).is_active


def test_closing_the_access_of_nobody_says_so() -> None:
    make_user(make_customer(), email=ADDRESS)
    stored = snapshot()
    with pytest.raises(NoSuchMember):
        take_access_away(email=ADDRESS, actor=SHELL, now=NOW)
    assert snapshot() == stored


def test_a_customer_s_reset_link_never_opens_a_member_s_login() -> None:
    member = make_member()
    link = reset_link(member.user)
    stored = snapshot()
    with pytest.raises(LinkExpired):
        reset_password(token=link.path.split("/")[-2], password=NEW_PASSWORD, device="", now=NOW)
    assert snapshot() == stored


def test_that_was_not_me_secures_a_member_without_mailing_a_way_in() -> None:
    member = make_member()
    give_app(member)
    link = disavowal_link(member.user)
    OutgoingMail.objects.all().delete()
    disavow(token=link.path.split("/")[-2], now=NOW)
    member.user.refresh_from_db()
    assert not member.user.has_usable_password()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.context["is_staff"]) == ("login_secured", True)
