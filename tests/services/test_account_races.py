"""Links and devices of a login, used at the same moment."""

import datetime as dt

import pytest

from kundenportal.identity.change_email import (
    EmailLinkExpired,
    TooManyEmailChanges,
    confirm_email_change,
    request_email_change,
)
from kundenportal.identity.change_password import change_password
from kundenportal.identity.models import EmailChange, OneTimeSecret, SecurityEvent, User
from kundenportal.identity.one_time_secrets import issue_token
from kundenportal.identity.security_events import report_security_event
from kundenportal.linking.services import LinkExpired, disavow, reset_password
from kundenportal.mailing.models import OutgoingMail
from tests.at_once import at_once
from tests.make import NOW, PASSWORD, make_customer, make_user
from tests.security_mails import link_in, recipients

pytestmark = pytest.mark.django_db(transaction=True)

NEW_EMAIL = "neu@beispiel.de"


def request(user: User) -> None:
    request_email_change(user, new_email=NEW_EMAIL, current_password=PASSWORD, device="", now=NOW)


def confirmation_token() -> str:
    mail = OutgoingMail.objects.get(kind="email_change_confirm")
    return link_in(mail, "/email-bestaetigen/").split("/")[2]


def disavowal_tokens() -> list[str]:
    mails = OutgoingMail.objects.filter(kind="password_changed")
    return [link_in(mail, "/das-war-ich-nicht/").split("/")[2] for mail in mails]


def test_one_confirmation_link_used_32_times_changes_the_address_once() -> None:
    request(make_user())
    token = confirmation_token()
    results = at_once(
        *[lambda: confirm_email_change(token=token, session_key=None, now=NOW)] * 32,
        refusals=(EmailLinkExpired,),
    )
    assert sum(isinstance(result, User) for result in results) == 1
    assert sum(isinstance(result, EmailLinkExpired) for result in results) == 31
    assert User.objects.get().email == NEW_EMAIL
    assert SecurityEvent.objects.filter(kind="email_changed").count() == 1


def test_one_disavowal_link_used_32_times_secures_the_login_once() -> None:
    report_security_event("password_changed", user=make_user(), now=NOW)
    (token,) = disavowal_tokens()
    results = at_once(*[lambda: disavow(token=token, now=NOW)] * 32, refusals=(LinkExpired,))
    assert sum(result is None for result in results) == 1
    assert recipients("password_reset") == ["m.bauer@beispiel.de"]


def test_the_links_of_all_recipients_secure_the_login_once() -> None:
    user = make_user(*[make_customer(contact_email=f"k{index}@beispiel.de") for index in range(7)])
    report_security_event("password_changed", user=user, now=NOW)
    tokens = disavowal_tokens()
    assert len(tokens) == 8
    results = at_once(
        *[lambda token=token: disavow(token=token, now=NOW) for token in tokens], refusals=(LinkExpired,)
    )
    assert sum(result is None for result in results) == 1
    assert recipients("password_reset") == ["m.bauer@beispiel.de"]


def test_disavowing_and_confirming_at_once_leave_the_old_address() -> None:
    user = make_user()
    report_security_event("password_changed", user=user, now=NOW)
    request(user)
    (disavowal,), confirmation = disavowal_tokens(), confirmation_token()
    at_once(
        lambda: disavow(token=disavowal, now=NOW),
        lambda: confirm_email_change(token=confirmation, session_key=None, now=NOW),
        refusals=(EmailLinkExpired, LinkExpired),
    )
    assert User.objects.get().email == "m.bauer@beispiel.de"
    assert not EmailChange.objects.filter(completed_at=None, ended_at=None).exists()


def test_wishes_at_once_leave_one_that_waits() -> None:
    user = make_user()
    results = at_once(*[lambda: request(user)] * 4, refusals=(TooManyEmailChanges,))
    assert sum(result is None for result in results) == 2
    assert EmailChange.objects.filter(completed_at=None, ended_at=None).count() == 1


def test_a_reset_and_disavowing_at_once_do_not_wait_for_each_other() -> None:
    user = make_user()
    report_security_event("password_changed", user=user, now=NOW)
    (disavowal,) = disavowal_tokens()
    _, token = issue_token(
        OneTimeSecret.Purpose.PASSWORD_RESET,
        subject="x",
        lifetime=dt.timedelta(hours=1),
        user=user,
        now=NOW,
    )
    at_once(
        lambda: disavow(token=disavowal, now=NOW),
        lambda: reset_password(token=token, password="Regal Mond Kutsche Quark", device="", now=NOW),
        refusals=(LinkExpired,),
    )
    assert not User.objects.get().has_usable_password()


def test_changing_the_password_and_confirming_an_address_do_not_wait_for_each_other() -> None:
    user = make_user()
    request(user)
    token = confirmation_token()
    at_once(
        lambda: change_password(
            user,
            current_password=PASSWORD,
            password="Regal Mond Kutsche Quark",
            session_key=None,
            device="",
            now=NOW,
        ),
        lambda: confirm_email_change(token=token, session_key=None, now=NOW),
        refusals=(EmailLinkExpired,),
    )
    changed = User.objects.get()
    assert changed.check_password("Regal Mond Kutsche Quark")
    assert changed.email in {"m.bauer@beispiel.de", NEW_EMAIL}
