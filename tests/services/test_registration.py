"""Registration, from the typed fields to the login."""

import datetime as dt
import re
from typing import Any

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import OneTimeSecret, User
from kundenportal.linking.models import AccountLink, Registration
from kundenportal.linking.services import (
    AlreadyRegistered,
    LinkExpired,
    ProofFailed,
    ProofLocked,
    activation,
    complete_registration,
    delete_old_registrations,
    process_registrations,
    renew_registration,
    request_registration,
)
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_customer, make_premise, make_register, make_user
from tests.security_mails import text_of_mail

pytestmark = pytest.mark.django_db

EMAIL = "m.bauer@beispiel.de"
GOOD = "vier Wörter ohne Sinn"
METER = "1EMH0004512873"


def register(number: str = "0014026/1", *, now: dt.datetime = NOW, **values: Any) -> Registration:
    """Ask for access data and let the job runner decide."""
    typed = {"name": "Michael Bauer", "email": EMAIL, "language": "de", "address": "192.0.2.1"} | values
    request_registration(customer_number=number, now=now, **typed)
    process_registrations(now)
    return Registration.objects.latest("id")


def token_of(registration: Registration, *, now: dt.datetime = NOW) -> str:
    """Return the token of the mail's link, made as at the moment of sending."""
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    return str(prepare({"registration_id": registration.pk}, now)["token"])


def customer_with_meter(**values: Any):
    customer = make_customer(**{"customer_number": "0014026/1"} | values)
    make_register(make_premise(customer), meter_number=METER)
    return customer


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("id").values_list("kind", "recipient"))


def test_the_request_looks_nothing_up_and_writes_one_row(django_assert_max_num_queries) -> None:
    customer_with_meter()
    with django_assert_max_num_queries(5) as queries:
        request_registration(
            customer_number="0014026/1", name="Michael Bauer", email=EMAIL, language="de", address="", now=NOW
        )
    assert not any("customers_customer" in query["sql"] for query in queries.captured_queries)
    assert Registration.objects.get().status == Registration.Status.RECEIVED
    assert mails() == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"number": "0099999/1"},
        {"name": "Petra Weber"},
        {"email": "fremd@beispiel.de"},
    ],
)
def test_the_typed_address_gets_the_same_mail_whether_or_not_it_matches(values: dict[str, str]) -> None:
    customer_with_meter(contact_email=EMAIL)
    registration = register(**values)
    assert mails() == [("registration_link", registration.email)]
    mail = OutgoingMail.objects.get()
    text = text_of_mail(mail)
    assert "Guten Tag,\n" in text
    assert registration.customer_number in text
    assert not any(word in text for word in ("Michael", "Bauer", "Petra", "Weber"))
    assert mail.context == {
        "registration_id": registration.pk,
        "customer_number": registration.customer_number,
    }


def test_the_outbox_holds_no_secret_and_the_link_opens_the_registration() -> None:
    registration = register()
    mail = OutgoingMail.objects.get()
    (token,) = re.findall(r"/passwort-festlegen/([\w-]+)/", text_of_mail(mail))
    mail.refresh_from_db()
    secret = OneTimeSecret.objects.get()
    assert token not in str(OutgoingMail.objects.values())
    assert token not in str(OneTimeSecret.objects.values())
    assert token not in str(Registration.objects.values())
    assert secret.expires_at == NOW + dt.timedelta(hours=24)
    registration.refresh_from_db()
    assert registration.secret == secret


def test_processing_again_sends_nothing_more() -> None:
    register()
    assert process_registrations(NOW) == 0
    assert len(mails()) == 1


def test_a_registered_address_that_is_typed_again_is_told_that_there_is_a_login() -> None:
    customer = customer_with_meter()
    make_user(customer, email=EMAIL)
    registration = register()
    assert mails() == [("registration_exists", EMAIL)]
    assert registration.status == Registration.Status.CLOSED


def test_another_address_gets_the_neutral_mail_and_the_registered_one_a_notice_once_a_day() -> None:
    make_user(customer_with_meter(), email="alt@beispiel.de")
    register()
    assert mails() == [("registration_notice", "alt@beispiel.de"), ("registration_link", EMAIL)]
    register(email="noch@beispiel.de")
    assert mails()[2:] == [("registration_link", "noch@beispiel.de")]


@pytest.mark.parametrize("exists", [True, False])
def test_an_address_gets_three_mails_a_day_and_so_does_a_number(exists: bool) -> None:
    if exists:
        for number in ("0014026/1", "0010001/1", "0010002/1", "0010003/1"):
            make_customer(customer_number=number)
    for index in range(5):
        register(f"001000{index}/1", address=f"198.51.{index}.1")
    assert len(mails()) == 3
    for index in range(5):
        register(email=f"m{index}@beispiel.de", address=f"203.0.{index}.1")
    assert len(mails()) == 6
    assert Registration.objects.filter(status=Registration.Status.CLOSED).count() == 4
    register(now=NOW + dt.timedelta(days=1))
    assert len(mails()) == 7


def test_one_place_may_ask_five_times_an_hour() -> None:
    for index in range(7):
        register(f"001000{index}/1", email=f"m{index}@beispiel.de")
    assert Registration.objects.count() == 5


def test_a_proven_triple_needs_only_a_password() -> None:
    customer = customer_with_meter(contact_email="M.Bauer@Beispiel.de")
    registration = register(name="BAUER, Michael")
    user = complete_registration(token=token_of(registration), password=GOOD, now=NOW)
    assert user.email == EMAIL
    assert user.email_verified_at == NOW
    assert AccountLink.objects.get(ended_at=None).customer == customer
    registration.refresh_from_db()
    assert registration.status == Registration.Status.COMPLETED
    assert registration.user == user
    assert AuditEntry.objects.filter(action="registration.completed", customer_id=customer.pk).count() == 1
    assert mails() == [("registration_link", EMAIL)]


@pytest.mark.parametrize("typed", [METER, "1 EMH 0004512873", "1emh-0004512873", "001EMH0004512873"])
def test_without_the_known_address_a_meter_number_is_the_proof(typed: str) -> None:
    customer = customer_with_meter(contact_email="kontakt@beispiel.de")
    token = token_of(register())
    user = complete_registration(token=token, password=GOOD, meter_number=typed, now=NOW)
    assert AccountLink.objects.get().user == user
    assert mails()[1:] == [("registration_completed", "kontakt@beispiel.de")]
    assert OutgoingMail.objects.get(kind="registration_completed").customer_id == customer.pk


@pytest.mark.parametrize(
    ("meter", "premise"),
    [
        ({"removed_date": NOW.date() - dt.timedelta(days=1)}, {}),
        ({}, {"end_date": NOW.date() - dt.timedelta(days=1)}),
        ({}, {"ended_at": NOW}),
    ],
)
def test_a_meter_of_the_past_proves_nothing(meter: dict[str, Any], premise: dict[str, Any]) -> None:
    customer = make_customer(customer_number="0014026/1")
    make_register(make_premise(customer, **premise), meter_number=METER, **meter)
    with pytest.raises(ProofFailed):
        complete_registration(token=token_of(register()), password=GOOD, meter_number=METER, now=NOW)
    assert not User.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "9", "1EMH0004512874"])
def test_a_wrong_meter_number_changes_nothing_but_the_count(typed: str) -> None:
    customer_with_meter()
    registration = register()
    with pytest.raises(ProofFailed):
        complete_registration(token=token_of(registration), password=GOOD, meter_number=typed, now=NOW)
    registration.refresh_from_db()
    assert registration.proof_failures == 1
    assert not User.objects.exists()
    assert not AccountLink.objects.exists()


def test_the_meter_of_another_customer_proves_nothing() -> None:
    customer_with_meter()
    make_register(make_premise(), meter_number="1EMH0009999999")
    with pytest.raises(ProofFailed):
        complete_registration(
            token=token_of(register()), password=GOOD, meter_number="1EMH0009999999", now=NOW
        )


def test_five_wrong_meter_numbers_lock_number_and_address_also_under_a_new_link() -> None:
    customer_with_meter()
    registration = register()
    token = token_of(registration)
    for _ in range(5):
        with pytest.raises(ProofFailed):
            complete_registration(token=token, password=GOOD, meter_number="9", now=NOW)
    with pytest.raises(ProofLocked):
        complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)
    with pytest.raises(ProofLocked):
        complete_registration(token=token_of(register()), password=GOOD, meter_number=METER, now=NOW)
    registration.refresh_from_db()
    assert registration.status == Registration.Status.LOCKED
    assert not User.objects.exists()


def test_a_stranger_who_guesses_locks_nobody_else_out() -> None:
    customer_with_meter()
    token = token_of(register(email="fremd@beispiel.de"))
    for _ in range(5):
        with pytest.raises(ProofFailed):
            complete_registration(token=token, password=GOOD, meter_number="9", now=NOW)
    complete_registration(token=token_of(register()), password=GOOD, meter_number=METER, now=NOW)
    assert AccountLink.objects.count() == 1


@pytest.mark.parametrize("number", ["0099999/1", "0014026/1"])
def test_an_unknown_or_ended_number_never_comes_to_an_end(number: str) -> None:
    customer_with_meter(ended_at=NOW, contact_email=EMAIL)
    token = token_of(register(number))
    with pytest.raises(ProofFailed):
        complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)
    assert not User.objects.exists()


def test_the_name_alone_is_enough_when_the_utility_wants_it_so(settings) -> None:
    settings.REGISTRATION_PROOF = "name"
    customer_with_meter()
    complete_registration(token=token_of(register()), password=GOOD, now=NOW)
    assert AccountLink.objects.count() == 1


def test_a_wrong_name_is_asked_for_a_meter_also_then(settings) -> None:
    settings.REGISTRATION_PROOF = "name"
    customer_with_meter()
    token = token_of(register(name="Petra Weber"))
    with pytest.raises(ProofFailed):
        complete_registration(token=token, password=GOOD, now=NOW)
    complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)


def test_a_number_that_has_a_login_stays_as_it_is() -> None:
    holder = make_user(customer_with_meter(), email="alt@beispiel.de")
    token = token_of(register())
    with pytest.raises(AlreadyRegistered):
        complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)
    assert list(User.objects.all()) == [holder]
    assert AccountLink.objects.get().user == holder


def test_what_changes_between_looking_and_locking_is_seen(monkeypatch) -> None:
    customer = customer_with_meter(contact_email="kontakt@beispiel.de")
    registration = register()
    token = token_of(registration)

    def end_customer(password: str) -> str:
        customer.ended_at = NOW
        customer.save()
        return "hash"

    def guess_elsewhere(password: str) -> str:
        Registration.objects.update(proof_failures=5)
        return "hash"

    for change, error in ((end_customer, LinkExpired), (guess_elsewhere, ProofLocked)):
        monkeypatch.setattr(activation, "hash_password", change)
        with pytest.raises(error):
            complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)
        assert not User.objects.exists()
        type(customer).objects.update(ended_at=None)


@pytest.mark.parametrize("step", ["create_login", "use_up", "record", "grant_access", "holder_of"])
def test_a_registration_that_fails_on_its_way_leaves_nothing_behind(monkeypatch, step: str) -> None:
    customer_with_meter(contact_email="kontakt@beispiel.de")
    token = token_of(register())
    before = list(Registration.objects.values()), list(OneTimeSecret.objects.values()), mails()
    audited = AuditEntry.objects.count()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(step)

    monkeypatch.setattr(activation, step, fail)
    with pytest.raises(RuntimeError, match=step):
        complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)
    monkeypatch.undo()
    assert (list(Registration.objects.values()), list(OneTimeSecret.objects.values()), mails()) == before
    assert AuditEntry.objects.count() == audited
    assert not User.objects.exists()
    assert not AccountLink.objects.exists()
    complete_registration(token=token, password=GOOD, meter_number=METER, now=NOW)


def test_a_link_opens_once_for_a_day_and_only_the_newest_of_number_and_address() -> None:
    customer_with_meter(contact_email=EMAIL)
    registration = register()
    first, second = token_of(registration), token_of(registration)
    for token, now in ((first, NOW), (second, NOW + dt.timedelta(hours=24)), ("unknown", NOW)):
        with pytest.raises(LinkExpired):
            complete_registration(token=token, password=GOOD, now=now)
    assert not User.objects.exists()
    complete_registration(token=second, password=GOOD, now=NOW + dt.timedelta(hours=23))
    with pytest.raises(LinkExpired):
        complete_registration(token=second, password=GOOD, now=NOW + dt.timedelta(hours=23))
    assert User.objects.count() == 1


def test_an_expired_link_can_be_renewed_and_an_unknown_one_does_nothing() -> None:
    registration = register()
    token = token_of(registration)
    renew_registration(token=token, address="192.0.2.1", now=NOW + dt.timedelta(days=2))
    renew_registration(token="unknown", address="192.0.2.1", now=NOW + dt.timedelta(days=2))
    old, new = Registration.objects.order_by("id")
    assert (new.customer_number, new.name, new.email) == (old.customer_number, old.name, old.email)


def test_what_was_typed_is_deleted_after_30_days() -> None:
    register()
    assert delete_old_registrations(NOW + dt.timedelta(days=30)) == 0
    assert delete_old_registrations(NOW + dt.timedelta(days=30, seconds=1)) == 1
    assert not Registration.objects.exists()
