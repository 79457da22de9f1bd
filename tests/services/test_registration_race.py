"""What happens at the same moment."""

from collections.abc import Callable

import pytest
from django.db import transaction

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink, PasswordResetRequest, Registration
from kundenportal.linking.services import (
    AlreadyRegistered,
    LinkExpired,
    MustSetPassword,
    ProofFailed,
    ProofLocked,
    SignInRefused,
    complete_registration,
    process_password_resets,
    process_registrations,
    reset_password,
    sign_in,
)
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.at_once import at_once
from tests.make import NOW, make_customer, make_premise, make_register, make_user

pytestmark = pytest.mark.django_db(transaction=True)

METER = "1EMH0004512873"
GOOD = "vier Wörter ohne Sinn"


def new_token(email: str) -> str:
    registration = Registration.objects.create(
        customer_number="0014026/1", name="Michael Bauer", email=email, created_at=NOW, status="mailed"
    )
    prepare = kind_named("registration_link").prepare
    assert prepare is not None
    with transaction.atomic():
        return str(prepare({"registration_id": registration.pk}, NOW)["token"])


def complete(token: str, meter_number: str = METER) -> Callable[[], User]:
    return lambda: complete_registration(token=token, password=GOOD, meter_number=meter_number, now=NOW)


def make_known() -> None:
    make_register(make_premise(make_customer(customer_number="0014026/1")), meter_number=METER)


def test_of_many_registrations_of_one_number_one_gets_the_login() -> None:
    make_known()
    tokens = [new_token(f"m{index}@beispiel.de") for index in range(8)]
    results = at_once(*[complete(token) for token in tokens], refusals=(AlreadyRegistered,))
    assert sum(isinstance(result, User) for result in results) == 1
    assert sum(isinstance(result, AlreadyRegistered) for result in results) == 7
    assert User.objects.count() == 1
    assert AccountLink.objects.count() == 1


def test_one_link_used_many_times_makes_one_login() -> None:
    make_known()
    token = new_token("m.bauer@beispiel.de")
    results = at_once(*[complete(token)] * 8, refusals=(LinkExpired,))
    assert sum(isinstance(result, User) for result in results) == 1
    assert sum(isinstance(result, LinkExpired) for result in results) == 7
    assert User.objects.count() == 1


def test_a_start_password_used_many_times_opens_once(settings) -> None:
    settings.ACCESS_DATA = "start_password"
    make_known()
    registration = Registration.objects.create(
        customer_number="0014026/1",
        name="Michael Bauer",
        email="m@beispiel.de",
        created_at=NOW,
        status="mailed",
    )
    prepare = kind_named("registration_start_password").prepare
    assert prepare is not None
    with transaction.atomic():
        start_password = str(prepare({"registration_id": registration.pk}, NOW)["start_password"])

    def use() -> object:
        return sign_in(identifier="14026", password=start_password, address="192.0.2.1", now=NOW)

    results = at_once(*[use] * 5, refusals=(SignInRefused,))
    assert sum(isinstance(result, MustSetPassword) for result in results) == 1
    assert sum(isinstance(result, SignInRefused) for result in results) == 4


def test_one_reset_link_used_many_times_sets_one_password() -> None:
    user = make_user(make_customer(customer_number="0014026/1"))
    prepare = kind_named("password_reset").prepare
    assert prepare is not None
    with transaction.atomic():
        token = prepare({"user_ids": [user.pk]}, NOW)["logins"][0]["token"]
    results = at_once(
        *[lambda: reset_password(token=token, password=GOOD, device="", now=NOW)] * 8,
        refusals=(LinkExpired,),
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, LinkExpired) for result in results) == 7
    assert OutgoingMail.objects.filter(kind="password_changed").count() == 1


def test_parallel_guesses_are_all_counted() -> None:
    make_known()
    token = new_token("m.bauer@beispiel.de")
    results = at_once(*[complete(token, "9")] * 8, refusals=(ProofFailed, ProofLocked))
    assert all(isinstance(result, ProofFailed | ProofLocked) for result in results)
    assert Registration.objects.get().proof_failures >= 5
    with pytest.raises(ProofLocked):
        complete(token)()


def test_job_runners_answer_each_request_once() -> None:
    make_user(make_customer(customer_number="0014026/1"), email="alt@beispiel.de")
    for index in range(10):
        Registration.objects.create(
            customer_number=f"001000{index}/1", name="N", email=f"m{index}@beispiel.de", created_at=NOW
        )
    PasswordResetRequest.objects.create(identifier="0014026/1", created_at=NOW)
    runners = [lambda: process_registrations(NOW), lambda: process_password_resets(NOW)] * 3
    assert sum(result for result in at_once(*runners) if isinstance(result, int)) == 11
    assert OutgoingMail.objects.filter(kind="registration_link").count() == 10
    assert OutgoingMail.objects.filter(kind="password_reset").count() == 1
