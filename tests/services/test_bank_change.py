"""What a change of bank accounts stores, whom it tells, how long it waits and how it ends."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, transaction
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.banking.models import BankAccount, BankDetailsChange, MandateProof, WantedAccount
from kundenportal.banking.rules import Refusal
from kundenportal.banking.sealing import open_iban
from kundenportal.banking.selectors import Debit, next_debit
from kundenportal.banking.services import (
    BankChangeRefused,
    MandatesChanged,
    settle_bank_change,
)
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import EmailChange, OneTimeSecret, User
from kundenportal.identity.unchanged import LoginSecured
from kundenportal.linking.models import AccountLink, ActivationLetter, LoginMerge
from kundenportal.linking.services import undo_link
from kundenportal.linking.services.disavowal import disavow
from kundenportal.linking.services.merging import absorb_login
from kundenportal.linking.services.stopped_changes import stop_all_changes
from kundenportal.linking.services.undo import withdraw_grant
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.models import Submission
from kundenportal.submissions.services import withdraw_submission
from kundenportal.submissions.settling import NotSettleable, Outcome
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once
from tests.banking import (
    FIRST_DEBIT,
    NEW_IBAN,
    OLD_IBAN,
    THIRD_IBAN,
    consent_to,
    give_account,
    line_of,
    nothing,
    send_bank_change,
    wish,
)
from tests.linking import undo_token
from tests.make import NOW, Household, make_customer, make_household, make_premise, make_user
from tests.security_mails import link_in, recipients, text_of_mail
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
CONTACT = "rechnung@beispiel.de"


@pytest.fixture
def household() -> Household:
    household = make_household()
    Customer.objects.update(contact_email=CONTACT)
    User.objects.update(password_changed_at=NOW - 90 * DAY)
    AccountLink.objects.update(created_at=NOW - 90 * DAY)
    give_account(household.customer)
    for each in (household.user, household.customer):
        each.refresh_from_db()
    return household


@pytest.fixture
def garden(household: Household) -> Premise:
    """A second premise of the customer."""
    return make_premise(household.customer, street="Gartenweg", house_number="7a")


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = snapshot()
    yield
    assert snapshot() == before


def settle(
    submission: Submission, outcome: Outcome = "accepted", *, now: dt.datetime = NOW, reason: str = ""
) -> None:
    Submission.objects.filter(pk=submission.pk, settled_at=None).update(status=Submission.Status.EXPORTED)
    settle_bank_change(submission, outcome=outcome, reason=reason, now=now)


def debit(premise: Premise, day: dt.date) -> str:
    found = next_debit(premise, day=day)
    return found.iban_end if found else ""


def test_a_new_account_is_one_submission_that_waits(household: Household) -> None:
    submission = send_bank_change(household)

    assert (submission.kind, submission.status) == ("bank_change", "on_hold")
    assert submission.held_until == NOW + 3 * DAY
    change = BankDetailsChange.objects.get(pk=submission.pk)
    assert (change.valid_from, change.is_held_longer) == (FIRST_DEBIT, False)
    assert change.payout_blocked_until == (NOW + 17 * DAY).date()
    line = line_of(submission)
    assert (line.customer, line.premise, line.holder) == (household.customer, None, "Michael Bauer")
    assert (str(line), line.previous) == ("DE•• •••• 3000", "DE•• •••• 2051")
    assert open_iban(line) == NEW_IBAN
    assert (line.mandate_reference, line.mandate_date) == ("KP-0014026-1-1", NOW.date())
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("bank.submitted", submission.reference)
    assert entry.details == {"accounts": 1, "held_until": (NOW + 3 * DAY).isoformat()}


def test_the_account_stays_what_it_is_until_the_billing_system_has_answered(household: Household) -> None:
    send_bank_change(household)
    assert open_iban(BankAccount.objects.get()) == OLD_IBAN


def test_one_submission_may_carry_several_accounts_each_with_its_mandate(
    household: Household, garden: Premise
) -> None:
    submission = send_bank_change(household, wish(), wish(garden, iban=THIRD_IBAN, holder="Erika Bauer"))
    common, own = WantedAccount.objects.order_by("pk")
    assert (common.premise, own.premise) == (None, garden)
    assert (common.mandate_reference, own.mandate_reference) == ("KP-0014026-1-1", "KP-0014026-1-2")
    assert (open_iban(own), own.previous) == (THIRD_IBAN, "DE•• •••• 2051")
    assert set(MandateProof.objects.values_list("premise", "holder", "is_authorised")) == {
        ("", "Michael Bauer", False),
        (garden.erp_id, "Erika Bauer", True),
    }
    assert Submission.objects.get() == submission


def test_a_sealed_iban_opens_in_its_own_row_only(household: Household, garden: Premise) -> None:
    send_bank_change(household, wish(), wish(garden, iban=THIRD_IBAN))
    first, second = WantedAccount.objects.order_by("pk")
    second.iban_sealed = first.iban_sealed
    with pytest.raises(InvalidTag):
        open_iban(second)
    proof = MandateProof.objects.get(mandate_reference=first.mandate_reference)
    assert open_iban(proof) == NEW_IBAN
    proof.iban_sealed = first.iban_sealed
    with pytest.raises(InvalidTag):
        open_iban(proof)


def test_giving_the_account_up_does_not_wait_and_needs_no_mandate(household: Household) -> None:
    submission = send_bank_change(household, nothing())
    assert (submission.status, submission.held_until) == ("received", None)
    line = line_of(submission)
    assert (line.iban_sealed, line.mandate_reference, str(line)) == (None, "", "")
    assert submission.bank_details_change.payout_blocked_until is None
    assert not MandateProof.objects.exists()


def test_every_known_address_is_told_each_with_links_of_its_own(household: Household) -> None:
    EmailChange.objects.create(
        user=household.user,
        old_email="alt@beispiel.de",
        new_email=household.user.email,
        requested_at=NOW - 20 * DAY,
        completed_at=NOW - 20 * DAY,
    )
    send_bank_change(household)
    assert recipients("bank_requested") == sorted([household.user.email, "alt@beispiel.de", CONTACT])
    mails = list(OutgoingMail.objects.filter(kind="bank_requested"))
    for path in ("/bankverbindung-anhalten/", "/das-war-ich-nicht/"):
        assert len({link_in(mail, path) for mail in mails}) == 3
    assert not any(NEW_IBAN[4:18] in str(mail.context) for mail in mails)


def test_the_contact_addresses_of_linked_customers_learn_nothing(household: Household) -> None:
    other = make_customer(contact_email="fremd@beispiel.de")
    household.user.account_links.create(customer=other, proof="mailbox", created_at=NOW - 90 * DAY)
    send_bank_change(household)
    assert "fremd@beispiel.de" not in recipients("bank_requested")


def test_the_same_key_gives_the_first_submission(household: Household) -> None:
    first = send_bank_change(household)
    consent = consent_to(household, [wish()])
    with nothing_changes():
        assert send_bank_change(household, consent=consent) == first


@pytest.mark.parametrize("status", ["received", "on_hold", "exported"])
def test_an_account_has_one_open_change(household: Household, garden: Premise, status: str) -> None:
    submission = send_bank_change(household)
    Submission.objects.update(status=status)
    with nothing_changes(), pytest.raises(BankChangeRefused) as refused:
        send_bank_change(household, wish(iban=THIRD_IBAN), key="key-2")
    assert refused.value.refusal is Refusal.ALREADY_OPEN
    with pytest.raises(IntegrityError), transaction.atomic():
        WantedAccount.objects.create(change_id=submission.pk, customer=household.customer)
    # Another account is another matter.
    assert send_bank_change(household, wish(garden, iban=THIRD_IBAN), key="key-3").status == "on_hold"
    with pytest.raises(IntegrityError), transaction.atomic():
        WantedAccount.objects.create(change_id=submission.pk, customer=household.customer, premise=garden)


@pytest.mark.parametrize("way", ["withdrawn", "accepted", "rejected", "disavowed"])
def test_a_settled_change_makes_room(household: Household, way: Any) -> None:
    submission = send_bank_change(household)
    if way == "withdrawn":
        withdraw_submission(actor=household.user, submission=submission, now=NOW)
    elif way == "disavowed":
        with transaction.atomic():
            stop_all_changes(household.user, [household.customer], now=NOW)
    else:
        settle(submission, way)
    again = send_bank_change(household, wish(iban=THIRD_IBAN), key="key-2")
    assert line_of(again).mandate_reference == "KP-0014026-1-2"


def test_a_reference_that_the_billing_system_has_used_is_passed_over(household: Household) -> None:
    BankAccount.objects.update(mandate_reference="kp-0014026-1-1")
    assert line_of(send_bank_change(household)).mandate_reference == "KP-0014026-1-2"


def refusal_of(household: Household, *wishes: Any, **values: Any) -> Refusal:
    with nothing_changes(), pytest.raises(BankChangeRefused) as refused:
        send_bank_change(household, *wishes, **values)
    return refused.value.refusal


def test_the_account_that_is_used_already_is_no_change(household: Household) -> None:
    assert refusal_of(household, wish(iban=OLD_IBAN)) is Refusal.UNCHANGED
    BankAccount.objects.all().delete()
    assert refusal_of(household, nothing()) is Refusal.UNCHANGED


@pytest.mark.parametrize(
    "change", [{"holder": "Erika Bauer"}, {"mandate_reference": ""}, {"iban_sealed": b"?" * 40}]
)
def test_another_holder_a_missing_mandate_or_a_lost_key_is_a_change(
    household: Household, change: dict[str, Any]
) -> None:
    BankAccount.objects.update(**change)
    assert send_bank_change(household, wish(iban=OLD_IBAN)).status == "on_hold"


def test_who_has_left_changes_nothing(household: Household, garden: Premise) -> None:
    consent = consent_to(household, [wish(garden)])
    Premise.objects.filter(pk=garden.pk).update(end_date=NOW.date() - DAY)
    assert refusal_of(household, wish(garden), consent=consent) is Refusal.PREMISE_ENDED
    Customer.objects.update(ended_at=NOW)
    assert refusal_of(household) is Refusal.CUSTOMER_ENDED


def test_a_premise_of_somebody_else_is_none(household: Household) -> None:
    assert (
        refusal_of(household, wish(make_premise()), consent=consent_to(household, []))
        is Refusal.PREMISE_ENDED
    )


def test_without_a_creditor_identifier_nothing_is_taken(household: Household, settings: Settings) -> None:
    settings.UTILITY = dataclasses.replace(settings.UTILITY, creditor_id="")
    assert refusal_of(household) is Refusal.NO_CREDITOR_ID


def test_a_day_that_is_too_early_by_now_is_refused(household: Household) -> None:
    assert refusal_of(household, valid_from=FIRST_DEBIT - DAY) is Refusal.TOO_EARLY


@pytest.mark.parametrize("values", [{"mandates_digest": "other"}, {"language": "en"}])
def test_mandates_that_were_not_shown_are_not_given(household: Household, values: dict[str, str]) -> None:
    consent = consent_to(household, [wish()], **values)
    with nothing_changes(), pytest.raises(MandatesChanged):
        send_bank_change(household, consent=consent)


@pytest.mark.parametrize("change", [{"password": "!"}, {"is_active": False}])
def test_a_login_that_was_secured_meanwhile_sends_nothing(
    household: Household, change: dict[str, Any]
) -> None:
    User.objects.update(**change)
    with nothing_changes(), pytest.raises(LoginSecured):
        send_bank_change(household)


def _new_password(household: Household, at: dt.datetime) -> None:
    User.objects.update(password_changed_at=at)


def _new_address(household: Household, at: dt.datetime) -> None:
    EmailChange.objects.create(
        user=household.user, old_email="a@b.de", new_email="c@d.de", requested_at=at, completed_at=at
    )


def _new_grant(household: Household, at: dt.datetime) -> None:
    AccountLink.objects.update(created_at=at)


def _letter_code(household: Household, at: dt.datetime) -> None:
    secret = OneTimeSecret.objects.create(
        purpose="letter_code", subject="x", digest="x", created_at=at, expires_at=at, used_at=at
    )
    ActivationLetter.objects.create(
        customer=household.customer,
        account_link=AccountLink.objects.get(),
        secret=secret,
        created_at=at,
    )


def _stopped_change(household: Household, at: dt.datetime) -> None:
    withdraw_submission(actor=household.user, submission=send_bank_change(household, key="old"), now=NOW)
    BankDetailsChange.objects.update(stopped_at=at)


@pytest.mark.parametrize("event", [_new_password, _new_address, _new_grant, _letter_code, _stopped_change])
def test_a_young_access_waits_for_seven_days(household: Household, event: Any) -> None:
    event(household, NOW - DAY)
    household.user.refresh_from_db()
    submission = send_bank_change(household)
    assert submission.held_until == NOW + 6 * DAY
    assert submission.bank_details_change.is_held_longer
    assert submission.bank_details_change.payout_blocked_until == (NOW + 20 * DAY).date()
    mail = OutgoingMail.objects.filter(kind="bank_requested").latest("pk")
    assert "Wir warten länger als sonst" in text_of_mail(mail)


def test_the_grants_of_others_make_nobody_wait(household: Household) -> None:
    household.user.account_links.create(customer=make_customer(), proof="mailbox", created_at=NOW)
    assert send_bank_change(household).held_until == NOW + 3 * DAY


@pytest.mark.django_db(transaction=True)
def test_many_changes_at_once_become_one(household: Household) -> None:
    consent = consent_to(household, [wish()])

    def send(number: int) -> str:
        try:
            return send_bank_change(household, key=f"key-{number}", consent=consent).reference
        except BankChangeRefused as refused:
            return refused.refusal.value

    results = at_once(*[lambda number=number: send(number) for number in range(6)])
    assert sorted(map(str, results)).count("already_open") == 5
    assert Submission.objects.count() == WantedAccount.objects.count() == MandateProof.objects.count() == 1


def test_a_fault_in_any_statement_leaves_nothing_behind(household: Household, garden: Premise) -> None:
    wishes = (wish(), wish(garden, iban=THIRD_IBAN))
    consent = consent_to(household, wishes)
    assert_all_or_nothing(
        lambda: send_bank_change(household, *wishes, consent=consent, valid_from=FIRST_DEBIT)
    )
    submission = Submission.objects.get()
    Submission.objects.update(status=Submission.Status.EXPORTED)
    assert_all_or_nothing(lambda: settle_bank_change(submission, outcome="accepted", reason="", now=NOW))


def test_an_accepted_account_becomes_the_customers_with_its_mandate(household: Household) -> None:
    submission = send_bank_change(household)
    settle(submission, now=NOW + 5 * DAY)
    account = BankAccount.objects.get()
    assert open_iban(account) == NEW_IBAN
    assert (account.mandate_reference, account.mandate_date) == ("KP-0014026-1-1", NOW.date())
    assert (str(account), account.holder) == ("DE•• •••• 3000", "Michael Bauer")
    assert AuditEntry.objects.filter(action="bank.accepted", customer_id=household.customer.pk).exists()
    assert recipients("bank_accepted") == [household.user.email]
    assert not WantedAccount.objects.filter(is_open=True).exists()


def test_an_accepted_account_of_a_premise_is_its_own(household: Household, garden: Premise) -> None:
    settle(send_bank_change(household, wish(garden)))
    own = BankAccount.objects.get(premise=garden)
    assert open_iban(own) == NEW_IBAN
    assert open_iban(BankAccount.objects.get(premise=None)) == OLD_IBAN
    settle(send_bank_change(household, nothing(garden), key="key-2"))
    assert not BankAccount.objects.filter(premise=garden).exists()


def test_a_premise_that_moved_on_gets_no_account_of_who_lived_there(
    household: Household, garden: Premise
) -> None:
    submission = send_bank_change(household, wish(garden))
    Premise.objects.filter(pk=garden.pk).update(customer=make_customer())
    settle(submission)
    assert not BankAccount.objects.filter(premise=garden).exists()


def test_the_next_debit_is_told_by_the_day_it_is_due(household: Household, garden: Premise) -> None:
    give_account(household.customer, premise=garden, iban=THIRD_IBAN)
    day_before = FIRST_DEBIT - DAY
    assert next_debit(household.premise, day=day_before) == Debit("DE", "2051")
    settle(send_bank_change(household))
    assert [debit(household.premise, day) for day in (day_before, FIRST_DEBIT)] == ["2051", "3000"]
    assert [debit(garden, day) for day in (day_before, FIRST_DEBIT)] == ["9700", "9700"]
    settle(send_bank_change(household, nothing(garden), key="key-2", valid_from=FIRST_DEBIT))
    assert [debit(garden, day) for day in (day_before, FIRST_DEBIT)] == ["9700", "3000"]
    settle(send_bank_change(household, nothing(), key="key-3", valid_from=FIRST_DEBIT + DAY))
    assert [debit(household.premise, FIRST_DEBIT + number * DAY) for number in (0, 1)] == ["3000", ""]


def test_an_account_without_a_mandate_is_not_debited(household: Household) -> None:
    BankAccount.objects.update(mandate_reference="")
    assert next_debit(household.premise, day=FIRST_DEBIT) is None
    submission = send_bank_change(household)
    assert line_of(submission).previous == ""
    settle(submission)
    assert debit(household.premise, FIRST_DEBIT - DAY) == ""


def test_a_rejected_change_changes_nothing_but_its_status(household: Household) -> None:
    submission = send_bank_change(household)
    settle(submission, "rejected", reason="Dieses Konto gibt es nicht.")
    submission.refresh_from_db()
    assert (submission.status, submission.reason) == ("rejected", "Dieses Konto gibt es nicht.")
    assert open_iban(BankAccount.objects.get()) == OLD_IBAN
    assert "Dieses Konto gibt es nicht." in text_of_mail(OutgoingMail.objects.get(kind="bank_rejected"))


def test_the_same_answer_twice_is_one_answer_and_the_opposite_none(household: Household) -> None:
    submission = send_bank_change(household)
    with nothing_changes(), pytest.raises(NotSettleable):
        settle_bank_change(submission, outcome="accepted", reason="", now=NOW)
    settle(submission)
    with nothing_changes():
        settle(submission)
        with pytest.raises(NotSettleable):
            settle(submission, "rejected")


def test_das_war_ich_nicht_stops_the_change_and_secures_the_login(household: Household) -> None:
    submission = send_bank_change(household)
    mail = OutgoingMail.objects.get(kind="bank_requested", recipient=CONTACT)
    disavow(token=link_in(mail, "/das-war-ich-nicht/").split("/")[-2], now=NOW)
    submission.refresh_from_db()
    assert (submission.status, submission.settled_at) == ("withdrawn", NOW)
    assert AuditEntry.objects.filter(action="bank.disavowed", subject=submission.reference).exists()
    assert not User.objects.get(pk=household.user.pk).has_usable_password()
    assert not WantedAccount.objects.filter(is_open=True).exists()


def test_disavowing_leaves_the_changes_of_others_alone(household: Household) -> None:
    submission = send_bank_change(household)
    other = make_customer()
    user = make_user(other, email="fremd@beispiel.de")
    with transaction.atomic():
        stop_all_changes(user, [other], now=NOW)
    submission.refresh_from_db()
    assert submission.status == "on_hold"


def other_login_absorbs(household: Household) -> User:
    """Let another login absorb the household's, as who knows its password does."""
    other = make_user(make_customer(), email="dieb@beispiel.de")
    with transaction.atomic():
        absorb_login(other, household.user, way=LoginMerge.Way.NUMBER, now=NOW)
    return other


def test_undoing_a_linking_stops_what_the_other_login_sent_meanwhile(household: Household) -> None:
    thief = other_login_absorbs(household)
    submission = send_bank_change(dataclasses.replace(household, user=thief))
    undo_link(token=undo_token("accounts_linked", household.user.email), now=NOW)
    submission.refresh_from_db()
    assert submission.status == "withdrawn"
    assert AuditEntry.objects.filter(action="bank.disavowed", subject=submission.reference).exists()


def test_undoing_a_linking_leaves_what_the_owner_himself_had_sent(household: Household) -> None:
    submission = send_bank_change(household)
    other_login_absorbs(household)
    undo_link(token=undo_token("accounts_linked", household.user.email), now=NOW)
    submission.refresh_from_db()
    assert submission.status == "on_hold"


def test_an_access_that_is_withdrawn_takes_its_changes_along(household: Household) -> None:
    submission = send_bank_change(household)
    AccountLink.objects.update(proof="meter")
    link = AccountLink.objects.select_related("user", "customer").get()
    with transaction.atomic():
        withdraw_grant(link, is_by_contact=True, now=NOW)
    submission.refresh_from_db()
    assert submission.status == "withdrawn"
