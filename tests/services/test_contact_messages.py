"""Messages: each is a submission, threads hold them, answers settle them, and five a day are enough."""

import datetime as dt

import pytest
from django.db.models import OuterRef

from kundenportal.audit.models import AuditEntry
from kundenportal.contact.models import Attachment, ContactMessage, ContactSubmission, ContactThread
from kundenportal.contact.rules import MESSAGES_A_DAY, Refusal
from kundenportal.contact.selectors import (
    attachment_of_premise,
    count_unread_at,
    messages_of,
    messages_sent_today,
    thread_of_premise,
    threads_of,
)
from kundenportal.contact.services import MessageRefused, mark_answers_read
from kundenportal.customers.models import Premise
from kundenportal.mailing.models import OutgoingMail
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of
from kundenportal.submissions.models import Submission, Upload
from kundenportal.submissions.uploads import UploadGone
from tests.all_or_nothing import assert_all_or_nothing
from tests.at_once import at_once
from tests.contact import BODY, PHONE, SUBJECT, answer, make_upload, send_message, send_reply
from tests.make import NOW, Household, make_customer, make_household, make_premise, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def household() -> Household:
    return make_household()


def unread_answers(premise: Premise) -> int:
    answers_new = count_unread_at(OuterRef("pk"), OuterRef("customer"))
    return int(Premise.objects.annotate(answers_new=answers_new).get(pk=premise.pk).answers_new)


def thread() -> ContactThread:
    return ContactThread.objects.select_related("opened_by__premise").get()


def test_a_message_opens_a_thread_under_its_own_reference(household: Household) -> None:
    submission = send_message(household)

    assert submission.kind == Submission.Kind.CONTACT_MESSAGE
    opened = thread_of_premise(household.premise, submission.reference)
    assert (opened.subject, opened.reference, opened.last_message_at) == (SUBJECT, submission.reference, NOW)
    message = ContactMessage.objects.get()
    assert (message.body, message.author, message.written_by) == (BODY, "customer", household.user)
    assert ContactSubmission.objects.get().phone == PHONE


def test_files_go_along_in_their_order(household: Household) -> None:
    first, second = (make_upload(household.user, household.premise, name=name) for name in ("a.jpg", "b.jpg"))
    submission = send_message(household, uploads=[second, first])

    attachments = Attachment.objects.order_by("pk")
    assert [each.name for each in attachments] == ["b.jpg", "a.jpg"]
    assert [each.public_id for each in attachments] == [second.public_id, first.public_id]
    assert AuditEntry.objects.get().details == {"thread": submission.reference, "files": 2}
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_stored_and_files_still_wait_when_any_statement_fails(household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    assert_all_or_nothing(lambda: send_message(household, uploads=[upload]))
    assert Attachment.objects.get().file == upload.file


def test_a_file_that_is_gone_stops_the_message(household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    Upload.objects.all().delete()
    before = snapshot()
    with pytest.raises(UploadGone):
        send_message(household, uploads=[upload])
    assert snapshot() == before


def test_a_further_message_is_a_submission_of_its_own_in_the_same_thread(household: Household) -> None:
    first = send_message(household)
    second = send_reply(household, thread(), key="key-2", now=NOW + HOUR)

    assert second.reference != first.reference
    assert [each.contact.submission for each in messages_of(thread())] == [first, second]
    assert thread().last_message_at == NOW + HOUR
    assert OutgoingMail.objects.filter(kind="contact_received").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_further_message_is_stored_whole_or_not_at_all(household: Household) -> None:
    send_message(household)
    opened = thread()
    assert_all_or_nothing(lambda: send_reply(household, opened, key="key-2"))
    assert ContactMessage.objects.count() == 2
    stored = snapshot()
    send_reply(household, opened, key="key-2")
    assert snapshot() == stored


@pytest.mark.django_db(transaction=True)
def test_an_answer_settles_what_was_asked_and_tells_where_it_is(household: Household) -> None:
    send_message(household)
    send_reply(household, thread(), key="key-2")
    Submission.objects.filter(idempotency_key="key-2").update(status=Submission.Status.EXPORTED)
    opened = thread()
    OutgoingMail.objects.all().delete()
    answer(opened)
    assert set(Submission.objects.values_list("status", flat=True)) == {"completed"}
    ContactMessage.objects.filter(author="staff").delete()

    assert_all_or_nothing(lambda: answer(opened, now=NOW + HOUR))
    assert OutgoingMail.objects.filter(kind="contact_answered", recipient=household.user.email).exists()
    assert AuditEntry.objects.filter(action="contact.answered").count() == 2
    assert thread().last_message_at == NOW + HOUR
    assert unread_answers(household.premise) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_answer_once(household: Household) -> None:
    message = send_message(household)
    opened, seen = thread(), {message.reference: mark_of(message)}
    make_user(email="sb@werk.example", is_staff=True)

    def send(body: str) -> bool:
        try:
            answer(opened, body=body, seen=seen)
        except ChangedMeanwhile:
            return False
        return True

    assert sorted(at_once(lambda: send("Ja."), lambda: send("Nein."))) == [False, True]
    assert ContactMessage.objects.filter(author="staff").count() == 1


def test_what_was_withdrawn_stays_so_when_the_thread_is_answered(household: Household) -> None:
    send_message(household)
    Submission.objects.update(status=Submission.Status.WITHDRAWN)
    answer(thread())
    assert Submission.objects.get().status == Submission.Status.WITHDRAWN


def test_answers_are_new_until_they_are_read(household: Household) -> None:
    send_message(household)
    answer(thread())
    answer(thread())
    (listed,) = threads_of(household.premise, number=1, size=20).threads
    assert unread_answers(household.premise) == listed.unread == 2  # type: ignore[attr-defined]

    mark_answers_read(thread(), now=NOW)
    assert unread_answers(household.premise) == 0
    stored = snapshot()
    mark_answers_read(thread(), now=NOW + HOUR)
    assert snapshot() == stored


def test_the_sixth_message_of_a_day_is_refused_until_midnight(household: Household) -> None:
    before_midnight = NOW.replace(hour=22, minute=59)
    for number in range(MESSAGES_A_DAY):
        send_message(household, key=f"key-{number}", now=before_midnight)
    Submission.objects.update(status=Submission.Status.WITHDRAWN)
    opened = ContactThread.objects.select_related("opened_by__premise").first()
    assert opened is not None
    before = snapshot()
    for refused in (
        lambda: send_message(household, key="one-more", now=before_midnight),
        lambda: send_reply(household, opened, key="one-more", now=before_midnight),
    ):
        with pytest.raises(MessageRefused) as error:
            refused()
        assert error.value.refusal is Refusal.TOO_MANY_TODAY
    assert snapshot() == before

    send_message(household, key="one-more", now=before_midnight + dt.timedelta(minutes=1))
    assert messages_sent_today(household.user, now=before_midnight + dt.timedelta(minutes=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_messages_at_once_are_counted(household: Household) -> None:
    def send(number: int) -> bool:
        try:
            send_message(household, key=f"key-{number}")
        except MessageRefused:
            return False
        return True

    sent = at_once(*[lambda number=number: send(number) for number in range(MESSAGES_A_DAY + 2)])
    assert sum(sent) == MESSAGES_A_DAY == ContactMessage.objects.count()


def test_a_new_customer_of_the_place_sees_nothing_of_the_former_one(household: Household) -> None:
    upload = make_upload(household.user, household.premise)
    submission = send_message(household, uploads=[upload])
    answer(thread())
    household.premise.customer = make_customer()
    household.premise.save()

    assert threads_of(household.premise, number=1, size=20).threads == ()
    assert unread_answers(household.premise) == 0
    with pytest.raises(ContactThread.DoesNotExist):
        thread_of_premise(household.premise, submission.reference)
    with pytest.raises(Attachment.DoesNotExist):
        attachment_of_premise(household.premise, upload.public_id)


@pytest.mark.parametrize("reference", ["", "V-2026", "V-2025-000001", "V-2026-999999", "x"])
def test_what_is_no_reference_of_a_thread_opens_none(household: Household, reference: str) -> None:
    send_message(household)
    with pytest.raises(ContactThread.DoesNotExist):
        thread_of_premise(household.premise, reference)


def test_a_further_message_s_reference_opens_no_thread(household: Household) -> None:
    send_message(household)
    second = send_reply(household, thread(), key="key-2")
    with pytest.raises(ContactThread.DoesNotExist):
        thread_of_premise(household.premise, second.reference)


def test_threads_come_page_by_page_with_the_latest_first(
    household: Household, django_assert_num_queries
) -> None:
    for number in range(3):
        now = NOW + number * dt.timedelta(days=1)
        send_message(household, key=f"key-{number}", subject=f"Nummer {number}", now=now)
    elsewhere = make_premise(household.customer)
    with django_assert_num_queries(1):
        first = threads_of(household.premise, number=1, size=2)
        assert [each.subject for each in first.threads] == ["Nummer 2", "Nummer 1"]
        assert [each.reference for each in first.threads]
    second = threads_of(household.premise, number=first.next_number, size=2)
    assert ([each.subject for each in second.threads], second.next_number) == (["Nummer 0"], 0)
    assert threads_of(elsewhere, number=1, size=2).threads == ()


def test_messages_take_two_queries_however_many_there_are(
    household: Household, django_assert_num_queries
) -> None:
    upload = make_upload(household.user, household.premise)
    send_message(household, uploads=[upload])
    for number in range(4):
        send_reply(household, thread(), key=f"more-{number}", now=NOW + number * HOUR)
        answer(thread(), now=NOW + number * HOUR)
    opened = thread()
    with django_assert_num_queries(2):
        messages = list(messages_of(opened))
        assert all(each.is_answer or each.contact.submission.reference for each in messages)
        sizes = [each.file.size for message in messages for each in message.attachments.all()]
    assert (len(messages), len(sizes)) == (9, 1)
