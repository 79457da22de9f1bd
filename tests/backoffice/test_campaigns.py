"""The pages of reading campaigns: planning, starting, following, ending, and the cards."""

import datetime as dt
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kundenportal.audit.models import AuditEntry
from kundenportal.campaigns.models import Campaign, CardFile, CardOrder, Invitation
from kundenportal.campaigns.services import end_campaign, end_campaigns, make_cards, pause_campaign
from kundenportal.identity.models import StaffMember
from tests.campaigns import (
    CAMPAIGNS,
    CONSEQUENCE,
    DAYS,
    give_login,
    look,
    mails_left,
    make_campaign,
    make_running,
    put_out,
    supervisor,
)
from tests.make import NOW, TODAY, make_household, make_premise, make_reading_submission, make_register
from tests.snapshot import snapshot
from tests.staff import sign_in_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

FIELDS = {
    "name": "Jahresablesung 2026",
    "divisions": ["strom", "gas"],
    "places": "",
    "meter_numbers": "",
    "period_from": "15.11.2026",
    "period_to": "31.12.2026",
    "due_date": "15.12.",
    "first_reminder_days": "14",
    "last_reminder_days": "3",
    "consequence": CONSEQUENCE,
}


@pytest.fixture
def chief(client: Client) -> Client:
    """A browser in which Herr Maier is signed in."""
    sign_in_member(client, supervisor())
    return client


def path(campaign: Campaign, act: str = "") -> str:
    return f"{CAMPAIGNS}{campaign.pk}/{act}"


def text_of(response) -> str:
    return " ".join(unescape(response.text).replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_empty_list_says_what_a_campaign_is_for(chief: Client):
    assert "Noch keine Kampagne." in chief.get(CAMPAIGNS).text


def test_a_campaign_is_planned_as_a_draft(chief: Client):
    make_household()
    make_register(make_premise(city="Neudorf"))
    fields = FIELDS | {"places": "neudorf, 91560", "meter_numbers": "1 EMH00 0451 2873\n1emh00-0451-2873\nX1"}
    response = chief.post(f"{CAMPAIGNS}neu/", fields)
    campaign = Campaign.objects.get()
    assert (response.status_code, response["Location"]) == (303, path(campaign))
    assert (campaign.status, campaign.due_date) == ("draft", dt.date(2026, 12, 15))
    assert campaign.places == ["91560", "Neudorf"]
    assert campaign.meter_numbers == ["1emh00-0451-2873", "X1"]
    page = text_of(chief.get(path(campaign)))
    assert "<b>1 Zähler</b> an 1 Verbrauchsstelle<" in page
    assert "1 Nummer der Liste passt zu keinem Zähler:" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Bitte geben Sie der Kampagne einen Namen."),
        ("divisions", [], "Bitte wählen Sie mindestens eine Versorgungsart."),
        ("places", "Musterdorf", "Zu „Musterdorf“ gibt es keine Verbrauchsstelle."),
        ("period_from", "gestrn", "„gestrn“ ist kein Tag, den wir lesen können."),
        ("period_to", "14.11.2026", "Der Zeitraum endet vor seinem Beginn."),
        ("due_date", "", "Bitte geben Sie einen Tag ein, zum Beispiel 22.11.2026."),
        ("due_date", "15.1.2027", "Die Frist endet nach dem Zeitraum."),
        ("first_reminder_days", "bald", "„bald“ passt hier nicht."),
        ("last_reminder_days", "20", "Die zweite Erinnerung muss näher an der Frist liegen als die erste."),
        ("consequence", "", "Bitte schreiben Sie, was passiert, wenn jemand nichts meldet."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_kept(chief: Client, field, typed, said):
    before = snapshot()
    response = chief.post(f"{CAMPAIGNS}neu/", FIELDS | {field: typed})
    assert response.status_code == 422
    assert said in text_of(response)
    assert "Jahresablesung 2026" in response.text or field == "name"
    assert snapshot() == before


def test_a_draft_is_changed_and_deleted(chief: Client):
    campaign = make_campaign()
    assert 'value="15.12.2026"' in chief.get(path(campaign, "aendern/")).text
    assert chief.post(path(campaign, "aendern/"), FIELDS | {"name": "Herbst"}).status_code == 303
    campaign.refresh_from_db()
    assert (campaign.name, campaign.divisions) == ("Herbst", "strom,gas")
    assert "Herbst" in chief.get(path(campaign, "loeschen/")).text
    assert chief.post(path(campaign, "loeschen/"))["Location"] == CAMPAIGNS
    assert not Campaign.objects.exists()


def test_starting_says_first_how_many_mails_go_out(chief: Client):
    make_household()
    make_register()
    campaign = make_campaign()
    page = text_of(chief.get(path(campaign, "starten/")))
    assert "<b>1 E-Mail</b> geht hinaus." in page
    assert "1 Verbrauchsstelle bekommt eine Ablesekarte." in page
    campaign.refresh_from_db()
    assert campaign.status == "draft"
    assert chief.post(path(campaign, "starten/"))["Location"] == path(campaign)
    campaign.refresh_from_db()
    assert campaign.status == "running"
    assert AuditEntry.objects.get(action="campaign.started").subject == f"campaign:{campaign.pk}"


def test_what_was_done_meanwhile_is_not_done_again(chief: Client):
    campaign = make_running()
    before = snapshot()
    for act in ("starten/", "loeschen/", "fortsetzen/"):
        response = chief.post(path(campaign, act), follow=True)
        assert "Die Kampagne hat sich inzwischen geändert. Es wurde nichts getan." in text_of(response)
    assert snapshot() == before


def test_a_campaign_is_paused_resumed_and_ended(chief: Client):
    campaign = make_running()
    for act, status in (("anhalten/", "paused"), ("fortsetzen/", "running"), ("beenden/", "ended")):
        assert chief.post(path(campaign, act)).status_code == 303
        campaign.refresh_from_db()
        assert campaign.status == status
    assert "Beendet am 22.11.2026." in text_of(chief.get(path(campaign)))


def test_the_page_tells_how_far_it_has_got(chief: Client):
    household = make_household()
    make_register()
    campaign = make_running(divisions=("strom", "gas"))
    put_out(campaign)
    mails_left()
    make_reading_submission(household.strom, household.gas, channel="link")
    look(campaign)
    page = text_of(chief.get(path(campaign)))
    assert "3 Zähler" in page
    assert "1 von 1 per E-Mail, 0 Ablesekarten" in page
    assert "2 von 3 Zählern" in page
    rows = chief.get(path(campaign, "verlauf.csv")).text.splitlines()
    assert rows[1] == "2026-11-22;2;0;0;0;2"


def test_one_of_a_kind_is_told_in_the_singular(chief: Client):
    make_register()
    campaign = make_running()
    Invitation.objects.update(has_card=True)
    page = text_of(chief.get(path(campaign)))
    assert "0 von 0 per E-Mail, 1 Ablesekarte<" in page
    assert "0 von 1 Zähler<" in page


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (14, 3, "14 und 3 Tage vor der Frist"),
        (14, 1, "14 Tage und 1 Tag vor der Frist"),
        (1, None, "1 Tag vor der Frist"),
        (None, 1, "1 Tag vor der Frist"),
        (7, None, "7 Tage vor der Frist"),
        (None, None, "keine"),
    ],
)
def test_the_page_says_when_reminders_leave(chief: Client, first, last, said):
    days = replace(DAYS, first_reminder=first, last_reminder=last)
    page = text_of(chief.get(path(make_campaign(days=days))))
    assert f"<dt>Erinnerungen</dt> <dd> {said} </dd>" in page


def test_no_mail_is_announced_that_will_not_leave_after_the_due_date(chief: Client):
    make_household()
    campaign = make_running()
    announced = "Für 1 Verbrauchsstelle ist noch keine E-Mail gesendet."
    assert announced in text_of(chief.get(path(campaign)))
    Campaign.objects.update(due_date=TODAY - dt.timedelta(days=1))
    assert announced not in text_of(chief.get(path(campaign)))


def test_after_the_due_date_the_page_says_who_is_not_invited_any_more(chief: Client):
    make_household()
    make_register()
    campaign = make_running()
    Campaign.objects.update(due_date=TODAY - dt.timedelta(days=1), left_out=3)
    page = text_of(chief.get(path(campaign)))
    assert "Es wird niemand mehr eingeladen oder erinnert. Links gelten bis 31. Dezember 2026" in page
    assert "<b>Nicht mehr eingeladen:</b> 5 Verbrauchsstellen" in page
    for offered in ("Anhalten", "Ablesekarten erzeugen"):
        assert offered not in page
    assert chief.post(path(campaign, "karten/"), {"format": "csv"}).status_code == 303
    assert not CardOrder.objects.exists()


def test_who_was_not_reached_is_told(chief: Client):
    make_household()
    campaign = make_running()
    put_out(campaign)
    mails_left("failed")
    look(campaign)
    assert "Für 1 Verbrauchsstelle kam die E-Mail nicht an oder war abbestellt." in text_of(
        chief.get(path(campaign))
    )


@pytest.mark.parametrize(("kind", "begin"), [("csv", b"kundennummer;name;"), ("pdf", b"%PDF-")])
def test_cards_are_made_and_downloaded_with_an_entry(chief: Client, kind, begin):
    make_register()
    campaign = make_running()
    assert chief.post(path(campaign, "karten/"), {"format": kind}).status_code == 303
    page = chief.get(path(campaign))
    assert "0 von 1 Karte ist fertig." in text_of(page)
    assert "data-live-on" in page.text
    while make_cards(NOW):
        pass
    assert "data-live-on" not in chief.get(path(campaign)).text
    file = CardFile.objects.get()
    assert "Datei 1 (1 Karte, " in text_of(chief.get(path(campaign)))
    response = chief.get(path(campaign, f"karten/{file.pk}/"))
    assert b"".join(response).startswith(begin)
    assert f'.{kind}"' in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("attachment")
    entry = AuditEntry.objects.get(action="campaign.cards_viewed")
    assert entry.actor == supervisor().user.actor
    assert entry.details["name"] == campaign.name


def test_a_card_file_of_another_campaign_is_not_found(chief: Client):
    make_register()
    campaign = make_running()
    chief.post(path(campaign, "karten/"), {"format": "csv"})
    while make_cards(NOW):
        pass
    other = make_campaign()
    assert chief.get(path(other, f"karten/{CardFile.objects.get().pk}/")).status_code == 404


def test_no_cards_are_ordered_when_nobody_is_left_or_some_are_being_made(chief: Client):
    campaign = make_running()
    response = chief.post(path(campaign, "karten/"), {"format": "csv"}, follow=True)
    assert "Es fehlt niemand mehr, der eine Karte bekäme." in text_of(response)
    assert not CardOrder.objects.exists()
    assert chief.post(path(campaign, "karten/"), {"format": "doc"}).status_code == 422


def test_clerks_see_a_campaign_and_cannot_change_it(desk: Client):
    make_register()
    campaign = make_running()
    page = desk.get(path(campaign)).text
    assert "Ablesekarten erzeugen" not in page
    assert "Beenden" not in page
    before = snapshot()
    assert desk.post(path(campaign, "beenden/")).status_code == 403
    assert snapshot() == before


def test_the_pages_take_as_many_queries_for_many_as_for_few(chief: Client):
    def queries(address: str) -> int:
        chief.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert chief.get(address).status_code == 200
        return len(captured)

    register = make_register()
    few, draft = make_running(), make_campaign()
    make_reading_submission(register)
    look(few)
    counts = [queries(CAMPAIGNS), queries(path(few)), queries(path(draft))]
    for number in range(9):
        give_login(make_register().meter.premise.customer, number)
    many = make_running()
    put_out(many)
    for _ in range(9):
        make_running()
    assert [queries(CAMPAIGNS), queries(path(many)), queries(path(draft))] == counts
    assert max(counts) <= 8


def test_the_list_goes_on_after_its_first_page(chief: Client, monkeypatch):
    monkeypatch.setattr("kundenportal.backoffice.views.campaigns.ROWS_ON_A_PAGE", 2)
    for name in ("Herbst 1", "Herbst 2", "Herbst 3"):
        make_campaign(name=name)
    page = chief.get(CAMPAIGNS).text
    assert "Herbst 3" in page
    assert "Herbst 1" not in page
    last = Campaign.objects.get(name="Herbst 2").pk
    assert f'href="?nach={last}"' in page
    assert "Herbst 1" in chief.get(f"{CAMPAIGNS}?nach={last}").text


def test_an_ended_campaign_shows_what_was_and_hands_out_no_cards(chief: Client):
    make_register()
    campaign = make_running()
    chief.post(path(campaign, "karten/"), {"format": "csv"})
    while make_cards(NOW):
        pass
    file = CardFile.objects.get().pk
    pause_campaign(campaign, member=StaffMember.objects.get(), now=NOW)
    end_campaign(campaign, member=StaffMember.objects.get(), now=NOW)
    end_campaigns(NOW)
    Invitation.objects.all().delete()
    assert "1 Zähler" in text_of(chief.get(path(campaign)))
    assert chief.get(path(campaign, f"karten/{file}/")).status_code == 404
