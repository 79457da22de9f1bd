"""Security events: who is told, and what the link "Das war ich nicht" of the mails does."""

import datetime as dt

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import EmailChange, OneTimeSecret, SecurityEvent, User
from kundenportal.identity.old_events import delete_old_events
from kundenportal.identity.one_time_secrets import issue_token, open_secret
from kundenportal.identity.password_hashing import password_matches
from kundenportal.identity.security_events import report_security_event
from kundenportal.linking import services
from kundenportal.linking.holds import held_links
from kundenportal.linking.models import ActivationLetter
from kundenportal.linking.services import LinkExpired
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.linking import link, make_address, make_weber
from tests.make import NOW, PASSWORD, make_customer, make_user
from tests.security_mails import link_in, recipients, text_of_mail

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.timedelta(days=1)


def report(user: User, **values) -> SecurityEvent:
    return report_security_event("password_changed", user=user, **{"now": NOW} | values)


def token_of(mail: OutgoingMail, *, now: dt.datetime = NOW) -> str:
    return link_in(mail, "/das-war-ich-nicht/", now=now).split("/")[2]


def make_change(user: User, old: str, new: str, *, completed_at: dt.datetime | None) -> EmailChange:
    return EmailChange.objects.create(
        user=user, old_email=old, new_email=new, requested_at=NOW - DAY, completed_at=completed_at
    )


def test_the_login_the_old_address_and_the_contacts_are_told_each_once() -> None:
    user = make_user(
        make_customer(contact_email="Michael@Beispiel.de"),
        make_customer(contact_email="M.Bauer@beispiel.de"),
        make_customer(contact_email="kein Postfach"),
        make_customer(),
    )
    make_change(user, "alt@beispiel.de", user.email, completed_at=NOW - 29 * DAY)
    make_change(user, "uralt@beispiel.de", "alt@beispiel.de", completed_at=NOW - 31 * DAY)
    make_change(user, user.email, "neu@beispiel.de", completed_at=None)
    report(user, also=["weiteres@beispiel.de", "alt@beispiel.de"])
    assert recipients("password_changed") == [
        "alt@beispiel.de",
        "m.bauer@beispiel.de",
        "michael@beispiel.de",
        "weiteres@beispiel.de",
    ]


def test_a_lesser_event_spares_the_contacts() -> None:
    report(make_user(make_customer(contact_email="michael@beispiel.de")), tells_contacts=False)
    assert recipients("password_changed") == ["m.bauer@beispiel.de"]


def test_an_event_is_written_down_and_its_mails_hold_no_secret() -> None:
    user = make_user()
    event = report(user, action="password.reset", device="Firefox, Windows")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject, entry.at) == (
        "password.reset",
        f"user:{user.pk}",
        f"security-event:{event.pk}",
        NOW,
    )
    assert OutgoingMail.objects.get().context == {
        "event_id": event.pk,
        "event_at": NOW.isoformat(),
        "recipient_index": 0,
        "device": "Firefox, Windows",
        "is_staff": False,
    }
    assert not OneTimeSecret.objects.exists()


def test_disavowing_secures_the_login_and_tells_everybody() -> None:
    user = make_user(make_customer(contact_email="michael@beispiel.de"))
    _, reset = issue_token(
        OneTimeSecret.Purpose.PASSWORD_RESET, subject="x", lifetime=DAY, now=NOW, user=user
    )
    make_change(user, user.email, "neu@beispiel.de", completed_at=None)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.first()), now=NOW)
    user.refresh_from_db()
    assert not password_matches(PASSWORD, user.password)
    assert user.device_epoch == 1
    assert open_secret(OneTimeSecret.Purpose.PASSWORD_RESET, reset, now=NOW) is None
    assert EmailChange.objects.get().ended_at == NOW
    assert recipients("login_secured") == ["m.bauer@beispiel.de", "michael@beispiel.de"]
    assert recipients("password_reset") == ["m.bauer@beispiel.de"]
    assert AuditEntry.objects.get(action="login.disavowed").subject == f"user:{user.pk}"


def test_the_link_in_the_reset_mail_lets_the_owner_in_again() -> None:
    user = make_user()
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.get()), now=NOW)
    link = link_in(OutgoingMail.objects.get(kind="password_reset"), "/passwort-neu/")
    services.reset_password(token=link.split("/")[2], password="Regal Mond Kutsche", device="", now=NOW)
    user.refresh_from_db()
    assert password_matches("Regal Mond Kutsche", user.password)


def test_the_address_before_the_change_is_the_login_s_again() -> None:
    user = make_user(email="dieb@beispiel.de")
    make_change(user, "m.bauer@beispiel.de", "zwischen@beispiel.de", completed_at=NOW - 9 * DAY)
    make_change(user, "zwischen@beispiel.de", "dieb@beispiel.de", completed_at=NOW - DAY)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.first()), now=NOW)
    user.refresh_from_db()
    assert user.email == "m.bauer@beispiel.de"
    assert set(EmailChange.objects.values_list("reverted_at", flat=True)) == {NOW}
    assert recipients("password_reset") == ["m.bauer@beispiel.de"]
    assert recipients("login_secured") == [
        "dieb@beispiel.de",
        "m.bauer@beispiel.de",
        "zwischen@beispiel.de",
    ]


def test_an_address_that_came_back_opens_little_until_a_letter_confirms_it() -> None:
    customer = make_customer()
    make_address(customer)
    user = make_user(customer, email="neu@beispiel.de")
    make_change(user, "alt@beispiel.de", "neu@beispiel.de", completed_at=NOW - DAY)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.get(recipient="alt@beispiel.de")), now=NOW)
    (hold,) = held_links(user, now=NOW + 365 * DAY)
    assert hold.awaits_letter
    assert ActivationLetter.objects.get().account_link == hold
    told = OutgoingMail.objects.get(kind="login_secured", recipient="neu@beispiel.de")
    assert "Wir schicken dem Kunden einen Brief" in text_of_mail(told)


@pytest.mark.parametrize("case", ["in the master data", "nothing came back"])
def test_nothing_is_restricted_when_no_other_mailbox_has_a_claim(case: str) -> None:
    user = make_user(make_customer(contact_email="alt@beispiel.de"), email="neu@beispiel.de")
    if case == "in the master data":
        make_change(user, "alt@beispiel.de", "neu@beispiel.de", completed_at=NOW - DAY)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.first()), now=NOW)
    assert held_links(user, now=NOW) == []


def test_a_number_the_thief_linked_makes_his_address_no_anchor() -> None:
    user = make_user(make_customer())
    make_weber(contact_email="dieb@beispiel.de")
    link(user, now=NOW - DAY)
    User.objects.filter(pk=user.pk).update(email="dieb@beispiel.de")
    make_change(user, "m.bauer@beispiel.de", "dieb@beispiel.de", completed_at=NOW - DAY)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.filter(kind="password_changed").first()), now=NOW)
    user.refresh_from_db()
    assert user.email == "m.bauer@beispiel.de"


def test_an_old_mailbox_does_not_win_against_the_address_in_the_master_data() -> None:
    user = make_user(make_customer(contact_email="neu@beispiel.de"), email="neu@beispiel.de")
    make_change(user, "alt@beispiel.de", "neu@beispiel.de", completed_at=NOW - DAY)
    report(user)
    mail = OutgoingMail.objects.get(recipient="alt@beispiel.de")
    services.disavow(token=token_of(mail), now=NOW)
    user.refresh_from_db()
    assert user.email == "neu@beispiel.de"
    assert recipients("password_reset") == ["neu@beispiel.de"]


def test_a_change_of_long_ago_stays() -> None:
    user = make_user(email="neu@beispiel.de")
    make_change(user, "alt@beispiel.de", "neu@beispiel.de", completed_at=NOW - 11 * DAY)
    report(user)
    services.disavow(token=token_of(OutgoingMail.objects.first()), now=NOW)
    user.refresh_from_db()
    assert user.email == "neu@beispiel.de"


@pytest.mark.parametrize(
    ("later", "is_open"), [(10 * DAY - dt.timedelta(seconds=1), True), (10 * DAY, False)]
)
def test_the_link_is_good_for_ten_days(later: dt.timedelta, is_open: bool) -> None:
    report(make_user())
    token = token_of(OutgoingMail.objects.get())
    assert (services.event_of(token, now=NOW + later) is not None) is is_open


def test_a_new_password_does_not_end_the_link() -> None:
    user = make_user()
    report(user)
    token = token_of(OutgoingMail.objects.get())
    _, reset = issue_token(
        OneTimeSecret.Purpose.PASSWORD_RESET, subject="x", lifetime=DAY, now=NOW, user=user
    )
    services.reset_password(token=reset, password="Regal Mond Kutsche", device="", now=NOW)
    services.disavow(token=token, now=NOW)
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_who_was_told_of_one_event_cannot_lock_the_owner_out_a_second_time() -> None:
    user = make_user(make_customer(contact_email="michael@beispiel.de"))
    report(user)
    report(user)
    tokens = [token_of(mail) for mail in OutgoingMail.objects.all()]
    services.disavow(token=tokens[0], now=NOW)
    before = User.objects.values().get()
    for token in tokens:
        with pytest.raises(LinkExpired):
            services.disavow(token=token, now=NOW)
    assert User.objects.values().get() == before


@pytest.mark.parametrize("token", ["", "gibt-es-nicht"])
def test_an_unknown_link_changes_nothing(token: str) -> None:
    report(make_user())
    before = User.objects.values().get()
    with pytest.raises(LinkExpired):
        services.disavow(token=token, now=NOW)
    assert User.objects.values().get() == before


def test_the_mail_says_when_by_the_utility_s_clock() -> None:
    prepare = kind_named("password_changed").prepare
    assert prepare is not None
    event = report(make_user())
    context = {"event_id": event.pk, "event_at": NOW.isoformat(), "recipient_index": 0}
    assert prepare(context, NOW)["event_local"].hour == 12


def test_events_and_changes_of_address_are_forgotten_after_90_days() -> None:
    user = make_user()
    old = report(user, now=NOW - 91 * DAY)
    recent = report(user, now=NOW - 89 * DAY)
    for days in (91, 89):
        EmailChange.objects.create(
            user=user, old_email="a", new_email="b", requested_at=NOW - days * DAY, completed_at=NOW
        )
    assert delete_old_events(NOW) == 2
    assert list(SecurityEvent.objects.all()) == [recent]
    assert EmailChange.objects.count() == 1
    assert old.pk is not None
