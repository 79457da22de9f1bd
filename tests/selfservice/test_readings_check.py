"""``/vs/<id>/zaehlerstaende/pruefen/``: what will be sent is shown, doubts are confirmed, and it is sent once."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from kundenportal.audit.models import AuditEntry
from kundenportal.customers.models import Premise
from kundenportal.mailing.models import OutgoingMail
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.metering.services.assessing import lock_readings
from kundenportal.submissions.models import Submission
from tests.make import (
    NOW,
    TODAY,
    Household,
    make_customer,
    make_premise,
    make_reading,
    make_register,
    make_user,
)
from tests.personas import sign_in
from tests.selfservice.reading_pages import Pages, drafts_of, errors_of, nothing_is_stored, path_of, text_of


def unusual(pages: Pages) -> str:
    """Return the address of a check page with a plausible and an unusual value."""
    return pages.draft({pages.household.strom: "24318", pages.household.wasser: "641"})


# --- What it shows ----------------------------------------------------------------------------------


def test_it_shows_what_will_be_sent_and_that_nothing_is_sent_yet(pages: Pages) -> None:
    url = pages.draft({pages.household.strom: "24318", pages.household.gas: "9305,4"})
    with nothing_is_stored():
        text = text_of(pages.client.get(url))
    for expected in (
        "Bitte prüfen Sie Ihre Angaben",
        (
            "Noch ist nichts gesendet. Abgelesen am Sonntag, 22. November 2026 für die Verbrauchsstelle "
            "Lindenstraße 12 in Musterbach."
        ),
        "Letzter Stand 21.987 kWh am 31. Dezember 2025",
        "Neuer Stand 24.318 kWh",
        "Verbrauch 2.331 kWh in 326 Tagen Im üblichen Bereich",
        "Wir übernehmen 9.305 m³. Die Ziffern nach dem Komma brauchen wir nicht.",
        "Die Bestätigung senden wir an m•••••r@beispiel.de .",
        "Daten senden Eingaben bearbeiten",
    ):
        assert expected in text
    assert "Pflichtfelder" not in text


def test_it_keeps_the_decimals_of_heat_and_says_which_it_drops(pages: Pages) -> None:
    heat = make_register(
        pages.household.premise, division="waerme", unit="MWh", integer_digits=4, decimal_digits=3
    )
    text = text_of(pages.client.get(pages.draft({heat: "65,1234"})))
    assert "Wir übernehmen 65,123 MWh. Mehr als 3 Ziffern nach dem Komma brauchen wir nicht." in text


def test_it_says_why_a_value_is_unusual_before_it_is_sent(pages: Pages) -> None:
    text = text_of(pages.client.get(unusual(pages)))
    for expected in (
        "Verbrauch 129 m³ in 326 Tagen Höher als üblich",
        (
            "Üblich sind 60 bis 105 m³. Vielleicht wurde eine Ziffer vertauscht, oder ein Wasserhahn oder Spülkasten "
            "läuft. Lesen Sie den Zähler bitte noch einmal ab."
        ),
        "Der Stand 641 m³ stimmt. Ich habe ihn noch einmal abgelesen. *",
        "Möglicher Grund (freiwillig)",
        "Rohrbruch oder Leck",
        "Mit * gekennzeichnete Felder sind Pflichtfelder.",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("strom", "29000", "oder ein neues Gerät braucht viel Strom."),
        ("gas", "19000", "oder Sie haben mehr geheizt als sonst."),
        ("strom", "22000", "oder Sie waren länger nicht zu Hause."),
    ],
)
def test_it_names_a_likely_cause_for_each_division(
    pages: Pages, name: str, typed: str, sentence: str
) -> None:
    assert sentence in text_of(pages.client.get(pages.draft({getattr(pages.household, name): typed})))


def test_a_feed_in_has_words_of_its_own(pages: Pages) -> None:
    solar = make_register(pages.household.premise, direction="einspeisung")
    for year, value in ((2024, 10000), (2025, 18000)):
        make_reading(solar, dt.date(year, 12, 31), value)
    text = text_of(pages.client.get(pages.draft({solar: "18100"})))
    assert "Einspeisung 100 kWh" in text
    assert "oder Ihre Anlage hat weniger geliefert als sonst." in text


def test_after_an_estimate_the_reason_is_chosen_already(pages: Pages) -> None:
    MeterReading.objects.filter(register=pages.household.wasser, value=512).update(origin="geschaetzt")
    page = pages.client.get(pages.draft({pages.household.wasser: "900"}))
    assert "Der letzte Stand war geschätzt. Dadurch kann der Verbrauch abweichen." in text_of(page)
    assert '<option value="last_estimated" selected>' in page.content.decode()


def test_the_first_reading_of_a_meter_has_nothing_to_compare_with(pages: Pages) -> None:
    new = make_register(pages.household.premise, installed_date=dt.date(2026, 10, 20))
    text = text_of(pages.client.get(pages.draft({new: "120"})))
    assert "Letzter Stand noch keiner" in text
    text = text_of(pages.client.get(pages.draft({new: "50000"})))
    assert "Das ist der erste Stand für diesen Zähler, und er ist höher als erwartet." in text


def test_meters_that_are_missing_are_named(pages: Pages) -> None:
    text = text_of(pages.client.get(pages.draft({pages.household.strom: "24318"})))
    assert "Gas fehlt noch. Wasser fehlt noch. Sie können den Stand später melden." in text


def test_different_dates_stand_beside_their_values(pages: Pages) -> None:
    household = pages.household
    url = pages.draft(
        {household.strom: "24318", household.gas: "9305"}, **{f"datum-{household.gas.meter_id}": "20.11."}
    )
    text = text_of(pages.client.get(url))
    assert "Neuer Stand 24.318 kWh am 22. November 2026" in text
    assert "Neuer Stand 9.305 m³ am 20. November 2026" in text


def test_a_remark_is_shown_as_it_was_typed(pages: Pages) -> None:
    strom = pages.household.strom
    url = pages.draft({strom: "24318"}, **{f"bemerkung-{strom.meter_id}": "<b>Im Keller</b>"})
    assert "&lt;b&gt;Im Keller&lt;/b&gt;" in pages.client.get(url).content.decode()


# --- Sending ----------------------------------------------------------------------------------------


def test_sending_stores_everything_once_and_leads_to_the_confirmation(pages: Pages) -> None:
    answer = pages.confirm(pages.draft({pages.household.strom: "24318"}))
    submission = Submission.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == f"{pages.enter_url}gesendet/{submission.reference}/"
    assert submission.submitted_by == pages.household.user
    assert SubmittedReading.objects.get().check_result == "plausibel"
    assert AuditEntry.objects.count() == OutgoingMail.objects.count() == 1


def test_an_unusual_value_is_sent_with_its_confirmation_and_reason(pages: Pages) -> None:
    water = pages.household.wasser
    pages.confirm(unusual(pages), water, **{f"grund-{water.pk}": "leak"})
    row = SubmittedReading.objects.get(register=water)
    assert (row.value, row.check_result, row.reason) == (641, "bestaetigt", "leak")


def test_without_the_confirmation_nothing_is_sent_and_the_reason_stays(pages: Pages) -> None:
    water = pages.household.wasser
    with nothing_is_stored():
        answer = pages.confirm(unusual(pages), **{f"grund-{water.pk}": "garden"})
        assert errors_of(answer) == {
            f"bestaetigt-{water.pk}": [
                (
                    "Wasser: Stimmt der Stand 641\N{NO-BREAK SPACE}m³? Dann bestätigen Sie ihn bitte. "
                    "Sonst bearbeiten Sie Ihre Eingaben."
                )
            ]
        }
    assert '<option value="garden" selected>' in answer.content.decode()


def test_a_reason_from_elsewhere_is_refused(pages: Pages) -> None:
    water = pages.household.wasser
    with nothing_is_stored():
        answer = pages.confirm(unusual(pages), water, **{f"grund-{water.pk}": "magic"})
        assert list(errors_of(answer)) == [f"grund-{water.pk}"]


def test_what_the_customer_claims_of_a_lower_value_is_chosen_already(pages: Pages) -> None:
    water = pages.household.wasser
    url = pages.draft({water: "461"}, **{f"erklaerung-{water.pk}": "meter_exchanged"})
    assert '<option value="meter_exchanged" selected>' in pages.client.get(url).content.decode()


def test_a_claim_that_became_pointless_is_not_stored(pages: Pages) -> None:
    water = pages.household.wasser
    pages.send({water: "641"}, water, **{f"erklaerung-{water.pk}": "meter_exchanged"})
    assert SubmittedReading.objects.get().reason == ""


def test_decimals_typed_without_the_comma_are_repaired_with_one_button(pages: Pages) -> None:
    strom = pages.household.strom
    url = pages.draft({strom: "243185"})
    text = text_of(pages.client.get(url))
    assert "Haben Sie die roten Ziffern mit eingegeben? Dann ist der Stand 24.318 kWh." in text
    assert "024318 übernehmen" in text

    with nothing_is_stored():
        answer = pages.confirm(url, uebernehmen=f"stand-{strom.pk}:024318")
    assert answer.status_code == 303
    assert answer["Location"] != url
    assert "Neuer Stand 24.318 kWh" in text_of(pages.client.get(answer["Location"]))


# --- Once -------------------------------------------------------------------------------------------


def test_sending_twice_gives_one_submission_and_the_same_confirmation(pages: Pages) -> None:
    url = pages.draft({pages.household.strom: "24318"})
    first = pages.confirm(url)
    with nothing_is_stored():
        assert pages.confirm(url)["Location"] == first["Location"]


def test_the_back_button_after_sending_leads_to_the_confirmation(pages: Pages) -> None:
    url = pages.draft({pages.household.strom: "24318"})
    first = pages.confirm(url)
    with nothing_is_stored():
        assert pages.client.get(url)["Location"] == first["Location"]


def test_a_second_tab_with_the_same_day_cannot_send_it_again(pages: Pages) -> None:
    one, other = (pages.draft({pages.household.strom: "24318"}) for _ in range(2))
    pages.confirm(one)
    with nothing_is_stored():
        answer = pages.confirm(other)
    assert answer["Location"].startswith(f"{pages.enter_url}?entwurf=")
    assert "Sie haben heute schon 24.318" in text_of(pages.client.get(answer["Location"]))


def test_a_value_that_became_unusual_meanwhile_is_shown_again(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kundenportal.metering.services import submitting  # noqa: PLC0415

    url = pages.draft({pages.household.strom: "24318"})

    def lock_behind_a_new_reading(premise: Premise) -> None:
        make_reading(pages.household.strom, dt.date(2026, 11, 20), 24000)
        lock_readings(premise)

    monkeypatch.setattr(submitting, "lock_readings", lock_behind_a_new_reading)
    answer = pages.confirm(url)
    assert answer["Location"] == url
    assert Submission.objects.count() == OutgoingMail.objects.count() == 0
    page = pages.client.get(url)
    assert "Inzwischen liegt ein anderer Stand vor." in text_of(page)


def test_a_draft_that_has_become_impossible_leads_back_to_the_entry(pages: Pages) -> None:
    url = pages.draft({pages.household.strom: "24318"})
    (key,) = drafts_of(pages.client)
    make_reading(pages.household.strom, TODAY, 24400)
    with nothing_is_stored():
        assert pages.confirm(url)["Location"] == f"{pages.enter_url}?entwurf={key}"


# --- Whose it is ------------------------------------------------------------------------------------


def test_a_draft_lives_for_an_hour(pages: Pages) -> None:
    url = pages.draft({pages.household.strom: "24318"})
    with nothing_is_stored(), time_machine.travel(NOW + dt.timedelta(minutes=25), tick=False):
        assert pages.client.get(url).status_code == 200
    with nothing_is_stored(), time_machine.travel(NOW + dt.timedelta(minutes=50), tick=False):
        assert pages.client.get(url).status_code == 200
    with nothing_is_stored(), time_machine.travel(NOW + dt.timedelta(minutes=61), tick=False):
        assert pages.confirm(url)["Location"] == pages.enter_url
        assert "Ihre Eingaben sind abgelaufen." in text_of(pages.enter())


@pytest.mark.parametrize("query", ["", "?entwurf=", "?entwurf=unknown"])
def test_skipping_the_entry_leads_to_it(pages: Pages, query: str) -> None:
    with nothing_is_stored():
        assert pages.client.get(f"{pages.enter_url}pruefen/{query}")["Location"] == pages.enter_url
        assert pages.client.post(f"{pages.enter_url}pruefen/{query}")["Location"] == pages.enter_url


def test_a_draft_of_another_premise_is_not_found(pages: Pages) -> None:
    pages.draft({pages.household.strom: "24318"})
    (key,) = drafts_of(pages.client)
    other = make_premise(pages.household.customer)
    with nothing_is_stored():
        assert pages.client.post(f"{path_of(other)}pruefen/?entwurf={key}").status_code == 404


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(
    client: Client, household: Household, is_staff: bool
) -> None:
    owner, stranger = Client(), make_user(make_premise(make_customer()).customer, email="b@beispiel.de")
    stranger.is_staff = is_staff
    stranger.save()
    sign_in(owner, household.user)
    sign_in(client, stranger)
    url = Pages(owner, household).draft({household.strom: "24318"})
    with nothing_is_stored():
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    with nothing_is_stored():
        answer = client.post(f"{path_of(household.premise)}pruefen/?entwurf=x")
    assert answer["Location"].startswith("/anmelden/?weiter=")
