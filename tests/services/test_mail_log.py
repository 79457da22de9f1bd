"""Mails that came back, sending one once more, and the box that reports come into."""

import datetime as dt
import mailbox
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import EmailChange, OneTimeSecret, User
from kundenportal.linking.models import Registration
from kundenportal.mail_log.bounce_box import take_in, take_in_bounces
from kundenportal.mail_log.preview import HIDDEN, NoPreview, preview_mail
from kundenportal.mail_log.selectors import returned_from
from kundenportal.mail_log.services import (
    NotRepeatable,
    NotRepeated,
    repeat_mail,
    settle_address,
    why_not_again,
)
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.bounces import make_report
from tests.make import NOW, make_customer, make_document, make_user
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

Status = OutgoingMail.Status


@pytest.fixture
def user() -> User:
    return make_user(make_customer())


def mail_of(what: str, user: User, filled: dict[str, object], **values: object) -> OutgoingMail:
    """Return a mail that was sent to a login."""
    customer = user.account_links.get().customer_id
    mail = enqueue(what, to=user.email, context=filled, customer_id=customer, now=NOW)
    OutgoingMail.objects.filter(pk=mail.pk).update(**{"status": Status.SENT, "sent_at": NOW} | values)
    mail.refresh_from_db()
    return mail


def news(user: User, **values: object) -> OutgoingMail:
    customer = user.account_links.get().customer
    make_document(customer)
    return mail_of("new_documents", user, {"customer": customer.pk}, **values)


class TestReturned:
    def test_an_address_that_is_lost_is_somebody_s_task(self, user: User) -> None:
        mail = news(user)
        assert take_in(make_report(mail.message_id), now=NOW) == "bounced"
        mail.refresh_from_db()
        assert (mail.status, mail.bounce, mail.needs_staff, mail.bounced_at) == ("bounced", "hard", True, NOW)
        assert mail.last_error.startswith("550 5.1.1")
        assert returned_from(user.email, now=NOW).exists()
        entry = AuditEntry.objects.get(action="mail.returned")
        assert (entry.actor, entry.customer_id) == ("mail-server", mail.customer_id)
        assert take_in(make_report(mail.message_id), now=NOW) == "known"

    def test_a_full_mailbox_is_nobody_s_task(self, user: User) -> None:
        mail = news(user)
        take_in(make_report(mail.message_id, status="5.2.2", said="smtp; 552 5.2.2 quota"), now=NOW)
        mail.refresh_from_db()
        assert (mail.status, mail.bounce, mail.needs_staff) == ("bounced", "soft", False)
        assert not returned_from(user.email, now=NOW).exists()

    def test_a_delay_is_told_and_the_mail_counts_as_sent(self, user: User) -> None:
        mail = news(user)
        report = make_report(mail.message_id, action="delayed", status="4.4.1", said="smtp; timed out")
        assert take_in(report, now=NOW) == "delayed"
        mail.refresh_from_db()
        assert (mail.status, mail.last_error) == ("sent", "4.4.1 timed out")

    def test_a_report_about_no_mail_of_ours_changes_nothing(self, user: User) -> None:
        news(user)
        before = snapshot()
        made_up = make_report("<00000000-0000-4000-8000-000000000000@localhost>")
        assert take_in(made_up, now=NOW) == "unknown_mail"
        assert snapshot() == before

    def test_a_made_up_report_marks_its_mail_and_touches_nothing_else(self, user: User) -> None:
        mail = news(user)
        before = snapshot(but=[OutgoingMail, AuditEntry])
        take_in(make_report(mail.message_id), now=NOW)
        assert snapshot(but=[OutgoingMail, AuditEntry]) == before

    def test_an_address_that_was_seen_to_is_told_of_no_more(self, user: User) -> None:
        mail, other = news(user, needs_staff=True), news(user, needs_staff=True)
        assert returned_from(user.email, now=NOW).exists()
        assert not returned_from(user.email, now=NOW + dt.timedelta(days=31)).exists()
        assert settle_address(mail, actor="staff:1", now=NOW) == 2
        assert not OutgoingMail.objects.filter(pk__in=[mail.pk, other.pk], needs_staff=True).exists()
        assert AuditEntry.objects.get(action="mail.address_settled").details == {"mails": 2}


class TestBox:
    @pytest.fixture
    def box(self, tmp_path: Path, settings: Settings) -> mailbox.Maildir:
        settings.BOUNCES = str(tmp_path / "bounces")
        return mailbox.Maildir(settings.BOUNCES)

    def test_what_is_new_is_read_once_and_kept(self, user: User, box: mailbox.Maildir) -> None:
        mail = news(user)
        box.add(make_report(mail.message_id))
        box.add(b"Subject: Werbung\n\nGewinnen Sie!")
        assert take_in_bounces(NOW) == 2
        assert take_in_bounces(NOW) == 0
        assert OutgoingMail.objects.get(pk=mail.pk).status == Status.BOUNCED
        assert [message.get_flags() for message in box] == ["S", "S"]

    def test_without_a_box_nothing_is_done(self) -> None:
        assert take_in_bounces(NOW) == 0

    @pytest.mark.parametrize("form", ["mbox", "maildir", "one"])
    def test_the_command_reads_any_box(self, user: User, tmp_path: Path, form: str) -> None:
        mail, path = news(user), tmp_path / "box"
        report = make_report(mail.message_id)
        if form == "one":
            path.write_bytes(report)
        else:
            box = mailbox.mbox(path) if form == "mbox" else mailbox.Maildir(path)
            box.add(b"Subject: Hallo\n\nFrom here on it is text.\n")
            box.add(report)
            box.close()
        out = StringIO()
        call_command("import_bounces", str(path), stdout=out)
        assert "1  als unzustellbar vermerkt" in out.getvalue()
        assert f"{1 if form == 'one' else 2} E-Mails gelesen." in out.getvalue()
        assert OutgoingMail.objects.get(pk=mail.pk).status == Status.BOUNCED

    def test_a_box_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="ist nicht lesbar"):
            call_command("import_bounces", str(tmp_path / "nichts"))


class TestRepeat:
    def test_a_mail_about_a_customer_goes_to_whoever_holds_him_now(self, user: User) -> None:
        mail = news(user)
        again = repeat_mail(mail, actor="staff:1", now=NOW)
        assert (again.kind, again.recipient, again.context) == (mail.kind, "", mail.context)
        assert (again.repeats, again.status) == (mail, Status.WAITING)
        assert again.message_id != mail.message_id
        entry = AuditEntry.objects.get(action="mail.repeated")
        assert entry.details == {"kind": "new_documents", "again": again.pk}

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ({"status": Status.WAITING}, NotRepeated.WAITS),
            ({"status": Status.UNWANTED}, NotRepeated.UNWANTED),
            ({"status": Status.STOPPED}, NotRepeated.STOPPED),
            ({"context": {}}, NotRepeated.FORGOTTEN),
            ({"kind": "device_code", "context": {"user_id": 1}}, NotRepeated.OCCASION_OVER),
            ({"kind": "unheard_of"}, NotRepeated.OCCASION_OVER),
        ],
    )
    def test_what_makes_no_sense_is_not_sent_again(
        self, user: User, values: dict[str, object], reason: NotRepeated
    ) -> None:
        mail = news(user, **values)
        before = snapshot()
        with pytest.raises(NotRepeatable) as refused:
            repeat_mail(mail, actor="staff:1", now=NOW)
        assert refused.value.reason == reason
        assert snapshot() == before

    def test_two_clicks_are_one_wish(self, user: User) -> None:
        mail = news(user)
        repeat_mail(mail, actor="staff:1", now=NOW)
        with pytest.raises(NotRepeatable):
            repeat_mail(mail, actor="staff:1", now=NOW + dt.timedelta(minutes=9))
        assert why_not_again(mail, now=NOW + dt.timedelta(minutes=11)) is None

    def test_a_link_to_set_a_password_goes_to_the_login_s_present_address_alone(self, user: User) -> None:
        mail = mail_of("password_reset", user, {"user_ids": [user.pk]})
        assert why_not_again(mail, now=NOW) is None
        User.objects.filter(pk=user.pk).update(email="neu@beispiel.de")
        assert why_not_again(mail, now=NOW) == NotRepeated.OCCASION_OVER

    def test_access_data_go_again_while_the_registration_is_open(self, user: User) -> None:
        registration = Registration.objects.create(
            customer_number="0012345/1", name="B", email=user.email, created_at=NOW, status="mailed"
        )
        mail = mail_of("registration_link", user, {"registration_id": registration.pk})
        assert why_not_again(mail, now=NOW) is None
        Registration.objects.update(status="completed")
        assert why_not_again(mail, now=NOW) == NotRepeated.OCCASION_OVER

    def test_a_new_address_is_asked_again_while_it_waits(self, user: User) -> None:
        change = EmailChange.objects.create(
            user=user, old_email="alt@beispiel.de", new_email=user.email, requested_at=NOW
        )
        mail = mail_of("email_change_confirm", user, {"email_change_id": change.pk})
        assert why_not_again(mail, now=NOW) is None
        EmailChange.objects.update(ended_at=NOW)
        assert why_not_again(mail, now=NOW) == NotRepeated.OCCASION_OVER


class TestPreview:
    def test_it_says_what_the_mail_says(self, user: User) -> None:
        preview = preview_mail(news(user), now=NOW)
        assert preview.subject == "Ein neues Dokument liegt für Sie bereit"
        assert "Michael Bauer" in preview.text
        assert "<html" in preview.html

    @pytest.mark.parametrize("kind", ["password_reset", "sign_in_link", "device_code", "new_device"])
    def test_no_secret_is_shown_and_none_is_made(self, user: User, kind: str) -> None:
        context = {
            "user_ids": [user.pk],
            "user_id": user.pk,
            "request_id": 1,
            "device": "Firefox",
            "event_id": 1,
            "event_at": NOW.isoformat(),
            "recipient_index": 0,
        }
        mail = mail_of(kind, user, context)
        before = snapshot()
        preview = preview_mail(mail, now=NOW)
        assert HIDDEN in preview.text
        assert HIDDEN in preview.html
        assert snapshot() == before
        assert not OneTimeSecret.objects.exists()

    def test_what_is_forgotten_or_gone_is_not_shown(self, user: User) -> None:
        for mail in (news(user, context={}), mail_of("new_documents", user, {"customer": 999_999})):
            with pytest.raises(NoPreview):
                preview_mail(mail, now=NOW)
