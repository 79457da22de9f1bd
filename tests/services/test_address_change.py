"""What a change of the billing address stores, whom it tells, how it ends, and how a stranger's is stopped."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from django.db import IntegrityError, transaction

from kundenportal.addresses.models import AddressChange, BillingAddress
from kundenportal.addresses.rules import Refusal
from kundenportal.addresses.selectors import address_of
from kundenportal.addresses.services import (
    AddressChangeRefused,
    settle_address_change,
)
from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Customer
from kundenportal.identity.models import EmailChange, SecurityEvent, User
from kundenportal.identity.security_events import addresses_of
from kundenportal.identity.unchanged import LoginSecured
from kundenportal.linking.services.disavowal import disavow
from kundenportal.linking.services.stopped_changes import stop_all_changes
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from kundenportal.submissions.settling import NotSettleable
from tests.addresses import NEW_CONTACT, OLD_CONTACT, give_address, new_address, send_address
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once
from tests.make import NOW, Household, make_customer, make_household, make_user
from tests.security_mails import link_in, recipients, text_of_mail
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_address(household)
    return household


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = snapshot()
    yield
    assert snapshot() == before


def customer_of(household: Household) -> Customer:
    return Customer.objects.select_related("billing_address").get(pk=household.customer.pk)


def settle(
    submission: Submission, outcome: Literal["accepted", "rejected"] = "accepted", *, now=NOW, reason=""
) -> None:
    Submission.objects.filter(pk=submission.pk, status="received").update(status=Submission.Status.EXPORTED)
    settle_address_change(submission, outcome=outcome, reason=reason, now=now)


def disavow_by(recipient: str, *, now=NOW) -> None:
    mail = OutgoingMail.objects.get(kind="address_requested", recipient=recipient)
    disavow(token=link_in(mail, "/das-war-ich-nicht/", now=now).split("/")[-2], now=now)


def test_a_change_is_one_submission_with_the_whole_address(household: Household) -> None:
    submission = send_address(household)

    assert (submission.kind, submission.status) == ("address_change", "received")
    assert (submission.customer, submission.premise) == (household.customer, household.premise)
    change = AddressChange.objects.get()
    assert change.submission == submission
    assert (change.street, change.house_number, change.street_line) == ("Gartenweg", "7a", "Gartenweg 7a")
    assert (change.postal_code, change.city, change.country) == ("86150", "Augsburg", "DE")
    assert (change.salutation, change.first_name, change.last_name) == ("Herr", "Michael", "Bauer")
    assert (change.contact_email, change.former_contact_email) == (NEW_CONTACT, OLD_CONTACT)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.customer_id) == (
        "address.submitted",
        f"user:{household.user.pk}",
        submission.reference,
        household.customer.pk,
    )


def test_the_address_stays_what_it_is_until_the_billing_system_has_answered(household: Household) -> None:
    before = address_of(customer_of(household))
    send_address(household)
    assert address_of(customer_of(household)) == before


def test_login_old_and_new_contact_address_are_told_each_with_a_link_of_its_own(household: Household) -> None:
    send_address(household)
    assert recipients("address_requested") == sorted([household.user.email, OLD_CONTACT, NEW_CONTACT])
    mails = OutgoingMail.objects.filter(kind="address_requested")
    assert {mail.customer_id for mail in mails} == {household.customer.pk}
    links = {link_in(mail, "/das-war-ich-nicht/") for mail in mails}
    assert len(links) == 3
    assert not any("Gartenweg" in str(mail.context) for mail in mails)


def test_only_the_new_contact_address_reads_street_and_house(household: Household) -> None:
    send_address(household)
    mails = OutgoingMail.objects.filter(kind="address_requested")
    assert len(mails) == 3
    for mail in mails:
        text = text_of_mail(mail)
        assert ("Gartenweg 7a" in text) == (mail.recipient == NEW_CONTACT)
        assert "86150 Augsburg" in text
        assert NEW_CONTACT not in text


def test_only_the_mailbox_of_the_login_reads_the_number_of_the_submission(household: Household) -> None:
    submission = send_address(household)
    for mail in OutgoingMail.objects.filter(kind="address_requested"):
        is_own = mail.recipient == household.user.email
        assert (submission.reference in text_of_mail(mail)) == is_own


def test_who_keeps_his_contact_address_gets_one_mail_there(household: Household) -> None:
    send_address(household, contact_email=OLD_CONTACT)
    assert recipients("address_requested") == sorted([household.user.email, OLD_CONTACT])
    mail = OutgoingMail.objects.get(recipient=OLD_CONTACT)
    assert "Gartenweg 7a" in text_of_mail(mail)


def test_the_contact_addresses_of_linked_customers_learn_nothing(household: Household) -> None:
    other = make_customer(contact_email="fremd@beispiel.de")
    household.user.account_links.create(customer=other, proof="mailbox", created_at=NOW)
    send_address(household)
    assert "fremd@beispiel.de" not in recipients("address_requested")


def test_the_same_key_gives_the_first_submission(household: Household) -> None:
    first = send_address(household)
    with nothing_changes():
        assert send_address(household) == first


@pytest.mark.parametrize("status", ["received", "on_hold", "exported"])
def test_a_second_change_waits_until_the_first_is_settled(household: Household, status: str) -> None:
    send_address(household)
    Submission.objects.update(status=status)
    with nothing_changes(), pytest.raises(AddressChangeRefused) as refused:
        send_address(household, key="key-2", city="München")
    assert refused.value.refusal is Refusal.ALREADY_OPEN
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            kind="address_change",
            customer=household.customer,
            premise=household.premise,
            channel="portal",
            idempotency_key="key-3",
            received_at=NOW,
            received_year=2026,
        )


def test_a_withdrawn_change_makes_room(household: Household) -> None:
    withdraw_submission(actor=household.user, submission=send_address(household), now=NOW)
    assert send_address(household, key="key-2").status == "received"


def test_an_address_that_is_the_present_one_is_no_change(household: Household) -> None:
    present = address_of(customer_of(household))
    with nothing_changes(), pytest.raises(AddressChangeRefused) as refused:
        send_address(
            household,
            street=present.street_line,
            house_number="",
            postal_code=present.postal_code,
            city=present.city,
            contact_email=present.contact_email,
        )
    assert refused.value.refusal is Refusal.UNCHANGED


def test_a_customer_who_has_left_changes_nothing(household: Household) -> None:
    Customer.objects.update(ended_at=NOW)
    with nothing_changes(), pytest.raises(AddressChangeRefused) as refused:
        send_address(household)
    assert refused.value.refusal is Refusal.CUSTOMER_ENDED


@pytest.mark.parametrize("change", [{"password": "!"}, {"is_active": False}])
def test_a_login_that_was_secured_meanwhile_sends_nothing(
    household: Household, change: dict[str, Any]
) -> None:
    User.objects.update(**change)
    with nothing_changes(), pytest.raises(LoginSecured):
        send_address(household)


def test_a_fault_in_any_statement_of_sending_leaves_nothing_behind(household: Household) -> None:
    address = new_address(household)
    assert_all_or_nothing(lambda: send_address(household, city=address.city))
    assert recipients("address_requested") == sorted([household.user.email, OLD_CONTACT, NEW_CONTACT])


def test_a_fault_in_any_statement_of_settling_leaves_nothing_behind(household: Household) -> None:
    submission = send_address(household)
    Submission.objects.update(status=Submission.Status.EXPORTED)
    assert_all_or_nothing(lambda: settle_address_change(submission, outcome="accepted", reason="", now=NOW))


def test_a_fault_in_any_statement_of_disavowing_leaves_nothing_behind(household: Household) -> None:
    send_address(household)
    link = link_in(OutgoingMail.objects.get(recipient=OLD_CONTACT), "/das-war-ich-nicht/")
    assert_all_or_nothing(lambda: disavow(token=link.split("/")[-2], now=NOW))
    assert Submission.objects.get().status == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_many_changes_at_once_become_one(household: Household) -> None:
    def send(number: int) -> str:
        try:
            return send_address(household, key=f"key-{number}").reference
        except AddressChangeRefused as refused:
            return refused.refusal.value

    results = at_once(*[lambda number=number: send(number) for number in range(6)])
    assert sorted(results).count("already_open") == 5
    assert Submission.objects.count() == AddressChange.objects.count() == 1
    assert OutgoingMail.objects.count() == 3


def test_an_accepted_address_becomes_the_customers_and_he_is_told(household: Household) -> None:
    sent = new_address(household, salutation="Firma", first_name="", last_name="Bauer GmbH", phone="1")
    submission = send_address(household, salutation="Firma", first_name="", last_name="Bauer GmbH", phone="1")
    settle(submission, now=NOW + DAY)
    submission.refresh_from_db()
    assert (submission.status, submission.settled_at) == ("completed", NOW + DAY)
    assert address_of(customer_of(household)) == sent
    assert BillingAddress.objects.get().changed_at == NOW + DAY
    assert AuditEntry.objects.filter(action="address.accepted", customer_id=household.customer.pk).exists()
    assert recipients("address_accepted") == [household.user.email]


def test_an_accepted_change_of_the_contact_alone_leaves_the_address_as_old_as_it_is(
    household: Household,
) -> None:
    settle(
        send_address(
            household, street="Lindenstraße", house_number="12", postal_code="91560", city="Musterbach"
        )
    )
    assert BillingAddress.objects.get().changed_at is None
    assert customer_of(household).contact_email == NEW_CONTACT


def test_a_rejected_address_changes_nothing_but_its_status(household: Household) -> None:
    before = address_of(customer_of(household))
    submission = send_address(household)
    settle(submission, "rejected", reason="Diese Straße kennen wir nicht.")
    submission.refresh_from_db()
    assert (submission.status, submission.reason) == ("rejected", "Diese Straße kennen wir nicht.")
    assert address_of(customer_of(household)) == before
    mail = OutgoingMail.objects.get(kind="address_rejected")
    assert "Diese Straße kennen wir nicht." in text_of_mail(mail)


def test_the_same_answer_twice_is_one_answer_and_the_opposite_none(household: Household) -> None:
    submission = send_address(household)
    with nothing_changes(), pytest.raises(NotSettleable):
        settle_address_change(submission, outcome="accepted", reason="", now=NOW)
    settle(submission)
    with nothing_changes():
        settle(submission)
        with pytest.raises(NotSettleable):
            settle(submission, "rejected")


@pytest.mark.parametrize("recipient", [OLD_CONTACT, NEW_CONTACT, "m.bauer@beispiel.de"])
def test_das_war_ich_nicht_withdraws_what_waits_and_secures_the_login(
    household: Household, recipient: str
) -> None:
    submission = send_address(household)
    disavow_by(recipient)
    submission.refresh_from_db()
    assert (submission.status, submission.settled_at) == ("withdrawn", NOW)
    entry = AuditEntry.objects.get(action="address.disavowed")
    assert (entry.subject, entry.customer_id) == (submission.reference, household.customer.pk)
    assert not User.objects.get(pk=household.user.pk).has_usable_password()
    assert not SecurityEvent.objects.filter(disavowed_at=None).exists()


def test_what_is_exported_is_named_to_staff_instead(household: Household) -> None:
    submission = send_address(household)
    Submission.objects.update(status=Submission.Status.EXPORTED)
    disavow_by(OLD_CONTACT)
    submission.refresh_from_db()
    assert submission.status == "exported"
    assert AuditEntry.objects.get(action="address.disavowed").details == {"status": "exported"}


def test_disavowing_leaves_the_changes_of_others_alone(household: Household) -> None:
    submission = send_address(household)
    other = make_customer()
    user = make_user(other, email="fremd@beispiel.de")
    with transaction.atomic():
        stop_all_changes(user, [other], now=NOW)
    submission.refresh_from_db()
    assert submission.status == "received"


def test_the_former_contact_address_is_told_for_30_days_more(household: Household) -> None:
    submission = send_address(household)
    settle(submission, now=NOW)
    assert OLD_CONTACT in addresses_of(household.user, now=NOW + 29 * DAY)
    assert NEW_CONTACT in addresses_of(household.user, now=NOW + 29 * DAY)
    assert OLD_CONTACT not in addresses_of(household.user, now=NOW + 31 * DAY)


def test_a_contact_address_given_by_a_stranger_does_not_keep_him_the_login(household: Household) -> None:
    """Who takes over a login, its contact address and then its e-mail address loses all three."""
    settle(send_address(household))
    User.objects.update(email=NEW_CONTACT)
    EmailChange.objects.create(
        user=household.user,
        old_email=household.user.email,
        new_email=NEW_CONTACT,
        requested_at=NOW,
        completed_at=NOW,
    )
    disavow_by(OLD_CONTACT)
    assert User.objects.get(pk=household.user.pk).email == household.user.email
