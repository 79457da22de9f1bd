"""A registration won by what a neighbour may know, until the customer had the time to say no."""

import datetime as dt

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.identity.security_events import report_security_event
from kundenportal.linking.holds import held_links
from kundenportal.linking.models import AccountLink, ActivationLetter, Registration
from kundenportal.linking.services import AlreadyRegistered, complete_registration, undo_link
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.linking import (
    METER,
    NUMBER,
    OTHER_PASSWORD,
    link,
    make_address,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
    undo_token,
)
from tests.make import NOW
from tests.security_mails import recipients

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NEIGHBOUR = "nachbar@beispiel.de"


def register(email: str = NEIGHBOUR, *, name: str = "Petra Weber", meter: str = METER) -> User:
    registration = Registration.objects.create(
        customer_number=NUMBER, name=name, email=email, created_at=NOW, status="mailed"
    )
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    token = str(prepare({"registration_id": registration.pk}, NOW)["token"])
    return complete_registration(token=token, password=OTHER_PASSWORD, meter_number=meter, now=NOW)


def test_a_registration_by_the_meter_is_restricted_and_the_contact_address_withdraws_it() -> None:
    make_weber()
    user = register()
    (grant,) = held_links(user, now=NOW)
    assert (grant.proof, grant.held_until) == ("meter", NOW + 3 * DAY)
    assert recipients("registration_completed") == ["p.weber@beispiel.de"]
    undo_link(token=undo_token("registration_completed", "p.weber@beispiel.de"), now=NOW + DAY)
    user.refresh_from_db()
    assert (user.is_active, numbers_of(user)) == (False, [])
    assert numbers_of(register("p.weber@beispiel.de")) == [NUMBER]


def test_a_registration_by_the_name_alone_is_restricted(settings) -> None:
    settings.REGISTRATION_PROOF = "name"
    make_weber()
    (grant,) = held_links(register(), now=NOW)
    assert grant.proof == "name"


def test_a_registration_from_the_contact_address_is_free_at_once() -> None:
    make_weber()
    user = register("p.weber@beispiel.de")
    assert held_links(user, now=NOW) == []
    assert AccountLink.objects.get().proof == "mailbox"
    assert not recipients("registration_completed")


MAILBOX, NEIGHBOUR_2 = "p.weber@beispiel.de", "nachbarin@beispiel.de"


def test_who_proves_the_mailbox_of_the_master_data_takes_the_number_from_a_restricted_access() -> None:
    make_weber()
    neighbour = register()
    owner = register(MAILBOX)
    neighbour.refresh_from_db()
    assert (numbers_of(owner), numbers_of(neighbour), neighbour.is_active) == ([NUMBER], [], False)
    assert not held_links(owner, now=NOW)
    assert NEIGHBOUR in recipients("link_undone")
    # The neighbour's next try waits for a letter, as after a withdrawal by link.
    assert AccountLink.objects.filter(user=neighbour, is_withdrawn=True).exists()


@pytest.mark.parametrize(("email", "is_restricted"), [(NEIGHBOUR_2, True), (MAILBOX, False)])
def test_nobody_takes_a_number_by_the_same_proof_or_from_an_access_that_is_free(
    email: str, is_restricted: bool
) -> None:
    make_weber()
    first = register()
    if not is_restricted:
        AccountLink.objects.update(held_until=None)
    with pytest.raises(AlreadyRegistered):
        register(email)
    assert numbers_of(first) == [NUMBER]
    assert User.objects.get() == first


def test_an_access_that_has_waited_for_a_letter_for_a_day_keeps_nobody_out() -> None:
    make_weber(contact_email="")
    neighbour = register()
    with pytest.raises(AlreadyRegistered):
        register(MAILBOX)
    AccountLink.objects.update(created_at=NOW - dt.timedelta(days=1))
    owner = register(MAILBOX)
    neighbour.refresh_from_db()
    assert (numbers_of(owner), numbers_of(neighbour), neighbour.is_active) == ([NUMBER], [], False)
    assert [link.awaits_letter for link in held_links(owner, now=NOW)] == [True]


@pytest.mark.parametrize("has_address", [True, False])
def test_without_a_contact_address_a_letter_goes_to_the_address_if_there_is_one(has_address: bool) -> None:
    weber = make_weber(contact_email="")
    if has_address:
        make_address(weber)
    (grant,) = held_links(register(), now=NOW + 1000 * DAY)
    assert grant.awaits_letter
    assert ActivationLetter.objects.filter(account_link=grant).exists() is has_address


def test_an_absorbed_address_learns_for_30_days_what_else_happens() -> None:
    user, weber = make_bauer(), make_weber(contact_email="")
    make_other(weber)
    link(user, password=OTHER_PASSWORD)
    for day, told in ((29, True), (30, False)):
        OutgoingMail.objects.all().delete()
        report_security_event("password_changed", user=user, now=NOW + day * DAY)
        assert ("petra@beispiel.de" in recipients("password_changed")) is told


def test_the_audit_trail_names_customer_and_act() -> None:
    user, weber = make_bauer(), make_weber()
    other = make_other(weber)
    link(user, password=OTHER_PASSWORD)
    undo_link(token=undo_token("accounts_linked", "petra@beispiel.de"), now=NOW)
    entries = AuditEntry.objects.filter(customer_id=weber.pk).order_by("id")
    assert list(entries.values_list("action", "actor")) == [
        ("link.requested", f"user:{user.pk}"),
        ("link.moved", f"user:{user.pk}"),
        ("link.returned", "visitor"),
    ]
    assert numbers_of(other) == [NUMBER]
