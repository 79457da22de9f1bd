"""Who gets a mail about a customer: the login that holds the customer when it is sent, and nobody else."""

from collections.abc import Callable

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.mailing import recipients
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.mailing.sink import Sink
from tests.make import NOW, Household, make_household, make_reading_submission, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.real_socket]


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def mail(household: Household) -> OutgoingMail:
    submission = make_reading_submission(household.strom, submitted_by=household.user)
    return enqueue(
        "reading_received",
        to=household.user.email,
        context={"submission": submission.pk},
        now=NOW,
        customer_id=household.customer.pk,
    )


def unlink(user: User) -> None:
    AccountLink.objects.filter(user=user).update(ended_at=NOW)


def close(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def entries() -> list[tuple[str, str, int | None, str, dict[str, object]]]:
    return list(AuditEntry.objects.values_list("action", "actor", "customer_id", "subject", "details"))


def test_whoever_holds_the_customer_gets_the_mail(mail: OutgoingMail, sink: Sink) -> None:
    send_due_mails(NOW)

    assert [message["To"] for message in sink.messages] == ["m.bauer@beispiel.de"]
    assert entries() == []


@pytest.mark.parametrize("lose", [unlink, close])
def test_a_login_that_lost_the_customer_gets_no_mail(
    household: Household, mail: OutgoingMail, sink: Sink, lose: Callable[[User], None]
) -> None:
    lose(household.user)

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert sink.messages == []
    assert (mail.status, mail.context, mail.sent_at) == ("stopped", {}, None)
    assert entries() == [
        ("mail.stopped", "system", household.customer.pk, f"mail:{mail.pk}", {"kind": "reading_received"})
    ]


def test_the_login_that_holds_the_customer_now_gets_the_mail_instead(
    household: Household, mail: OutgoingMail, sink: Sink
) -> None:
    unlink(household.user)
    make_user(household.customer, email="neu@beispiel.de")

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert [message["To"] for message in sink.messages] == ["neu@beispiel.de"]
    assert (mail.status, mail.recipient) == ("sent", "neu@beispiel.de")
    assert entries() == [
        ("mail.redirected", "system", household.customer.pk, f"mail:{mail.pk}", {"kind": "reading_received"})
    ]


def test_a_restricted_grant_gets_nothing_that_was_meant_for_another(
    household: Household, mail: OutgoingMail, sink: Sink
) -> None:
    unlink(household.user)
    make_user(household.customer, email="neu@beispiel.de")
    AccountLink.objects.filter(ended_at=None).update(awaits_letter=True)

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert sink.messages == []
    assert mail.status == "stopped"


def test_a_restricted_grant_gets_what_it_asked_for(mail: OutgoingMail, sink: Sink) -> None:
    AccountLink.objects.update(awaits_letter=True)

    send_due_mails(NOW)

    assert len(sink.messages) == 1


def test_a_login_gets_it_at_the_address_it_has_now(
    household: Household, mail: OutgoingMail, sink: Sink
) -> None:
    User.objects.filter(pk=household.user.pk).update(email="neu@beispiel.de")

    send_due_mails(NOW)

    assert [message["To"] for message in sink.messages] == ["neu@beispiel.de"]


@pytest.fixture
def mail_for_holder(household: Household) -> OutgoingMail:
    """A mail that was addressed to nobody by name: nobody had signed in."""
    submission = make_reading_submission(household.strom, channel="link")
    return enqueue(
        "reading_received",
        to=None,
        context={"submission": submission.pk},
        now=NOW,
        customer_id=household.customer.pk,
    )


def test_a_mail_for_whoever_holds_the_customer_finds_its_login(
    mail_for_holder: OutgoingMail, sink: Sink
) -> None:
    send_due_mails(NOW)

    assert [message["To"] for message in sink.messages] == ["m.bauer@beispiel.de"]
    mail_for_holder.refresh_from_db()
    assert (mail_for_holder.status, mail_for_holder.recipient) == ("sent", "m.bauer@beispiel.de")
    assert entries() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: AccountLink.objects.update(ended_at=NOW),
        lambda: AccountLink.objects.update(awaits_letter=True),
    ],
    ids=["nobody", "a restricted grant"],
)
def test_a_mail_for_whoever_holds_the_customer_is_stopped_quietly(
    mail_for_holder: OutgoingMail, sink: Sink, change: Callable[[], object]
) -> None:
    change()

    send_due_mails(NOW)

    mail_for_holder.refresh_from_db()
    assert sink.messages == []
    assert mail_for_holder.status == "stopped"
    assert entries() == []


def test_a_mail_that_is_tried_again_is_redirected_once(
    household: Household, mail: OutgoingMail, sink: Sink
) -> None:
    unlink(household.user)
    make_user(household.customer, email="neu@beispiel.de")
    sink.data_reply = "451 4.3.0 try again"
    send_due_mails(NOW)
    sink.data_reply = "250 OK"
    mail.refresh_from_db()

    send_due_mails(mail.next_try_at)

    assert [message["To"] for message in sink.messages] == ["neu@beispiel.de"]
    assert len(entries()) == 1


def test_while_nobody_can_tell_who_holds_the_customer_the_mail_waits(
    mail: OutgoingMail, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "_finders", [])

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert sink.messages == []
    assert mail.status == "waiting"


def test_a_mail_about_a_customer_needs_its_customer() -> None:
    with pytest.raises(ValueError, match="needs its customer"):
        enqueue("reading_received", to="m.bauer@beispiel.de", context={}, now=NOW)
    assert not OutgoingMail.objects.exists()
