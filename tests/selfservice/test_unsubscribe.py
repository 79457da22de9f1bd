"""``/abmelden-von/<token>/``: ending mails of one category by their link."""

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.forget_login import forget_login
from kundenportal.mailing.categories import Category
from kundenportal.privacy.models import MailOptOut
from kundenportal.privacy.unsubscribe_links import unsubscribe_token
from tests.make import NOW, Household
from tests.snapshot import snapshot

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def url(household: Household) -> str:
    return f"/abmelden-von/{unsubscribe_token(household.user, Category.SUBMISSIONS)}/"


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_mail_scanner_that_opens_the_link_ends_nothing(client: Client, url: str) -> None:
    before = snapshot()
    page = text_of(client.get(url))
    assert "Danach bekommen Sie keine E-Mails mehr zu „Status von Vorgängen“." in page
    assert snapshot() == before


def test_the_button_ends_the_mails_without_a_sign_in(client: Client, url: str, household: Household) -> None:
    response = client.post(url, follow=True)
    assert response.redirect_chain == [(url, 303)]
    assert "Sie bekommen keine E-Mails mehr zu „Status von Vorgängen“." in text_of(response)
    opt_out = MailOptOut.objects.get()
    assert (opt_out.user, opt_out.category, opt_out.created_at) == (household.user, "submissions", NOW)
    assert AuditEntry.objects.get().action == "mail.refused"


def test_a_mail_program_needs_one_click_no_cookie_and_no_redirect(url: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(url, ONE_CLICK)
    assert response.status_code == 200
    assert MailOptOut.objects.count() == 1
    assert settings.SESSION_COOKIE_NAME not in response.cookies


def test_a_second_time_changes_nothing(client: Client, url: str) -> None:
    client.post(url, ONE_CLICK)
    before = snapshot()
    assert client.post(url, ONE_CLICK).status_code == 200
    assert snapshot() == before


def test_the_page_tells_nothing_about_the_login(client: Client, url: str) -> None:
    for response in (client.get(url), client.post(url, follow=True)):
        assert not any(word in text_of(response) for word in ("beispiel.de", "14026", "Bauer", "•"))
        assert response["Cache-Control"] == "no-store, private"


def forged(household: Household) -> str:
    return Signer(salt="another", sep=".").sign_object([household.user.public_id, "submissions"])


def cut_off(household: Household) -> str:
    return unsubscribe_token(household.user, Category.SUBMISSIONS)[:-3]


def of_a_login_that_is_gone(household: Household) -> str:
    token = unsubscribe_token(household.user, Category.SUBMISSIONS)
    forget_login(household.user, now=NOW)
    return token


@pytest.mark.parametrize("make_token", [forged, cut_off, of_a_login_that_is_gone])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_tokens_end_nothing(client: Client, household: Household, make_token, method: str) -> None:
    token = make_token(household)
    before = snapshot()
    response = getattr(client, method)(f"/abmelden-von/{token}/")
    assert response.status_code == 410
    assert "Dieser Link gilt nicht mehr." in text_of(response)
    assert snapshot() == before
