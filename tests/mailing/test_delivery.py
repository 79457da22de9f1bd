"""From the outbox to a mail server: sent once, tried again, given up, never lost."""

import dataclasses
import datetime as dt
import hashlib
from email.utils import parsedate_to_datetime

import pytest
from pytest_django import Settings

from kundenportal.mailing import delivery
from kundenportal.mailing.delivery import (
    BEHIND_THE_OTHERS,
    CONTENT_KEPT_FOR,
    LEASE,
    PAUSE,
    delete_finished_mails,
    forget_contents,
    send_due_mails,
)
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.rules import wait_before_next_try
from tests.at_once import at_once
from tests.mailing.conftest import Enqueue
from tests.mailing.sink import Sink
from tests.make import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.real_socket]

MINUTE = dt.timedelta(minutes=1)


def test_a_due_mail_reaches_its_one_recipient_with_text_and_html(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting("Zoë & Söhne")

    assert send_due_mails(NOW) == 1

    (message,) = sink.messages
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == [
        "Guten Tag Zoë & Söhne,",
        "",
        "http://localhost:8000/?made-for-Zoë & Söhne",
    ]
    assert '<p style="color: #12418f' in html.get_content()
    assert "Zoë &amp; Söhne" in html.get_content()
    assert message["Subject"] == "Stadtwerke Musterbach grüßt Zoë & Söhne"
    assert message["To"] == "m.bauer@beispiel.de"
    assert message["From"] == "Stadtwerke Musterbach <service@stadtwerke-musterbach.example>"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert parsedate_to_datetime(message["Date"]) == NOW


def test_the_text_part_is_wrapped_at_72_columns_and_keeps_links_whole(greeting: Enqueue, sink: Sink) -> None:
    link = "https://portal.example/" + "a" * 80
    greeting(f"{'Wort ' * 30}{link}")

    send_due_mails(NOW)

    body = sink.messages[0].get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert link in lines
    assert max(len(line) for line in lines if "http" not in line) <= 72


def test_a_sent_mail_keeps_a_digest_and_for_a_while_what_filled_it_but_no_text_and_no_secret(
    greeting: Enqueue, sink: Sink
) -> None:
    mail = greeting()

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert (mail.status, mail.sent_at, mail.attempts) == (OutgoingMail.Status.SENT, NOW, 1)
    assert len(mail.sent_digest) == len(hashlib.sha256().hexdigest())
    assert "made-for" not in str(OutgoingMail.objects.values().get())
    assert forget_contents(NOW + CONTENT_KEPT_FOR - MINUTE) == 0
    assert forget_contents(NOW + CONTENT_KEPT_FOR) == 1
    mail.refresh_from_db()
    assert (mail.context, mail.content_until) == ({}, None)


def test_a_sent_mail_is_not_sent_again(greeting: Enqueue, sink: Sink) -> None:
    greeting()

    assert send_due_mails(NOW) == 1
    assert send_due_mails(NOW + 365 * 24 * 60 * MINUTE) == 0

    assert len(sink.messages) == 1


def test_many_mails_of_one_run_share_a_connection(greeting: Enqueue, sink: Sink) -> None:
    for number in range(20):
        greeting(f"Kunde {number}")

    assert send_due_mails(NOW) == 20

    assert len(sink.messages) == 20
    assert sink.connections == 1


def test_without_a_mail_server_mails_stay_in_the_outbox(greeting: Enqueue, settings: Settings) -> None:
    settings.SMTP_URL = ""
    mail = greeting()

    assert send_due_mails(NOW) == 0

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.next_try_at) == (OutgoingMail.Status.WAITING, 0, NOW)


def test_an_unreachable_server_makes_all_mails_wait_and_costs_none_of_them_a_try(
    greeting: Enqueue, sink: Sink, settings: Settings
) -> None:
    working_server = settings.SMTP_URL
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    mails = [greeting(f"Kunde {number}") for number in range(3)]

    assert send_due_mails(NOW) == 1

    for mail in mails:
        mail.refresh_from_db()
        assert (mail.status, mail.attempts) == ("waiting", 0)
        assert "ConnectionRefusedError" in mail.last_error
    assert [mail.next_try_at - NOW for mail in mails] == [PAUSE + BEHIND_THE_OTHERS, PAUSE, PAUSE]
    settings.SMTP_URL = working_server
    assert send_due_mails(NOW + PAUSE + BEHIND_THE_OTHERS) == 3
    assert sorted(sink.message_ids) == sorted(mail.message_id for mail in mails)


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_server_that_closes_down_costs_no_mail_a_try(greeting: Enqueue, sink: Sink, command: str) -> None:
    first, second = greeting(to="m.bauer@beispiel.de"), greeting(to="b.mauer@beispiel.de")
    answer = "421 4.3.2 closing down"
    if command == "RCPT":
        sink.refused_recipients[first.recipient] = answer
    else:
        sink.data_reply = answer

    assert send_due_mails(NOW) == 1

    for mail in (first, second):
        mail.refresh_from_db()
        assert (mail.status, mail.attempts, mail.last_error) == ("waiting", 0, answer)
    sink.data_reply = "250 OK"
    assert send_due_mails(NOW + PAUSE) == 1
    assert sink.message_ids == [second.message_id]


def test_a_temporary_refusal_is_tried_again_with_the_same_message_id(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting()
    sink.data_reply = "451 4.3.0 try again"

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.next_try_at) == ("waiting", 1, NOW + MINUTE)
    assert mail.last_error == "451 4.3.0 try again"
    sink.data_reply = "250 OK"
    assert send_due_mails(NOW) == 0
    assert send_due_mails(NOW + MINUTE) == 1
    assert sink.message_ids == [mail.message_id]


def test_a_mailbox_that_does_not_exist_fails_at_once(greeting: Enqueue, sink: Sink) -> None:
    mail, other = greeting(to="niemand@beispiel.de"), greeting()
    sink.refused_recipients["niemand@beispiel.de"] = "550 5.1.1 no such user"

    assert send_due_mails(NOW) == 2

    mail.refresh_from_db()
    assert (mail.status, mail.last_error) == ("failed", "550 5.1.1 no such user")
    assert mail.needs_staff
    assert sink.message_ids == [other.message_id]


def test_a_full_mailbox_is_tried_again(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting(to="voll@beispiel.de")
    sink.refused_recipients["voll@beispiel.de"] = "452 4.2.2 mailbox full"

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert (mail.status, mail.next_try_at) == ("waiting", NOW + MINUTE)


def test_a_mail_is_given_up_after_four_days_of_tries(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting()
    sink.data_reply = "451 4.3.0 try again"

    moment = NOW
    while mail.status == OutgoingMail.Status.WAITING:
        moment = mail.next_try_at
        assert send_due_mails(moment) == 1
        mail.refresh_from_db()

    assert mail.status == OutgoingMail.Status.FAILED
    assert not mail.needs_staff
    assert mail.attempts == 13
    assert dt.timedelta(days=3, hours=23) < moment - NOW < dt.timedelta(days=4)


def test_a_broken_template_stops_no_other_mail(greeting: Enqueue, sink: Sink) -> None:
    broken, fine = greeting(kind="broken"), greeting()

    assert send_due_mails(NOW) == 2

    broken.refresh_from_db()
    assert (broken.status, broken.next_try_at) == ("waiting", NOW + MINUTE)
    assert broken.last_error.startswith("TemplateDoesNotExist")
    assert sink.message_ids == [fine.message_id]


def test_a_mail_whose_sender_died_comes_due_again_when_its_lease_ends(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting()
    assert delivery._claim(NOW) == mail

    assert send_due_mails(NOW) == 0
    assert send_due_mails(NOW + LEASE) == 1

    assert sink.message_ids == [mail.message_id]


def test_a_sender_that_overslept_its_lease_changes_nothing(greeting: Enqueue, sink: Sink) -> None:
    mail = greeting()
    overslept = delivery._claim(NOW)
    assert overslept is not None
    send_due_mails(NOW + LEASE)

    delivery._mark_refused(overslept, "too late", is_final=True, now=NOW + LEASE)

    mail.refresh_from_db()
    assert (mail.status, mail.last_error) == ("sent", "")


def test_a_name_with_a_line_break_adds_no_header(greeting: Enqueue, sink: Sink, settings: Settings) -> None:
    greeting("Eve\r\nBcc: opfer@beispiel.de")

    send_due_mails(NOW)

    (message,) = sink.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "Stadtwerke Musterbach grüßt Eve Bcc: opfer@beispiel.de"


def test_a_utility_name_with_a_line_break_sends_nothing(
    greeting: Enqueue, sink: Sink, settings: Settings
) -> None:
    settings.UTILITY = dataclasses.replace(settings.UTILITY, name="Stadtwerke\nBcc: opfer@beispiel.de")
    mail = greeting()

    send_due_mails(NOW)

    mail.refresh_from_db()
    assert mail.status == OutgoingMail.Status.WAITING
    assert sink.messages == []


@pytest.mark.django_db(transaction=True)
def test_senders_that_run_side_by_side_send_every_mail_once(greeting: Enqueue, sink: Sink) -> None:
    mails = [greeting(f"Kunde {number}") for number in range(30)]

    def work() -> None:
        while send_due_mails(NOW):
            pass

    at_once(*[work] * 4)
    assert sorted(sink.message_ids) == sorted(mail.message_id for mail in mails)


def test_rows_of_finished_mails_go_after_ninety_days(greeting: Enqueue) -> None:
    sent, waiting = greeting(), greeting()
    OutgoingMail.objects.filter(pk=sent.pk).update(status=OutgoingMail.Status.SENT)

    assert delete_finished_mails(NOW + dt.timedelta(days=90)) == 0
    assert delete_finished_mails(NOW + dt.timedelta(days=91)) == 1

    assert list(OutgoingMail.objects.all()) == [waiting]


def test_the_waits_grow_and_end() -> None:
    waits = [wait_before_next_try(attempts) for attempts in range(1, 14)]

    assert waits[-1] is None
    assert waits[:-1] == sorted(wait for wait in waits if wait)
