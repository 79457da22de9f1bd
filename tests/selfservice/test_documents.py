"""``/vs/<id>/dokumente/``: documents by year, by kind and by words, page after page."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.linking.models import AccountLink
from tests.make import (
    NOW,
    Household,
    make_customer,
    make_document,
    make_premise,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.document_pages import document_url, list_url
from tests.selfservice.reading_pages import text_of

EMPTY = "Hier stellen wir Ihre Rechnungen und Verträge bereit. Noch ist nichts da."


@pytest.fixture
def owner(client: Client, household: Household) -> Client:
    sign_in(client, household.user)
    return client


def open_document(document: Document, household: Household) -> None:
    DocumentAccess.objects.create(document=document, user=household.user, way="opened", at=NOW)


def titles_on(page: str) -> list[str]:
    return re.findall(r"<b>([^<]+)</b><small>[^<]*PDF", page)


def test_documents_stand_under_their_years_the_newest_first(owner: Client, household: Household) -> None:
    old = make_document(household.customer, "Jahresabrechnung 2023", document_date=dt.date(2024, 1, 20))
    new = make_document(household.customer, "Jahresabrechnung 2025")

    page = owner.get(list_url(household))

    assert "<title>Dokumentenverwaltung – Kundenportal Stadtwerke Musterbach</title>" in page.text
    text = text_of(page)
    assert "2026 Jahresabrechnung 2025 Rechnung · 20.01.2026 · PDF, 1 KB Neu" in text
    assert "2024 Jahresabrechnung 2023 Rechnung · 20.01.2024 · PDF, 1 KB Neu" in text
    assert titles_on(page.text) == ["Jahresabrechnung 2025", "Jahresabrechnung 2023"]
    assert f'href="{document_url(household, old)}"' in page.text
    assert f'href="{document_url(household, new)}"' in page.text
    assert page["Cache-Control"] == "no-store, private"


def test_a_document_is_new_until_this_login_opened_it(owner: Client, household: Household) -> None:
    document = make_document(household.customer)
    other = make_user(email="b@beispiel.de")
    DocumentAccess.objects.create(document=document, user=other, way="opened", at=NOW)
    page = owner.get(list_url(household)).text
    assert page.count(">Neu</span>") == 1
    assert ">1 neues</span>" in page

    open_document(document, household)

    page = owner.get(list_url(household)).text
    assert ">Neu</span>" not in page
    assert "neues</span>" not in page


def test_the_navigation_counts_what_is_new_here_on_every_page(owner: Client, household: Household) -> None:
    make_document(household.customer)
    make_document(household.customer, premise=household.premise)
    make_document(household.customer, premise=make_premise(household.customer))
    for path in ("", "zaehlerstaende/", "vorgaenge/", "dokumente/"):
        page = owner.get(f"/vs/{household.premise.public_id}/{path}").text
        assert ">2 neue</span>" in page, path
    assert ">2 neue</span>" in owner.get("/konto/").text


def test_beyond_99_new_ones_nobody_counts(owner: Client, household: Household) -> None:
    for _ in range(100):
        make_document(household.customer)

    assert ">99+</span>" in owner.get(f"/vs/{household.premise.public_id}/vorgaenge/").text


def test_nothing_there_yet_is_said_without_a_search(owner: Client, household: Household) -> None:
    page = owner.get(list_url(household))

    assert EMPTY in text_of(page)
    assert 'name="suche"' not in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"art": "vertrag"}, ["Vertragsbestätigung Gas"]),
        ({"suche": "abrechnung"}, ["Jahresabrechnung 2025", "Jahresabrechnung 2023"]),
        ({"suche": "2023 ABRECHNUNG"}, ["Jahresabrechnung 2023"]),
        ({"suche": "vertragsbestaetigung"}, ["Vertragsbestätigung Gas"]),
        ({"suche": "20.01.2024"}, ["Jahresabrechnung 2023"]),
        ({"suche": "rechnung", "art": "rechnung"}, ["Jahresabrechnung 2025", "Jahresabrechnung 2023"]),
        ({"suche": "  "}, ["Jahresabrechnung 2025", "Vertragsbestätigung Gas", "Jahresabrechnung 2023"]),
        (
            {"art": "gibtesnicht"},
            ["Jahresabrechnung 2025", "Vertragsbestätigung Gas", "Jahresabrechnung 2023"],
        ),
    ],
)
def test_kind_and_words_find_documents(
    owner: Client, household: Household, query: dict[str, str], found: list[str]
) -> None:
    make_document(household.customer, "Jahresabrechnung 2023", document_date=dt.date(2024, 1, 20))
    make_document(
        household.customer, "Vertragsbestätigung Gas", kind="vertrag", document_date=dt.date(2025, 3, 3)
    )
    make_document(household.customer, "Jahresabrechnung 2025")

    assert titles_on(owner.get(list_url(household), query).text) == found


@pytest.mark.parametrize("search", ["nix", "%", "_", "100%", "\\", "'; DROP TABLE", "<script>", "ä" * 500])
def test_a_search_without_a_hit_says_so_and_can_be_undone(
    owner: Client, household: Household, search: str
) -> None:
    make_document(household.customer)

    page = owner.get(list_url(household), {"suche": search})

    assert "Keine Treffer. Filter löschen" in text_of(page)
    assert f'href="{list_url(household)}">Filter löschen</a>' in page.text
    assert "<script>alert" not in page.text
    assert titles_on(page.text) == []


def test_what_was_searched_for_stays_in_the_field(owner: Client, household: Household) -> None:
    make_document(household.customer)

    page = owner.get(list_url(household), {"suche": '"><script>alert(1)</script>', "art": "rechnung"}).text

    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert '<option value="rechnung" selected>' in page


def test_a_title_cannot_bring_markup_along(owner: Client, household: Household) -> None:
    document = make_document(household.customer, '<img src=x onerror="alert(1)">')

    for path in (list_url(household), document_url(household, document)):
        page = owner.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page


def test_pages_follow_each_other_without_a_gap(owner: Client, household: Household) -> None:
    made = [
        make_document(household.customer, f"Nr. {number}", document_date=dt.date(2026, 1, 1 + number // 4))
        for number in range(45)
    ]
    seen: list[str] = []
    address = list_url(household)
    for _ in range(3):
        page = owner.get(address)
        seen += titles_on(page.text)
        # Something that is filed meanwhile shifts nothing.
        make_document(household.customer, "Neues", document_date=dt.date(2026, 6, 1))
        if after := page.context["page"].after:
            address = f"{list_url(household)}?vor={after}"
            assert f'href="?vor={after}"' in page.text
    assert seen == [each.title for each in reversed(made)]
    assert "Ältere Dokumente" not in text_of(page)
    assert "Neueste Dokumente" in text_of(page)


def test_pages_of_a_search_keep_it(owner: Client, household: Household) -> None:
    for number in range(25):
        make_document(household.customer, f"Abrechnung {number}")
        make_document(household.customer, "Vertrag", kind="vertrag")

    first = owner.get(list_url(household), {"suche": "abrechnung", "art": "rechnung"})
    following = re.search(r'href="(\?[^"]+)">Ältere Dokumente', first.text)
    assert following is not None
    second = owner.get(list_url(household) + following[1].replace("&amp;", "&"))

    assert len(titles_on(first.text)) == 20
    assert len(titles_on(second.text)) == 5
    assert all("Abrechnung" in title for title in titles_on(second.text))


@pytest.mark.parametrize("after", ["", "x", "0" * 12, "ä"])
def test_an_odd_parameter_begins_with_the_newest(owner: Client, household: Household, after: str) -> None:
    make_document(household.customer)
    foreign = make_document(make_customer(), document_date=dt.date(2020, 1, 1))
    for each in (after, foreign.public_id):
        assert titles_on(owner.get(list_url(household), {"vor": each}).text) == ["Jahresabrechnung 2025"]


def test_a_page_goes_on_behind_a_document_that_was_recalled_meanwhile(
    owner: Client, household: Household
) -> None:
    made = [make_document(household.customer, f"Nr. {number}") for number in range(21)]
    after = owner.get(list_url(household)).context["page"].after
    Document.objects.filter(public_id=after).update(recalled_at=NOW)

    assert titles_on(owner.get(list_url(household), {"vor": after}).text) == [made[0].title]


def test_behind_the_oldest_there_is_nothing(owner: Client, household: Household) -> None:
    document = make_document(household.customer)
    text = text_of(owner.get(list_url(household), {"vor": document.public_id}))
    assert "Ältere Dokumente gibt es nicht." in text
    assert "Neueste Dokumente" in text


def test_other_customers_premises_and_recalled_documents_do_not_show(
    owner: Client, household: Household
) -> None:
    make_document(make_customer(), "Fremd")
    make_document(household.customer, "Woanders", premise=make_premise(household.customer))
    make_document(household.customer, "Zurückgezogen")
    Document.objects.filter(title="Zurückgezogen").update(recalled_at=NOW)
    # A customer who had the premise before has left his bills there.
    make_document(make_customer(), "Vorgänger", premise=household.premise)

    assert EMPTY in text_of(owner.get(list_url(household)))


@pytest.mark.usefixtures("noon", "db")
def test_an_ended_contract_stays_readable_for_three_years(client: Client) -> None:
    customer = make_customer()
    recent = make_premise(customer, end_date=NOW.date() - dt.timedelta(days=900))
    long_ago = make_premise(customer, end_date=NOW.date() - dt.timedelta(days=1200))
    document = make_document(customer)
    sign_in(client, make_user(customer))

    assert titles_on(client.get(f"/vs/{recent.public_id}/dokumente/").text) == [document.title]
    assert client.get(f"/vs/{long_ago.public_id}/dokumente/").status_code == 404


@pytest.mark.parametrize("values", [{"awaits_letter": True}, {"held_until": NOW + dt.timedelta(hours=5)}])
def test_a_restricted_access_sees_no_documents(
    client: Client, household: Household, values: dict[str, object]
) -> None:
    document = make_document(household.customer)
    AccountLink.objects.update(**values)
    sign_in(client, household.user)

    page = client.get(list_url(household))
    assert "Zu Ihrem Schutz können Sie die Dokumente noch nicht ansehen." in text_of(page)
    home = client.get(f"/vs/{household.premise.public_id}/").text
    for each in (page.text, home):
        assert document.title not in each
        assert "neues</span>" not in each
    for path in ("", "datei/", "datei/?ansicht", "seite/1/"):
        answer = client.get(document_url(household, document) + path)
        assert answer.status_code == 403
        assert document.title not in answer.text
    assert not DocumentAccess.objects.exists()


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(household: Household, is_staff: bool) -> None:
    make_document(household.customer)
    stranger = Client()
    sign_in(stranger, make_user(make_customer(), email="b@beispiel.de", is_staff=is_staff))
    assert stranger.get(list_url(household)).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    assert client.get(list_url(household))["Location"].startswith("/anmelden/?weiter=")


def test_only_these_pages_may_hold_a_frame(owner: Client, household: Household) -> None:
    document = make_document(household.customer)
    for path in (list_url(household), document_url(household, document)):
        assert "frame-src 'self'" in owner.get(path)["Content-Security-Policy"]
    assert "frame-src" not in owner.get(f"/vs/{household.premise.public_id}/")["Content-Security-Policy"]


def test_the_list_takes_as_many_queries_for_20_as_for_one(owner: Client, household: Household) -> None:
    counts = []
    for more in (1, 19):
        for _ in range(more):
            make_document(household.customer)
        owner.get(list_url(household))
        with CaptureQueriesContext(connection) as queries:
            owner.get(list_url(household))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
