"""Reading cards of a campaign: whom they are for, what is in a file, and that each is made once."""

import csv
import datetime as dt
import io

import pytest

from kundenportal.addresses.models import BillingAddress
from kundenportal.campaigns.models import Campaign, CardFile, CardOrder, Invitation, InvitationLink
from kundenportal.campaigns.services import (
    CampaignMovedOn,
    NoCardsWanted,
    end_campaign,
    end_campaigns,
    make_cards,
    order_cards,
)
from kundenportal.campaigns.services import cards as card_services
from kundenportal.files.models import StoredFile
from kundenportal.files.services import read_file
from kundenportal.identity.models import OneTimeSecret
from tests.campaigns import CONSEQUENCE, give_login, look, mails_left, make_running, put_out, supervisor
from tests.make import NOW, TODAY, make_customer, make_premise, make_reading_submission, make_register
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db


def order(campaign: Campaign, kind: str = "csv", *, repeats: bool = False) -> CardOrder:
    return order_cards(
        campaign, as_format=CardOrder.Format(kind), repeats=repeats, member=supervisor(), now=NOW
    )


def make_all() -> list[int]:
    """Let the job runner make what waits; return how many cards each file has."""
    while make_cards(NOW):
        pass
    return list(CardFile.objects.order_by("pk").values_list("cards", flat=True))


def rows() -> list[dict[str, str]]:
    text = read_file(CardFile.objects.latest("pk").file).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_list_has_what_a_printer_needs():
    customer = make_customer(customer_number="0031234/1", first_name="Ada", last_name="=Kraft")
    BillingAddress.objects.create(
        customer=customer,
        street="Am Markt",
        house_number="3",
        supplement="Hof",
        postal_code="91522",
        city="Ansbach",
    )
    premise = make_premise(customer, erp_id="VS9")
    make_register(premise, meter_number="1EMH1")
    make_register(premise, division="gas", meter_number="7ELS1")
    order(make_running())
    make_all()
    (row,) = rows()
    link = row.pop("link")
    assert link.startswith("http://localhost:8000/z/")
    assert row == {
        "kundennummer": "0031234/1",
        "name": "Ada =Kraft",
        "adresszusatz": "Hof",
        "strasse": "Am Markt 3",
        "plz": "91522",
        "ort": "Ansbach",
        "land": "DE",
        "verbrauchsstelle": "VS9",
        "ablesestelle": "Lindenstraße 12, 91560 Musterbach",
        "zaehlernummern": "1EMH1, 7ELS1",
        "frist": "2026-12-15",
        "gueltig_bis": "2026-12-31",
        "hinweis": CONSEQUENCE,
    }


def test_a_new_billing_address_gets_no_card_for_a_while():
    customer = make_customer()
    BillingAddress.objects.create(
        customer=customer, street="Fremdweg", postal_code="1", city="X", changed_at=NOW - dt.timedelta(days=3)
    )
    make_register(make_premise(customer))
    order(make_running())
    make_all()
    assert rows()[0]["strasse"] == "Lindenstraße 12"


def test_cards_go_to_whoever_has_no_mail_or_was_not_reached_and_has_not_reported():
    mailed, failed, paper, done = (make_register() for _ in range(4))
    give_login(mailed.meter.premise.customer, 1)
    give_login(failed.meter.premise.customer, 2)
    campaign = make_running()
    put_out(campaign)
    mails_left()
    Invitation.objects.get(premise=failed.meter.premise).mail.delete()
    Invitation.objects.filter(premise=failed.meter.premise).update(delivery="unreached")
    make_reading_submission(done)
    look(campaign)
    assert order(campaign).total == 2
    make_all()
    found = {row["verbrauchsstelle"] for row in rows()}
    assert found == {paper.meter.premise.erp_id, failed.meter.premise.erp_id}


def test_files_are_made_one_after_the_other_and_each_card_once(monkeypatch):
    monkeypatch.setitem(card_services.CARDS_IN_A_FILE, CardOrder.Format.CSV, 2)
    for _ in range(3):
        make_register()
    campaign = make_running()
    ordered = order(campaign)
    assert make_cards(NOW) == 2
    ordered.refresh_from_db()
    assert (ordered.made, ordered.total, ordered.finished_at) == (2, 3, None)
    assert make_all() == [2, 1]
    ordered.refresh_from_db()
    assert (ordered.made, ordered.finished_at) == (3, NOW)
    assert Invitation.objects.filter(has_card=True, delivery="sent").count() == 3
    with pytest.raises(NoCardsWanted):
        order(campaign)
    assert order(campaign, repeats=True).total == 3
    assert make_all() == [2, 1, 2, 1]
    assert InvitationLink.objects.count() == 6


def test_a_file_that_came_to_nothing_is_made_again_after_the_lease(monkeypatch):
    make_register()
    ordered = order(make_running())

    def full(*_arguments, **_options):
        raise OSError("disk full")

    monkeypatch.setattr(card_services, "store_file", full)
    with pytest.raises(OSError, match="disk full"):
        make_cards(NOW)
    assert not CardFile.objects.exists()
    assert not Invitation.objects.filter(has_card=True).exists()
    monkeypatch.undo()
    assert make_cards(NOW) == 0
    assert make_cards(NOW + card_services.LEASE) == 1
    ordered.refresh_from_db()
    assert ordered.made == 1


def test_one_order_at_a_time_and_none_after_the_end():
    make_register()
    campaign = make_running()
    order(campaign)
    before = snapshot()
    with pytest.raises(CampaignMovedOn):
        order(campaign, "pdf")
    assert snapshot() == before
    end_campaign(campaign, member=supervisor(), now=NOW)
    with pytest.raises(CampaignMovedOn):
        order(campaign)
    assert make_cards(NOW) == 0


def test_no_card_names_a_day_that_is_over():
    make_register()
    campaign = make_running()
    ordered = order(campaign)
    Campaign.objects.update(due_date=TODAY - dt.timedelta(days=1))
    make_all()
    ordered.refresh_from_db()
    assert (ordered.made, ordered.finished_at) == (0, NOW)
    assert not InvitationLink.objects.exists()
    before = snapshot()
    with pytest.raises(CampaignMovedOn):
        order(campaign, repeats=True)
    assert snapshot() == before


def test_the_end_of_a_campaign_takes_its_cards_away():
    make_register()
    campaign = make_running()
    order(campaign)
    make_all()
    assert StoredFile.objects.get().is_sealed
    end_campaign(campaign, member=supervisor(), now=NOW)
    end_campaigns(NOW)
    assert not CardFile.objects.exists()
    assert not StoredFile.objects.exists()
    assert OneTimeSecret.objects.get(purpose="reading_link").expires_at == NOW
