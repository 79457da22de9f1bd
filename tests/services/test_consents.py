"""What people agree to: in which words, since when, until when, and who hears of it."""

import datetime as dt
import hashlib

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink
from kundenportal.linking.services import delete_login
from kundenportal.mailing.categories import Category
from kundenportal.mailing.choices import ALWAYS
from kundenportal.mailing.models import OutgoingMail
from kundenportal.privacy.consents import consents_of, given, has_online_invoices, news_consent
from kundenportal.privacy.mail_choices import find_choice
from kundenportal.privacy.models import Consent, MailOptOut
from kundenportal.privacy.services import (
    ConsentLinkExpired,
    ConsentRefused,
    TooManyConsents,
    agree_to_online_invoices,
    choose_mails,
    confirm_consent,
    revoke_consent,
    tidy_consents,
    unsubscribe,
)
from kundenportal.privacy.unsubscribe_links import unsubscribe_token
from kundenportal.privacy.wordings import WORDINGS
from tests.at_once import at_once
from tests.make import (
    NOW,
    PASSWORD,
    Household,
    make_consent,
    make_customer,
    make_household,
    make_user,
)
from tests.one_time_links import consent_link
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)

AGREED = {
    ("news", "1"): "884fa92092d4c8b9",
    ("online_invoices", "1"): "57cadbf1e2c46375",
}


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def link(household: Household) -> AccountLink:
    return AccountLink.objects.get()


def order_news(user: User, now: dt.datetime = NOW) -> bool:
    return choose_mails(user=user, wanted=set(Category), language="de", now=now)


def token_of(user: User) -> str:
    return consent_link(user).path.split("/")[2]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def mails() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))


def test_ordering_news_only_asks(household: Household) -> None:
    assert order_news(household.user)
    consent = Consent.objects.get()
    assert (consent.kind, consent.asked_at, consent.given_at) == ("news", NOW, None)
    assert not given().exists()
    assert (mails(), actions()) == (["news_confirm"], ["consent.asked"])


def test_ordering_news_twice_asks_once(household: Household) -> None:
    order_news(household.user)
    before = snapshot()
    assert not order_news(household.user)
    assert snapshot() == before


def test_the_words_are_kept_as_they_were_shown(household: Household, link: AccountLink) -> None:
    consent = agree_to_online_invoices(user=household.user, link=link, now=NOW)
    assert consent.wording_version == WORDINGS[Consent.Kind.ONLINE_INVOICES].version
    assert consent.wording.startswith(
        "Ich bekomme meine Rechnungen von Stadtwerke Musterbach nur noch online"
    )


def test_the_link_lets_the_consent_hold(household: Household) -> None:
    token = token_of(household.user)
    consent = confirm_consent(token=token, now=NOW + DAY)
    assert consent.given_at == NOW + DAY
    assert list(given()) == [consent]
    before = snapshot()
    with pytest.raises(ConsentLinkExpired):
        confirm_consent(token=token, now=NOW + DAY)
    assert snapshot() == before


def test_a_link_is_good_for_seven_days_and_while_the_news_are_wanted(household: Household) -> None:
    token = token_of(household.user)
    before = snapshot()
    with pytest.raises(ConsentLinkExpired):
        confirm_consent(token=token, now=NOW + 7 * DAY)
    assert snapshot() == before
    choose_mails(user=household.user, wanted=(), language="de", now=NOW)
    with pytest.raises(ConsentLinkExpired):
        confirm_consent(token=token, now=NOW)
    assert not given().exists()


def test_news_that_were_not_confirmed_in_time_can_be_ordered_again(household: Household) -> None:
    order_news(household.user)
    assert news_consent(household.user, now=NOW + 7 * DAY - SECOND) is not None
    assert news_consent(household.user, now=NOW + 7 * DAY) is None
    assert order_news(household.user, NOW + 7 * DAY)
    assert mails() == ["news_confirm", "news_confirm"]


def test_news_are_asked_for_three_times_a_day(household: Household) -> None:
    for _ in range(3):
        order_news(household.user)
        choose_mails(user=household.user, wanted=(), language="de", now=NOW)
    before = snapshot()
    with pytest.raises(TooManyConsents):
        order_news(household.user)
    assert snapshot() == before
    assert order_news(household.user, NOW + DAY)


def test_the_link_in_the_newsletter_revokes_the_consent(household: Household) -> None:
    consent = make_consent(household.user, kind="news")
    unsubscribe(token=unsubscribe_token(household.user, Category.NEWS), now=NOW + DAY)
    consent.refresh_from_db()
    assert consent.revoked_at == NOW + DAY
    assert not MailOptOut.objects.exists()


def test_invoices_come_online_only_and_the_customer_is_told(household: Household, link: AccountLink) -> None:
    consent = agree_to_online_invoices(user=household.user, link=link, now=NOW)
    assert (consent.customer, consent.given_at) == (household.customer, NOW)
    assert has_online_invoices(household.customer.pk)
    assert (mails(), actions()) == (["online_invoices_begin"], ["consent.given"])
    entry = AuditEntry.objects.get()
    assert entry.customer_id == household.customer.pk
    assert entry.details == {"kind": "online_invoices", "wording_version": "1"}
    before = snapshot()
    assert agree_to_online_invoices(user=household.user, link=link, now=NOW) == consent
    assert snapshot() == before


def test_a_consent_is_revoked_once_and_the_customer_is_told(household: Household, link: AccountLink) -> None:
    consent = agree_to_online_invoices(user=household.user, link=link, now=NOW)
    revoke_consent(user=household.user, consent=consent, now=NOW + DAY)
    consent.refresh_from_db()
    assert consent.revoked_at == NOW + DAY
    assert not has_online_invoices(household.customer.pk)
    assert mails() == ["online_invoices_begin", "online_invoices_end"]
    before = snapshot()
    revoke_consent(user=household.user, consent=consent, now=NOW + 2 * DAY)
    assert snapshot() == before


def held(link: AccountLink) -> None:
    link.held_until = NOW + DAY
    link.save()


def waiting_for_a_letter(link: AccountLink) -> None:
    link.awaits_letter = True
    link.save()


def unlinked(link: AccountLink) -> None:
    link.ended_at = NOW
    link.save()


def left(link: AccountLink) -> None:
    link.customer.ended_at = NOW
    link.customer.save()


@pytest.mark.parametrize("change", [held, waiting_for_a_letter, unlinked, left])
def test_whose_customer_it_may_not_be_stops_no_paper(household: Household, link: AccountLink, change) -> None:
    change(link)
    before = snapshot()
    with pytest.raises(ConsentRefused):
        agree_to_online_invoices(user=household.user, link=AccountLink.objects.get(), now=NOW)
    assert snapshot() == before


def test_going_back_and_forth_ends_for_the_day_with_paper(household: Household, link: AccountLink) -> None:
    for _ in range(3):
        consent = agree_to_online_invoices(user=household.user, link=link, now=NOW)
        revoke_consent(user=household.user, consent=consent, now=NOW)
    before = snapshot()
    with pytest.raises(TooManyConsents):
        agree_to_online_invoices(user=household.user, link=link, now=NOW)
    assert snapshot() == before


@pytest.mark.django_db(transaction=True)
def test_a_double_click_agrees_once() -> None:
    household = make_household()
    link = AccountLink.objects.get()
    at_once(*[lambda: agree_to_online_invoices(user=household.user, link=link, now=NOW)] * 4)
    assert Consent.objects.count() == 1
    assert mails() == ["online_invoices_begin"]


def test_who_gets_no_paper_hears_of_every_document(household: Household) -> None:
    mail = OutgoingMail(customer_id=household.customer.pk)
    choose_mails(user=household.user, wanted=(), language="de", now=NOW)
    assert not find_choice(mail, Category.DOCUMENTS).is_wanted
    make_consent(household.user, customer=household.customer)
    assert find_choice(mail, Category.DOCUMENTS) == ALWAYS
    assert not find_choice(mail, Category.SUBMISSIONS).is_wanted


def test_paper_comes_again_when_no_login_holds_the_customer(household: Household, link: AccountLink) -> None:
    kept = make_consent(
        make_user(kept_customer := make_customer(), email="b@beispiel.de"), customer=kept_customer
    )
    consent = make_consent(household.user, customer=household.customer)
    assert tidy_consents(NOW) == 0
    unlinked(link)
    assert tidy_consents(NOW + DAY) == 1
    consent.refresh_from_db()
    kept.refresh_from_db()
    assert (consent.revoked_at, kept.revoked_at) == (NOW + DAY, None)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("consent.revoked", "system")


def test_a_customer_that_moved_to_another_login_keeps_its_consent(
    household: Household, link: AccountLink
) -> None:
    consent = make_consent(household.user, customer=household.customer)
    unlinked(link)
    other = make_user(household.customer, email="neu@beispiel.de")
    assert tidy_consents(NOW) == 0
    assert consents_of(other, [household.customer]) == [consent]


def test_what_another_login_took_back_is_not_shown(household: Household) -> None:
    make_consent(household.user, customer=household.customer, revoked_at=NOW)
    other = make_user(email="neu@beispiel.de")
    assert consents_of(other, [household.customer]) == []
    assert len(consents_of(household.user, [])) == 1


def test_a_deleted_login_takes_its_own_consents_along_and_paper_comes_again(household: Household) -> None:
    make_consent(household.user, kind="news")
    invoices = make_consent(household.user, customer=household.customer)
    delete_login(user=household.user, current_password=PASSWORD, now=NOW)
    assert list(Consent.objects.all()) == [invoices]
    tidy_consents(NOW)
    assert not given().exists()


def test_news_nobody_confirmed_are_forgotten_after_seven_days(household: Household) -> None:
    order_news(household.user)
    assert tidy_consents(NOW + 7 * DAY - SECOND) == 0
    assert tidy_consents(NOW + 7 * DAY) == 1
    assert not Consent.objects.exists()


def test_a_consent_taken_back_is_kept_as_proof_for_three_years(household: Household) -> None:
    holds = make_consent(household.user, kind="news")
    make_consent(household.user, customer=household.customer, revoked_at=NOW)
    assert tidy_consents(NOW + 1096 * DAY) == 0
    assert tidy_consents(NOW + 1096 * DAY + SECOND) == 1
    assert list(Consent.objects.all()) == [holds]


def test_who_changes_what_is_agreed_to_gives_it_a_new_version() -> None:
    digests = {
        (kind.value, wording.version): hashlib.sha256(str(wording.template).encode()).hexdigest()[:16]
        for kind, wording in WORDINGS.items()
    }
    assert digests == AGREED
