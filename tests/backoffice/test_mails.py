"""``/verwaltung/mails/``: what became of a mail, what it says, and sending it once more."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.mail_words import CAUSES, KINDS, NOT_REPEATED
from kundenportal.identity.models import StaffMember, User
from kundenportal.mail_log.services import NotRepeated
from kundenportal.mailing.answers import Cause
from kundenportal.mailing.kinds import all_kinds
from kundenportal.mailing.models import OutgoingMail
from kundenportal.mailing.services import enqueue
from tests.make import NOW, make_customer, make_premise, make_user
from tests.personas import sign_in
from tests.snapshot import snapshot
from tests.staff import make_member, sign_in_member

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = "/verwaltung/mails/"
Status = OutgoingMail.Status


@pytest.fixture
def user() -> User:
    customer = make_customer()
    make_premise(customer)
    return make_user(customer)


def mail(user: User, *, days: int = 0, **values: object) -> OutgoingMail:
    """Return a mail about new documents that was sent some days ago."""
    customer = user.account_links.get().customer_id
    row = enqueue(
        "new_documents",
        to=user.email,
        context={"customer": customer},
        customer_id=customer,
        now=NOW - dt.timedelta(days=days),
    )
    sent = {"status": Status.SENT, "subject": "Ein neues Dokument", "sent_at": NOW}
    OutgoingMail.objects.filter(pk=row.pk).update(**sent | values)
    row.refresh_from_db()
    return row


def numbers(client: Client, query: str = "") -> list[int]:
    """Return the ids of the mails a list shows."""
    return [row.mail.pk for row in client.get(f"{MAILS}?{query}").context["rows"]]


def test_every_kind_cause_and_refusal_has_its_words() -> None:
    assert set(KINDS) == {kind.name for kind in all_kinds()}
    assert set(CAUSES) == set(Cause)
    assert set(NOT_REPEATED) == set(NotRepeated)


def test_the_list_is_narrowed(desk: Client, user: User) -> None:
    new = mail(user)
    failed = mail(user, days=1, status=Status.FAILED, last_error="550 5.1.1 no", needs_staff=True)
    other = mail(user, days=5, kind="password_reset", recipient="andere@beispiel.de")
    assert numbers(desk) == [new.pk, failed.pk, other.pk]
    assert numbers(desk, "stand=failed") == numbers(desk, "stand=klaeren") == [failed.pk]
    assert numbers(desk, "adresse=ANDERE@beispiel.de") == numbers(desk, "art=password_reset") == [other.pk]
    assert numbers(desk, "von=22.11.2026") == [new.pk]
    assert numbers(desk, "bis=20.11.2026") == [other.pk]
    page = desk.get(MAILS).text
    assert "Dieses Postfach gibt es nicht" in page
    assert "1 E-Mail kam nicht an" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("adresse=x", "In der E-Mail-Adresse fehlt das @-Zeichen"),
        ("von=31.2.2026", "„31.2.2026“ ist kein Datum."),
        ("stand=nichts", ""),
        ("nach=x", ""),
    ],
)
def test_what_is_typed_wrong_is_said_and_shows_everything(
    desk: Client, user: User, query: str, said: str
) -> None:
    only = mail(user)
    assert numbers(desk, query) == [only.pk]
    assert said in desk.get(f"{MAILS}?{query}").text


def test_pages_follow_each_other_and_cost_the_same(
    desk: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mail(user)
    desk.get(MAILS)
    with django_assert_num_queries(5):
        desk.get(MAILS)
    # Some of one moment: the id goes on where the time does not.
    made = [mail(user, days=number // 4) for number in range(59)]
    with django_assert_num_queries(5):
        first = desk.get(MAILS)
    second = numbers(desk, first.context["pager"].next_query)
    shown = [row.mail.pk for row in first.context["rows"]] + second
    assert len(shown) == len(set(shown)) == 60
    assert shown[-1] == made[56].pk


def test_a_mail_is_opened_and_that_is_written_down(desk: Client, user: User) -> None:
    row = mail(user, status=Status.BOUNCED, last_error="550 5.1.1 no", bounce="hard", bounced_at=NOW)
    for _ in range(2):
        page = desk.get(f"{MAILS}{row.pk}/")
    assert "Dieses Postfach gibt es nicht" in page.text
    assert "Bitte fragen Sie den Kunden" in page.text
    assert "Guten Tag Michael Bauer" in page.text
    assert 'href="/verwaltung/kunden/' in page.text.partition("<main")[2]
    entry = AuditEntry.objects.get(action="mail.viewed")
    assert (entry.subject, entry.customer_id) == (f"mail:{row.pk}", row.customer_id)
    html = desk.get(f"{MAILS}{row.pk}/html/")
    assert "Michael Bauer" in html.text
    assert "sandbox" in html["Content-Security-Policy"]


def test_no_link_of_a_login_is_shown(desk: Client, user: User) -> None:
    row = mail(user, kind="password_reset", context={"user_ids": [user.pk]})
    before = snapshot(but=[AuditEntry])
    page = desk.get(f"{MAILS}{row.pk}/").text
    assert "/passwort-neu/verborgen/" in page
    assert snapshot(but=[AuditEntry]) == before


def test_a_technician_sees_why_and_not_what_and_to_whom(user: User, noon: None) -> None:
    client = Client()
    member = make_member(StaffMember.Role.TECHNICIAN, email="technik@stadtwerke.example", name="Herr Kern")
    sign_in_member(client, member)
    row = mail(user, status=Status.FAILED, last_error=f"554 5.7.1 <{user.email}> blocked")
    assert client.get(MAILS, {"adresse": "niemand@beispiel.de"}).text.count(f"{MAILS}{row.pk}/") == 1
    for path in ("", f"{row.pk}/"):
        page = client.get(f"{MAILS}{path}").text
        assert "nimmt von uns nichts an" in page
        assert user.email not in page
        assert 'name="adresse"' not in page
        assert "Michael Bauer" not in page
        assert row.subject not in page
    assert client.get(f"{MAILS}{row.pk}/html/").status_code == 403
    assert client.post(f"{MAILS}{row.pk}/noch-einmal/").status_code == 403
    assert OutgoingMail.objects.count() == 1


def test_a_mail_is_sent_once_more_and_the_new_one_shown(desk: Client, user: User) -> None:
    row = mail(user)
    assert "Jetzt senden" in desk.get(f"{MAILS}{row.pk}/noch-einmal/").text
    assert OutgoingMail.objects.count() == 1
    response = desk.post(f"{MAILS}{row.pk}/noch-einmal/")
    again = OutgoingMail.objects.get(repeats=row)
    assert (response.status_code, response["Location"]) == (303, f"{MAILS}{again.pk}/")
    assert "Wiederholt eine frühere E-Mail" in desk.get(response["Location"]).text
    before = OutgoingMail.objects.count()
    page = desk.post(f"{MAILS}{row.pk}/noch-einmal/", follow=True)
    assert "Sie wurde gerade noch einmal gesendet." in page.text
    desk.post(f"{MAILS}{again.pk}/noch-einmal/")
    assert OutgoingMail.objects.count() == before


def test_an_address_is_settled_and_the_customer_is_told_until_then(desk: Client, user: User) -> None:
    row = mail(user, status=Status.BOUNCED, last_error="550 5.1.1 no", bounce="hard", needs_staff=True)
    customer = Client()
    sign_in(customer, user)
    home = customer.get("/", follow=True).text
    assert "kam zurück." in home
    assert "Bitte prüfen Sie Ihre Adresse." in home
    assert user.email not in home.partition("post-zurueck")[2].partition("</section>")[0]
    assert "Adresse ist geklärt" in desk.get(f"{MAILS}{row.pk}/").text
    assert desk.post(f"{MAILS}{row.pk}/geklaert/").status_code == 303
    assert "kam zurück." not in customer.get("/", follow=True).text
    assert numbers(desk, "stand=klaeren") == []


def test_what_does_not_exist_is_not_found(desk: Client) -> None:
    for path in ("99/", "99/html/", "99/noch-einmal/", f"{'9' * 30}/"):
        assert desk.get(f"{MAILS}{path}").status_code == 404


def test_states_are_said_in_german() -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = [str(label) for label in Status.labels]
    assert words == ["wartet", "gesendet", "unzustellbar", "fehlgeschlagen", "angehalten", "abbestellt"]
