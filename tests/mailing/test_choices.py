"""Optional mails go to who wants them and can be ended with one click; all others are always sent."""

import pytest

from kundenportal.identity.security_events import register_security_mail
from kundenportal.linking.models import AccountLink
from kundenportal.mailing import choices, kinds
from kundenportal.mailing.categories import Category
from kundenportal.mailing.delivery import send_due_mails
from kundenportal.mailing.kinds import all_kinds, kind_named
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from kundenportal.privacy.mail_choices import REFUSABLE
from kundenportal.privacy.services import choose_mails
from kundenportal.privacy.unsubscribe_links import subscription_of
from tests.mail_parts import parts_of
from tests.mailing.sink import Sink
from tests.make import NOW, Household, make_household, make_reading_submission, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.real_socket]


@pytest.fixture
def household() -> Household:
    return make_household()


def put(household: Household, kind: str) -> OutgoingMail:
    submission = make_reading_submission(household.strom, submitted_by=household.user)
    return enqueue(
        kind,
        to=household.user.email,
        context={"submission": submission.pk},
        now=NOW,
        customer_id=household.customer.pk,
    )


def refuse(household: Household, *refused: Category) -> None:
    wanted = set(REFUSABLE) - set(refused)
    choose_mails(user=household.user, wanted=wanted, language="de", now=NOW)


def test_a_refused_mail_is_not_sent_and_its_row_says_so(household: Household, sink: Sink) -> None:
    refuse(household, Category.SUBMISSIONS)
    mail = put(household, "reading_accepted")

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert sink.messages == []
    assert (mail.status, mail.context, mail.sent_at) == ("unwanted", {}, None)


def test_what_counts_is_the_choice_when_it_is_sent(household: Household, sink: Sink) -> None:
    refuse(household, Category.SUBMISSIONS)
    put(household, "reading_accepted")
    refuse(household)

    send_due_mails(NOW)

    assert len(sink.messages) == 1


@pytest.mark.parametrize("kind", ["reading_received", "submission_withdrawn"])
def test_confirmations_are_sent_whatever_is_refused(household: Household, sink: Sink, kind: str) -> None:
    refuse(household, *Category)
    put(household, kind)

    send_due_mails(NOW)

    (message,) = sink.messages
    assert message["List-Unsubscribe"] is None
    assert not any("abmelden-von" in part for part in parts_of(message))


def test_an_optional_mail_can_be_ended_with_one_click(household: Household, sink: Sink) -> None:
    put(household, "reading_accepted")

    send_due_mails(NOW)

    (message,) = sink.messages
    url = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url.startswith("http://localhost:8000/abmelden-von/")
    assert all(url in part for part in parts_of(message))
    subscription = subscription_of(url.split("/")[-2])
    assert subscription is not None
    assert (subscription.user, subscription.category) == (household.user, Category.SUBMISSIONS)


def test_the_choice_of_who_holds_the_customer_now_counts(household: Household, sink: Sink) -> None:
    refuse(household, Category.SUBMISSIONS)
    put(household, "reading_accepted")
    AccountLink.objects.update(ended_at=NOW)
    make_user(household.customer, email="neu@beispiel.de")

    send_due_mails(NOW)

    assert [message["To"] for message in sink.messages] == ["neu@beispiel.de"]


def test_while_nobody_can_tell_the_choice_the_mail_waits(
    household: Household, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices, "_finders", [])
    mail = put(household, "reading_accepted")

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert (mail.status, sink.messages) == ("waiting", [])


def test_answers_to_what_was_sent_can_be_refused() -> None:
    answers = [kind for kind in all_kinds() if kind.name.endswith(("_accepted", "_rejected"))]
    assert answers
    assert {kind.category for kind in answers} == {Category.SUBMISSIONS}


def test_a_security_mail_cannot_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    register_security_mail("anything")
    assert kind_named("anything").category is None


def test_an_optional_kind_needs_somebody_who_can_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    with pytest.raises(ValueError, match="must be about a customer"):
        kinds.register("news", category=Category.NEWS)
    assert kinds._kinds == {}
