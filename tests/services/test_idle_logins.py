"""Logins without a contract for 36 months: told, then deleted, and never anybody who has a contract."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.audit.sealing import seal_entries
from kundenportal.audit.verification import verify_trail
from kundenportal.config.jobs import tidy_logins
from kundenportal.customers.models import Customer, Premise
from kundenportal.identity.models import Passkey, User
from kundenportal.linking.models import AccountLink, DeletionNotice
from kundenportal.linking.services import delete_login, idle_logins, tidy_idle_logins
from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.models import DataExport
from kundenportal.submissions.models import Submission
from tests.at_once import wait_until_somebody_waits
from tests.erp.deliveries import held_by_another_process
from tests.mail_parts import parts_of
from tests.make import (
    NOW,
    PASSWORD,
    make_customer,
    make_passkey,
    make_premise,
    make_reading_submission,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.security_mails import recipients
from tests.snapshot import snapshot
from tests.staff import make_member

pytestmark = pytest.mark.django_db


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T10:00:00+01:00")


LAST_DAY = dt.date(2026, 12, 31)
BEFORE, TOLD = at("2029-12-31"), at("2030-01-01")
EVE, DUE = at("2030-02-11"), at("2030-02-12")


def make_mover(**values: str) -> User:
    """Return the login of somebody whose contract ended on 31 December 2026."""
    customer = make_customer()
    make_premise(customer, end_date=LAST_DAY)
    return make_user(customer, **values)


def told(now: dt.datetime = TOLD) -> None:
    """Tell who is idle, and send the mails."""
    tidy_idle_logins(now)
    for mail in OutgoingMail.objects.filter(kind="login_expires"):
        build_message(mail, now=now)


def is_deleted(user: User) -> bool:
    user.refresh_from_db()
    return not user.is_active and user.email == ""


def test_a_login_is_told_after_36_months_and_deleted_on_the_day_named() -> None:
    user = make_mover()
    make_passkey(user)
    link = AccountLink.objects.get()
    premise = Premise.objects.get()
    told(BEFORE)
    assert not OutgoingMail.objects.exists()
    told()
    assert recipients("login_expires") == ["m.bauer@beispiel.de"]
    assert DeletionNotice.objects.get().delete_on == dt.date(2030, 2, 12)
    tidy_idle_logins(EVE)
    assert not is_deleted(user)
    assert OutgoingMail.objects.count() == 1
    assert tidy_idle_logins(DUE) == 1
    assert is_deleted(user)
    assert not Passkey.objects.exists()
    assert not DeletionNotice.objects.exists()
    link.refresh_from_db()
    assert link.ended_at == DUE
    assert Premise.objects.get() == premise
    assert tidy_idle_logins(DUE) == 0


def test_the_audit_trail_tells_each_step_and_stays_whole() -> None:
    user = make_mover()
    told()
    tidy_idle_logins(DUE)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "actor", "subject")
    link = AccountLink.objects.get()
    assert list(entries) == [
        ("login.deletion_announced", "system", f"user:{user.pk}"),
        ("login.expired", "system", f"user:{user.pk}"),
        ("link.ended", "system", f"link:{link.pk}"),
    ]
    assert "beispiel.de" not in str(list(AuditEntry.objects.values()))
    seal_entries(DUE)
    assert verify_trail()[0].broken is None


def held(user: User) -> Customer:
    return Customer.objects.get(account_links__user=user, account_links__ended_at=None)


def close_all(user: User) -> None:
    Premise.objects.filter(customer=held(user)).delete()


def a_new_grant(user: User) -> None:
    made = TOLD - dt.timedelta(days=1)
    other = make_customer(ended_at=NOW)
    AccountLink.objects.create(user=user, customer=other, proof="meter", created_at=made)


def a_grant_that_ended(user: User) -> None:
    other = make_customer()
    AccountLink.objects.create(
        user=user, customer=other, proof="meter", created_at=NOW, ended_at=TOLD - dt.timedelta(days=1)
    )


BUSY: dict[str, Callable[[User], object]] = {
    "a contract that runs": lambda user: make_premise(held(user)),
    "a contract with an end to come": lambda user: make_premise(held(user), end_date=dt.date(2030, 12, 31)),
    "a contract to begin": lambda user: make_premise(held(user), begin_date=dt.date(2030, 6, 1)),
    "a contract that ended since": lambda user: make_premise(held(user), end_date=dt.date(2027, 3, 1)),
    "a contract of another customer": lambda user: AccountLink.objects.create(
        user=user, customer=make_premise().customer, proof="meter", created_at=NOW
    ),
    "a customer without known contracts": close_all,
    "an open submission of its own": lambda user: make_reading_submission(
        make_register(make_premise(end_date=LAST_DAY)), submitted_by=user
    ),
    "an open submission of its customer": lambda user: make_reading_submission(
        make_register(Premise.objects.filter(customer=held(user)).get()),
        status=Submission.Status.EXPORTED,
        submitted_by=None,
    ),
    "a new grant": a_new_grant,
    "a grant that ended of late": a_grant_that_ended,
}


@pytest.mark.parametrize("reason", BUSY)
def test_who_has_something_here_is_not_told(reason: str) -> None:
    BUSY[reason](make_mover())
    before = snapshot()
    assert tidy_idle_logins(TOLD) == 0
    assert snapshot() == before


@pytest.mark.parametrize("reason", BUSY)
def test_what_comes_back_before_the_day_calls_the_deletion_off(reason: str) -> None:
    user = make_mover()
    told()
    BUSY[reason](user)
    before = snapshot(but=[DeletionNotice, AuditEntry])
    assert tidy_idle_logins(DUE) == 1
    assert snapshot(but=[DeletionNotice, AuditEntry]) == before
    assert not DeletionNotice.objects.exists()
    assert AuditEntry.objects.latest("pk").action == "login.deletion_called_off"


@pytest.mark.parametrize("reason", BUSY)
def test_what_comes_back_at_the_very_moment_keeps_the_login(
    reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_mover()
    told()
    delete = idle_logins._delete

    def after_all(user: User, now: dt.datetime) -> bool:
        BUSY[reason](user)
        return delete(user, now)

    monkeypatch.setattr(idle_logins, "_delete", after_all)
    tidy_idle_logins(DUE)
    assert not is_deleted(user)
    assert AccountLink.objects.filter(user=user, ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_a_deletion_waits_for_a_delivery_that_brings_the_contract_back() -> None:
    user = make_mover()
    told()

    def run() -> int:
        try:
            return tidy_idle_logins(DUE)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            Premise.objects.update(end_date=None)
            deletion = other.submit(run)
            wait_until_somebody_waits()
        deletion.result()
    assert not is_deleted(user)


def test_nothing_is_done_while_a_delivery_is_imported() -> None:
    make_mover()
    told()
    with held_by_another_process("import"):
        assert tidy_logins(DUE) == 0
    assert tidy_logins(DUE) == 1


def test_a_contract_counts_as_over_when_the_billing_system_tells_of_it_no_more() -> None:
    gone = dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC)
    make_premise(held(make_user(make_customer(ended_at=gone), email="a@beispiel.de")))
    make_premise(held(make_user(make_customer(), email="b@beispiel.de")), ended_at=gone)
    make_user(make_customer(ended_at=gone), email="c@beispiel.de")
    told(BEFORE)
    assert not OutgoingMail.objects.exists()
    told()
    assert recipients("login_expires") == [f"{each}@beispiel.de" for each in "abc"]


def test_signing_in_alone_keeps_no_login(client: Client) -> None:
    user = make_mover()
    told()
    sign_in(client, user)
    tidy_idle_logins(DUE)
    assert is_deleted(user)


def test_the_copy_is_open_though_nothing_else_is_left_to_read(client: Client, time_machine) -> None:
    user = make_mover()
    told()
    time_machine.move_to(EVE)
    sign_in(client, user)
    page = client.get("/konto/datenschutz/")
    assert page.status_code == 200
    assert "/konto/datenschutz/datenauskunft/" in page.content.decode()
    assert client.post("/konto/datenschutz/datenauskunft/").status_code == 303
    assert DataExport.objects.get().user == user


def test_without_a_mail_that_left_nothing_is_deleted() -> None:
    user = make_mover()
    tidy_idle_logins(TOLD)
    tidy_idle_logins(at("2031-01-01"))
    assert not is_deleted(user)
    mail = OutgoingMail.objects.get()
    build_message(mail, now=at("2031-01-02"))
    tidy_idle_logins(at("2031-02-12"))
    assert not is_deleted(user)
    tidy_idle_logins(at("2031-02-13"))
    assert is_deleted(user)


def test_a_mail_that_waits_while_the_contract_comes_back_is_not_sent() -> None:
    make_mover()
    tidy_idle_logins(TOLD)
    Premise.objects.update(end_date=None)
    with pytest.raises(NoLongerNeeded):
        build_message(OutgoingMail.objects.get(), now=TOLD)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("de", ["seit mindestens 36 Monaten", "am 12. Februar 2030", "eine Kopie", "/konto/datenschutz/"]),
        ("en", ["at least 36 months", "on 12. February 2030", "get a copy", "/konto/datenschutz/"]),
    ],
)
def test_the_mail_names_the_day_and_the_way_to_a_copy(language: str, sentences: list[str]) -> None:
    number = held(make_mover(language=language)).customer_number
    tidy_idle_logins(TOLD)
    for text in parts_of(build_message(OutgoingMail.objects.get(), now=TOLD)):
        for sentence in [*sentences, number]:
            assert sentence in " ".join(text.split())


def test_logins_are_told_and_deleted_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_logins, "_AT_A_TIME", 2)
    for number in range(3):
        make_mover(email=f"m{number}@beispiel.de")
    assert [tidy_idle_logins(TOLD) for _ in range(3)] == [2, 1, 0]
    DeletionNotice.objects.update(delete_on=DUE.date())
    assert [tidy_idle_logins(DUE) for _ in range(3)] == [2, 1, 0]


def test_staff_are_never_told_and_locked_logins_are() -> None:
    make_member()
    User.objects.update(created_at=NOW)
    make_mover(email="gesperrt@beispiel.de")
    User.objects.filter(email="gesperrt@beispiel.de").update(is_active=False, locked_at=NOW)
    make_mover(email="aufgegangen@beispiel.de")
    User.objects.filter(email="aufgegangen@beispiel.de").update(is_active=False)
    told()
    assert recipients("login_expires") == ["gesperrt@beispiel.de"]


def test_the_utility_may_keep_logins_longer(settings: Settings) -> None:
    settings.LOGIN_KEPT_MONTHS = 48
    make_mover()
    assert tidy_idle_logins(at("2030-12-31")) == 0
    assert tidy_idle_logins(at("2031-01-01")) == 1


def test_who_deletes_the_login_himself_takes_the_notice_along() -> None:
    user = make_mover()
    told()
    delete_login(user=user, current_password=PASSWORD, now=TOLD)
    assert not DeletionNotice.objects.exists()
