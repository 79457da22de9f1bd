"""``/vs/<id>/zaehlerstaende/``: meter readings are entered, understood, or refused with a way out."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.core.utility import ReadingPeriod, ReadingRules
from kundenportal.metering.models import MeterReading, SubmittedReading
from kundenportal.submissions.models import Submission
from tests.make import (
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

# --- Who may open it --------------------------------------------------------------------------------


def test_the_owner_sees_all_meters_with_number_date_and_value(pages: Pages) -> None:
    text = text_of(pages.enter())
    for expected in (
        "Zählerstände erfassen",
        "Strom Zählernummer 1 EMH00 0451 2873",
        "Gas Zählernummer 7 ELS00 1182 0096",
        "Wasser Zählernummer 8 SEN01 6634 1120",
        "Letzter Stand am 31. Dezember 2025 : 21.987 kWh",
        "Letzter Stand am 31. Dezember 2025 : 8.412 m³",
        "Neuer Zählerstand in m³",
    ):
        assert expected in text


def test_somebody_who_is_not_signed_in_is_led_to_the_sign_in_page(
    client: Client, household: Household
) -> None:
    with nothing_is_stored():
        for answer in (
            client.get(path_of(household.premise)),
            client.post(path_of(household.premise), {f"stand-{household.strom.pk}": "24318"}),
        ):
            assert answer.status_code == 303
            assert answer["Location"].startswith("/anmelden/?weiter=")


@pytest.mark.parametrize("is_staff", [False, True])
def test_another_customer_and_a_clerk_find_nothing(
    client: Client, household: Household, is_staff: bool
) -> None:
    stranger = make_user(make_premise(make_customer()).customer, email="b@beispiel.de", is_staff=is_staff)
    sign_in(client, stranger)
    with nothing_is_stored():
        assert client.get(path_of(household.premise)).status_code == 404
        answer = client.post(path_of(household.premise), {f"stand-{household.strom.pk}": "24318"})
        assert answer.status_code == 404
    assert not drafts_of(client)


def test_a_register_of_somebody_else_is_no_field(pages: Pages) -> None:
    theirs = make_register(make_premise())
    with nothing_is_stored():
        errors = errors_of(pages.type({theirs: "24318"}))
    assert list(errors) == [f"stand-{pages.household.strom.pk}"]


# --- What the page shows ----------------------------------------------------------------------------


def test_the_page_takes_as_many_queries_for_20_meters_as_for_one(
    client: Client, household: Household
) -> None:
    sign_in(client, household.user)
    few = make_premise(household.customer)
    make_reading(make_register(few), dt.date(2025, 12, 31), 100)
    client.get(path_of(household.premise))
    client.get(path_of(few))
    with CaptureQueriesContext(connection) as one:
        client.get(path_of(few))
    for _ in range(19):
        make_reading(make_register(few), dt.date(2025, 12, 31), 100)
    with CaptureQueriesContext(connection) as twenty:
        client.get(path_of(few))
    assert len(one) == len(twenty) <= 6


def test_the_registers_of_one_meter_stand_in_one_card_with_their_own_labels(pages: Pages) -> None:
    high = make_register(pages.household.premise, code="1", label="Niedertarif", meter_number="2 ZT 1")
    make_register(meter=high.meter, code="2", label="Hochtarif")
    text = text_of(pages.enter())
    assert text.count("2 ZT 1") == 2
    assert text.index("Neuer Zählerstand Niedertarif") < text.index("Neuer Zählerstand Hochtarif")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"is_remote": True}, "Dieser Zähler wird fern ausgelesen. Sie müssen nichts tun."),
        (
            {"removed_date": dt.date(2026, 11, 20)},
            "Dieser Zähler wurde am 20. November 2026 ausgebaut. Sie müssen nichts tun.",
        ),
    ],
)
def test_a_meter_that_takes_no_reading_is_explained(
    pages: Pages, values: dict[str, Any], sentence: str
) -> None:
    closed = make_register(pages.household.premise, **values)
    answer = pages.enter()
    assert sentence in text_of(answer)
    assert f"stand-{closed.pk}" not in answer.content.decode()


def test_a_meter_removed_long_ago_is_gone(pages: Pages) -> None:
    make_register(pages.household.premise, meter_number="9 ALT 1", removed_date=dt.date(2026, 10, 1))
    assert "9 ALT 1" not in text_of(pages.enter())


def test_a_contract_that_ended_long_ago_takes_no_readings(pages: Pages) -> None:
    premise = pages.household.premise
    premise.end_date = dt.date(2026, 9, 30)
    premise.save()
    assert "Der Vertrag für diese Verbrauchsstelle ist beendet." in text_of(pages.enter())
    with nothing_is_stored():
        assert pages.type({pages.household.strom: "24318"}).status_code == 422


def test_a_premise_without_meters_says_so(client: Client, household: Household) -> None:
    empty = make_premise(household.customer)
    sign_in(client, household.user)
    assert "Zu dieser Verbrauchsstelle gibt es keinen Zähler." in text_of(client.get(path_of(empty)))


def test_outside_of_the_reading_period_a_reading_is_welcome_too(pages: Pages, settings: Settings) -> None:
    rules = ReadingRules(period=ReadingPeriod((1, 1), (1, 31)))
    settings.UTILITY = dataclasses.replace(settings.UTILITY, readings=rules)
    assert text_of(pages.enter()).count("Für diesen Zähler brauchen wir gerade keinen Stand.") == 3
    pages.draft({pages.household.strom: "24318"})


def test_what_was_sent_is_the_last_value(pages: Pages) -> None:
    pages.send({pages.household.strom: "24318"})
    text = text_of(pages.enter())
    assert "Letzter Stand am 22. November 2026 (von Ihnen gemeldet) : 24.318 kWh" in text


def test_an_estimated_last_value_is_marked(pages: Pages) -> None:
    MeterReading.objects.filter(register=pages.household.gas).update(origin="geschaetzt")
    assert "Letzter Stand am 31. Dezember 2025 (geschätzt) : 8.412 m³" in text_of(pages.enter())


def test_readings_from_before_the_contract_are_nobodys_business(pages: Pages) -> None:
    pages.household.premise.begin_date = dt.date(2026, 3, 1)
    pages.household.premise.save()
    text = text_of(pages.enter())
    assert "21.987" not in text
    assert "Für diesen Zähler gibt es noch keinen Stand." in text


def test_an_explained_value_that_is_shown_again_has_no_use(pages: Pages) -> None:
    household = pages.household
    explained = {f"erklaerung-{household.wasser.pk}": "meter_exchanged"}
    answer = pages.type({household.wasser: "461", household.strom: "abc"}, **explained)
    assert list(errors_of(answer)) == [f"stand-{household.strom.pk}"]
    assert "Was trifft zu?" in text_of(answer)


def test_the_page_is_not_kept_by_the_browser(pages: Pages) -> None:
    assert "no-store" in pages.enter()["Cache-Control"]


# --- What is understood -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    ["24318", "024318", "24.318", "24 318", "24\N{NO-BREAK SPACE}318", "24318,5", "24.318,5", "24318.5"],
)
def test_every_usual_spelling_of_a_value_is_taken(pages: Pages, spelling: str) -> None:
    pages.send({pages.household.strom: spelling})
    assert SubmittedReading.objects.get().value == 24318


@pytest.mark.parametrize(
    ("spelling", "date"),
    [
        ("", TODAY),
        ("heute", TODAY),
        ("gestern", dt.date(2026, 11, 21)),
        ("1.11.", dt.date(2026, 11, 1)),
        ("01.11.26", dt.date(2026, 11, 1)),
        ("01112026", dt.date(2026, 11, 1)),
        ("2026-11-01", dt.date(2026, 11, 1)),
    ],
)
def test_every_usual_spelling_of_a_date_is_taken(pages: Pages, spelling: str, date: dt.date) -> None:
    pages.send({pages.household.strom: "24318"}, ablesedatum=spelling)
    assert SubmittedReading.objects.get().reading_date == date


def test_a_meter_may_have_a_date_and_a_remark_of_its_own(pages: Pages) -> None:
    household = pages.household
    gas = household.gas.meter_id
    pages.send(
        {household.strom: "24318", household.gas: "9305"},
        **{f"datum_{gas}": "20.11.2026", f"bemerkung_{gas}": "Im Keller war es dunkel."},
    )
    rows = SubmittedReading.objects.order_by("pk")
    assert [(row.register, row.reading_date, row.remark) for row in rows] == [
        (household.strom, TODAY, ""),
        (household.gas, dt.date(2026, 11, 20), "Im Keller war es dunkel."),
    ]


def test_heat_in_mwh_is_taken_with_its_decimals(pages: Pages) -> None:
    heat = make_register(
        pages.household.premise, division="waerme", unit="MWh", integer_digits=4, decimal_digits=3
    )
    make_reading(heat, dt.date(2025, 12, 31), 90)
    pages.send({heat: "98,1254"})
    assert str(SubmittedReading.objects.get().value) == "98.1250"


def test_a_valid_entry_leads_to_the_check_page(pages: Pages) -> None:
    with nothing_is_stored():
        answer = pages.type({pages.household.strom: "24318"})
    (key,) = drafts_of(pages.client)
    assert answer.status_code == 303
    assert answer["Location"] == f"{pages.enter_url}pruefen/?entwurf={key}"


# --- What is refused --------------------------------------------------------------------------------

LOWER = (
    "461 m³ ist kleiner als der letzte Stand (512 m³). Bitte lesen Sie noch einmal ab. Wurde der Zähler "
    "getauscht? Dann schreiben Sie uns das als Bemerkung."
)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("abc", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        ("-5", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        ("１２３", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        ("1" * 60, "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        ("24318\0", "Bitte geben Sie nur Ziffern ein, zum Beispiel 24318."),
        (
            "00590123",
            (
                "Sie haben 8 Ziffern eingegeben. Ihr Zähler hat 5 Ziffern vor dem Komma. Haben Sie die roten Ziffern "
                "mit eingegeben?"
            ),
        ),
        (
            "1" * 40,
            (
                "Sie haben 40 Ziffern eingegeben. Ihr Zähler hat 5 Ziffern vor dem Komma. Haben Sie die roten "
                "Ziffern mit eingegeben?"
            ),
        ),
        ("461", LOWER),
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field(pages: Pages, typed: str, error: str) -> None:
    water = pages.household.wasser
    with nothing_is_stored():
        answer = pages.type({water: typed, pages.household.strom: "24318"})
        assert errors_of(answer) == {f"stand-{water.pk}": [error.replace(" m³", "\N{NO-BREAK SPACE}m³")]}
    content = answer.content.decode()
    assert f'value="{typed}"' in content
    assert 'value="24318"' in content
    assert f'aria-describedby="id_stand-{water.pk}_helptext id_stand-{water.pk}_error"' in content
    assert f'href="#id_stand-{water.pk}">Wasser: ' in content
    assert not drafts_of(pages.client)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("morgen", "Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel 22.11.2026."),
        ("31.02.2026", "Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel 22.11.2026."),
        ("22.11.2026\0", "Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel 22.11.2026."),
        (
            "24.11.2026",
            "Der 24. November 2026 liegt in der Zukunft. Bitte geben Sie den Tag ein, an dem Sie abgelesen haben.",
        ),
        (
            "10.10.2026",
            "Das Datum liegt mehr als 6 Wochen zurück. Bitte lesen Sie heute noch einmal ab.",
        ),
        ("1.1.1900", "Das Datum liegt mehr als 6 Wochen zurück. Bitte lesen Sie heute noch einmal ab."),
    ],
)
def test_a_date_that_cannot_be_is_refused_once(pages: Pages, typed: str, error: str) -> None:
    household = pages.household
    with nothing_is_stored():
        answer = pages.type({household.strom: "24318", household.gas: "9305"}, ablesedatum=typed)
        assert errors_of(answer) == {"ablesedatum": [error]}
    assert f'value="{typed}"' in answer.content.decode()


def test_a_date_of_one_meter_is_refused_beside_it(pages: Pages) -> None:
    name = f"datum-{pages.household.strom.meter_id}"
    with nothing_is_stored():
        answer = pages.type({pages.household.strom: "24318"}, **{name: "24.11.2026"})
        assert list(errors_of(answer)) == [name]
    assert "<details open>" in answer.content.decode()


def test_a_day_that_has_a_reading_already_is_refused(pages: Pages) -> None:
    make_reading(pages.household.strom, dt.date(2026, 11, 15), 24300)
    with nothing_is_stored():
        errors = errors_of(pages.type({pages.household.strom: "24318"}, ablesedatum="15.11.2026"))
    assert errors[f"stand-{pages.household.strom.pk}"] == [
        "Für den 15. November 2026 liegt schon ein Zählerstand vor. Bitte geben Sie ein späteres Datum ein."
    ]


def test_a_day_before_the_meter_was_installed_is_refused(pages: Pages) -> None:
    new = make_register(pages.household.premise, installed_date=dt.date(2026, 11, 10))
    with nothing_is_stored():
        errors = errors_of(pages.type({new: "5"}, ablesedatum="1.11."))
    assert errors[f"stand-{new.pk}"] == [
        "Der Zähler wurde erst am 10. November 2026 eingebaut. Bitte geben Sie ein späteres Datum ein."
    ]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (
            "1.11.",
            "gilt ab dem 2. November 2026. Bitte geben Sie diesen Tag oder einen späteren ein.",
        ),
        (
            "21.11.",
            "endete am 20. November 2026. Bitte geben Sie diesen Tag oder einen früheren ein.",
        ),
    ],
)
def test_a_day_outside_of_the_contract_is_refused_once(pages: Pages, typed: str, error: str) -> None:
    household = pages.household
    household.premise.begin_date, household.premise.end_date = dt.date(2026, 11, 2), dt.date(2026, 11, 20)
    household.premise.save()
    with nothing_is_stored():
        answer = pages.type({household.strom: "24318", household.gas: "9305"}, ablesedatum=typed)
        assert errors_of(answer) == {"ablesedatum": [f"Der Vertrag für diese Verbrauchsstelle {error}"]}
    assert f'value="{typed}"' in answer.content.decode()


@pytest.mark.parametrize("blank", ["", "   "])
def test_at_least_one_value_is_needed(pages: Pages, blank: str) -> None:
    with nothing_is_stored():
        answer = pages.type({pages.household.strom: blank})
        assert errors_of(answer) == {
            f"stand-{pages.household.strom.pk}": ["Bitte tragen Sie mindestens einen Zählerstand ein."]
        }


def test_a_remark_that_is_too_long_says_by_how_much_and_stays(pages: Pages) -> None:
    name = f"bemerkung-{pages.household.strom.meter_id}"
    with nothing_is_stored():
        answer = pages.type({pages.household.strom: "24318"}, **{name: "x" * 507})
        assert errors_of(answer) == {name: ["Die Bemerkung ist 7 Zeichen zu lang."]}
    assert "x" * 507 in answer.content.decode()


# --- Ways out ---------------------------------------------------------------------------------------


def test_too_many_digits_are_repaired_with_one_button(pages: Pages) -> None:
    gas = pages.household.gas
    refused = pages.type({gas: "09305412"}).content.decode()
    repair = f'name="uebernehmen" value="stand-{gas.pk}:09305"'
    assert repair in refused
    assert "09305 übernehmen" in refused

    with nothing_is_stored():
        repaired = pages.type({gas: "09305412"}, uebernehmen=f"stand-{gas.pk}:09305")
    assert repaired.status_code == 200
    assert 'value="09305"' in repaired.content.decode()
    assert "Im üblichen Bereich" in text_of(repaired)
    assert not drafts_of(pages.client)


@pytest.mark.parametrize(
    "repair", ["stand-{}:", "stand-{}:abc", "ablesedatum:1", "stand-{}:" + "1" * 41, "x", ""]
)
def test_a_repair_that_is_none_changes_nothing(pages: Pages, repair: str) -> None:
    gas = pages.household.gas
    with nothing_is_stored():
        answer = pages.type({gas: "09305412"}, uebernehmen=repair.format(gas.pk))
        assert list(errors_of(answer)) == [f"stand-{gas.pk}"]
    assert 'value="09305412"' in answer.content.decode()


def test_a_lower_value_offers_reasons_at_the_second_try(pages: Pages) -> None:
    water = pages.household.wasser
    first = pages.type({water: "461"})
    assert "Was trifft zu?" not in text_of(first)
    assert f'name="gefragt-{water.pk}" value="1"' in first.content.decode()

    with nothing_is_stored():
        second = pages.type({water: "461"}, **{f"gefragt-{water.pk}": "1"})
        assert list(errors_of(second)) == [f"stand-{water.pk}"]
    text = text_of(second)
    for reason in (
        "Der Zähler wurde getauscht",
        "Der letzte Stand war geschätzt",
        "Der Zähler ist über 99.999 gelaufen",
        "Nichts davon",
    ):
        assert reason in text


def test_the_reason_of_a_roll_over_names_the_last_value_with_its_decimals(pages: Pages) -> None:
    heat = make_register(
        pages.household.premise, division="waerme", unit="MWh", integer_digits=4, decimal_digits=3
    )
    make_reading(heat, dt.date(2025, 12, 31), 90)
    text = text_of(pages.type({heat: "80,5"}, **{f"gefragt-{heat.pk}": "1"}))
    assert "Der Zähler ist über 9.999,999 gelaufen" in text


def test_a_lower_value_that_a_new_meter_could_show_offers_reasons_at_once(pages: Pages) -> None:
    assert "Was trifft zu?" in text_of(pages.type({pages.household.wasser: "30"}))


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("meter_exchanged", "Der Zähler wurde getauscht."),
        ("last_estimated", "Der letzte Stand war geschätzt."),
        ("rolled_over", "Der Zähler ist über 99.999 gelaufen und zählt wieder von vorn."),
        ("none", "461 m³ ist kleiner als der letzte Stand (512 m³)."),
    ],
)
def test_a_lower_value_with_a_reason_goes_on_to_the_check_page(
    pages: Pages, claim: str, sentence: str
) -> None:
    water = pages.household.wasser
    url = pages.draft({water: "461"}, **{f"erklaerung-{water.pk}": claim})
    assert sentence in text_of(pages.client.get(url))


def test_an_unknown_reason_is_refused(pages: Pages) -> None:
    water = pages.household.wasser
    with nothing_is_stored():
        answer = pages.type({water: "461"}, **{f"erklaerung-{water.pk}": "magic"})
        assert answer.status_code == 422


def test_a_roll_over_needs_no_reason(pages: Pages) -> None:
    register = make_register(pages.household.premise, division="wasser", unit="m3", integer_digits=5)
    make_reading(register, dt.date(2024, 12, 31), 99900)
    make_reading(register, dt.date(2025, 12, 31), 99990)
    url = pages.draft({register: "00070"})
    assert "Der Zähler ist über 99.999 gelaufen und zählt wieder von vorn." in text_of(pages.client.get(url))


def test_a_second_value_of_the_day_asks_whether_to_replace_the_first(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "24318"})
    with nothing_is_stored():
        answer = pages.type({strom: "24320"})
        assert errors_of(answer)[f"stand-{strom.pk}"] == [
            "Sie haben heute schon 24.318\N{NO-BREAK SPACE}kWh gemeldet. Möchten Sie diesen Stand ersetzen?"
        ]
    assert "Ja, diesen Stand ersetzen" in text_of(answer)

    pages.send({strom: "24320"}, **{f"ersetzen-{strom.pk}": "on"})
    old, new = SubmittedReading.objects.order_by("pk")
    assert (old.replaced_by, new.value) == (new, 24320)
    assert old.reading_submission.submission.status == Submission.Status.WITHDRAWN


def test_a_second_value_of_an_earlier_day_names_the_day(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "24318"}, ablesedatum="gestern")
    errors = errors_of(pages.type({strom: "24320"}, ablesedatum="gestern"))
    assert errors[f"stand-{strom.pk}"][0].startswith("Sie haben für den 21. November 2026 schon 24.318")


def test_an_exported_value_cannot_be_replaced(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "24318"})
    Submission.objects.update(status=Submission.Status.EXPORTED)
    with nothing_is_stored():
        errors = errors_of(pages.type({strom: "24320"}, **{f"ersetzen-{strom.pk}": "on"}))
    assert errors[f"stand-{strom.pk}"][0].startswith(
        "Für den 22. November 2026 liegt schon ein Zählerstand vor."
    )


def test_a_value_lower_than_one_sent_by_mistake_offers_to_correct_that_one(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "29318"}, strom, ablesedatum="gestern")
    reference = Submission.objects.get().reference
    with nothing_is_stored():
        answer = pages.type({strom: "24318"})
        assert list(errors_of(answer)) == [f"stand-{strom.pk}"]
    assert "Gemeldeten Stand 29.318 kWh berichtigen" in text_of(answer)
    assert f'href="{pages.enter_url}?berichtigt={reference}"' in answer.content.decode()

    Submission.objects.update(status=Submission.Status.EXPORTED)
    assert "berichtigen" not in text_of(pages.type({strom: "24318"}))


# --- Coming back ------------------------------------------------------------------------------------


def test_editing_brings_back_everything_that_was_typed(pages: Pages) -> None:
    household = pages.household
    gas = household.gas.meter_id
    url = pages.draft(
        {household.strom: "24.318,5", household.gas: "9305"},
        **{"ablesedatum": "gestern", f"bemerkung-{gas}": "Im <Keller>", f"datum-{gas}": "20.11."},
    )
    (key,) = drafts_of(pages.client)
    assert f"?entwurf={key}" in url
    content = pages.enter(f"?entwurf={key}").content.decode()
    for expected in ("24.318,5", "9305", "21.11.2026", "20.11.2026"):
        assert f'value="{expected}"' in content
    assert "Im &lt;Keller&gt;" in content
    assert "<details open>" in content


def test_a_draft_that_has_become_impossible_says_why(pages: Pages) -> None:
    pages.draft({pages.household.strom: "24318"})
    (key,) = drafts_of(pages.client)
    make_reading(pages.household.strom, TODAY, 24400)
    text = text_of(pages.enter(f"?entwurf={key}"))
    assert "Für den 22. November 2026 liegt schon ein Zählerstand vor." in text


def test_a_draft_of_another_premise_is_not_found(pages: Pages) -> None:
    pages.draft({pages.household.strom: "24318"})
    (key,) = drafts_of(pages.client)
    other = make_premise(pages.household.customer)
    assert pages.client.get(f"{path_of(other)}?entwurf={key}").status_code == 404


def test_an_unknown_draft_gives_an_empty_form(pages: Pages) -> None:
    answer = pages.enter("?entwurf=unknown")
    assert answer.status_code == 200
    assert 'value="22.11.2026"' in answer.content.decode()


def test_correcting_brings_back_what_was_sent_and_replaces_it(pages: Pages) -> None:
    household = pages.household
    sent = pages.send(
        {household.strom: "24318", household.gas: "9305"},
        **{"ablesedatum": "gestern", f"datum-{household.gas.meter_id}": "20.11."},
    )
    reference = sent["Location"].split("/")[-2]
    page = pages.enter(f"?berichtigt={reference}")
    content = page.content.decode()
    assert "Sie berichtigen eine Meldung. Die neuen Stände ersetzen die alten." in text_of(page)
    assert 'value="21.11.2026"' in content
    assert 'value="20.11.2026"' in content
    assert 'value="24318"' in content

    first = Submission.objects.get()
    pages.send({household.strom: "24310", household.gas: "9305"}, berichtigt=str(first.pk))
    first.refresh_from_db()
    assert first.status == Submission.Status.WITHDRAWN
    assert [row.value for row in SubmittedReading.objects.filter(replaced_by=None)] == [24310, 9305]


def test_a_correction_is_held_against_the_reading_before_the_corrected_one(pages: Pages) -> None:
    strom = pages.household.strom
    pages.send({strom: "29318"}, strom)
    corrects = {"berichtigt": str(Submission.objects.get().pk)}
    make_reading(strom, dt.date(2026, 11, 15), 24100)
    field = f"stand-{strom.pk}"
    with nothing_is_stored():
        lower = errors_of(pages.type({strom: "24000"}, **corrects))[field][0]
        earlier = errors_of(pages.type({strom: "24200"}, ablesedatum="15.11.2026", **corrects))[field][0]
    assert "als der letzte Stand (24.100\N{NO-BREAK SPACE}kWh)" in lower
    assert earlier.startswith("Für den 15. November 2026 liegt schon ein Zählerstand vor.")


@pytest.mark.parametrize("status", ["exported", "completed", "withdrawn"])
def test_what_is_no_longer_open_is_not_corrected(pages: Pages, status: str) -> None:
    sent = pages.send({pages.household.strom: "24318"})
    Submission.objects.update(status=status)
    answer = pages.enter(f"?berichtigt={sent['Location'].split('/')[-2]}")
    assert "Sie berichtigen" not in text_of(answer)
    assert 'value="24318"' not in answer.content.decode()


def test_a_submission_of_somebody_else_is_not_corrected(pages: Pages) -> None:
    pages.send({pages.household.strom: "24318"})
    reference = Submission.objects.get().reference
    other = make_premise(pages.household.customer)
    make_register(other)
    assert "24318" not in pages.client.get(f"{path_of(other)}?berichtigt={reference}").content.decode()


def test_a_session_keeps_five_drafts(pages: Pages) -> None:
    urls = [pages.draft({pages.household.strom: str(24318 + number)}) for number in range(6)]
    assert len(drafts_of(pages.client)) == 5
    assert pages.client.get(urls[0])["Location"] == pages.enter_url
    assert pages.client.get(urls[5]).status_code == 200
