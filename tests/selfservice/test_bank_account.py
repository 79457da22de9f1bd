"""``/vs/<id>/bankverbindung/``: entering a new account, with consent and password (guide lines 54 to 58)."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from kundenportal.customers.models import Customer
from kundenportal.identity.fresh import is_fresh
from kundenportal.linking.models import AccountLink
from kundenportal.submissions.models import Submission
from tests.banking import (
    NEW_IBAN,
    OLD_IBAN,
    SWISS_IBAN,
    THIRD_IBAN,
    give_account,
    send_bank_change,
    wish,
)
from tests.make import NOW, PASSWORD, Household, make_customer, make_passkey, make_premise, make_user
from tests.personas import sign_in
from tests.selfservice.bank_pages import EARLIEST, TYPED, own, send, url_of
from tests.selfservice.reading_pages import errors_of, nothing_is_stored, text_of


@pytest.fixture
def owner(client: Client, household: Household) -> Household:
    give_account(household.customer)
    sign_in(client, household.user)
    return household


def initial_of(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_form_has_the_guides_fields_and_the_whole_mandate(client: Client, owner: Household) -> None:
    answer = client.get(url_of(owner))
    assert initial_of(answer) == {
        "kontoinhaber": "Michael Bauer",
        "iban": None,
        "einwilligung": None,
        "aenderungsdatum": "04.12.2026",
        "current_password": None,
    }
    text = text_of(answer)
    for expected in (
        "Wir buchen jetzt vom Konto DE•• •••• 2051 endet auf 2051 ab.",
        "Lastschrift beenden",
        "Mit * gekennzeichnete Felder sind Pflichtfelder.",
        "Kontoinhaber *",
        "IBAN *",
        "Änderungsdatum *",
        "Einwilligung zum SEPA-Lastschriftverfahren: Ich erteile dieses Mandat. *",
        "Passwort *",
        "SEPA-Lastschriftmandat",
        "Gläubiger-Identifikationsnummer DE98ZZZ09999999999",
        "Ich ermächtige Stadtwerke Musterbach, Zahlungen von meinem Konto mittels Lastschrift einzuziehen.",
        "Ich kann innerhalb von acht Wochen, beginnend mit dem Belastungsdatum, die Erstattung",
        "Die Mandatsreferenz senden wir Ihnen.",
        "Frühestens 4. Dezember 2026.",
        "Zu Ihrer Sicherheit warten wir bis Sonntag, 29. November, 12:00 Uhr.",
    ):
        assert expected in text
    assert "Abweichende Bankverbindung" not in text
    assert "no-store" in answer["Cache-Control"]
    assert OLD_IBAN not in answer.content.decode()


def test_the_iban_is_for_no_autofill_and_no_spell_checker(client: Client, owner: Household) -> None:
    attributes = client.get(url_of(owner)).context["form"].fields["iban"].widget.attrs
    assert {name: attributes[name] for name in ("autocomplete", "autocapitalize", "spellcheck")} == {
        "autocomplete": "off",
        "autocapitalize": "characters",
        "spellcheck": "false",
    }


def test_a_right_password_leads_to_the_check_page_and_is_a_fresh_proof(
    client: Client, owner: Household
) -> None:
    with time_machine.travel(NOW + dt.timedelta(minutes=20), tick=False), nothing_is_stored():
        answer = send(client, owner)
        assert answer.status_code == 303
        assert answer["Location"].startswith(url_of(owner, "pruefen") + "?entwurf=")
        assert is_fresh(answer.wsgi_request, now=NOW + dt.timedelta(minutes=20))


def test_neither_iban_nor_password_stand_in_the_session(client: Client, owner: Household) -> None:
    send(client, owner)
    kept = str(dict(client.session))
    assert "drafts" in kept
    assert not any(each in kept.replace(" ", "") for each in (NEW_IBAN, PASSWORD, "DE89"))


@pytest.mark.parametrize(
    ("values", "field", "error"),
    [
        ({"kontoinhaber": ""}, "kontoinhaber", "Bitte geben Sie an, wem das Konto gehört."),
        ({"kontoinhaber": "x" * 71}, "kontoinhaber", "Hier passen höchstens 70 Zeichen hinein."),
        ({"iban": ""}, "iban", "Bitte geben Sie die IBAN ein, zum Beispiel DE02 1203 0000 0000 2020 51."),
        (
            {"iban": "DE89 3704 0044 0532 0130 0"},
            "iban",
            "Eine deutsche IBAN hat 22 Zeichen. Sie haben 21 eingegeben.",
        ),
        (
            {"iban": "AT61 1904 3002 3457 320"},
            "iban",
            "Eine IBAN, die mit AT beginnt, hat 20 Zeichen. Sie haben 19 eingegeben.",
        ),
        (
            {"iban": "DE89 3704 0044 5032 0130 00"},
            "iban",
            (
                "Die IBAN stimmt nicht. Bitte prüfen Sie die Ziffern, oft sind zwei vertauscht. "
                "Sehen Sie besonders hier nach: „5032“."
            ),
        ),
        (
            {"iban": "DE89 3704 0044 0532 0130 01"},
            "iban",
            "Die IBAN stimmt nicht. Bitte prüfen Sie die Ziffern, oft sind zwei vertauscht.",
        ),
        (
            {"iban": "TR33 0006 1005 1978 6457 8413 26"},
            "iban",
            (
                "Aus diesem Land können wir nicht abbuchen. "
                "Bitte geben Sie ein Konto aus Deutschland oder einem anderen SEPA-Land an."
            ),
        ),
        (
            {"iban": "532013000"},
            "iban",
            (
                "Eine IBAN beginnt mit zwei Buchstaben für das Land, in Deutschland mit DE. "
                "Vielleicht haben Sie die Kontonummer eingegeben."
            ),
        ),
        (
            {"iban": "DF89 3704"},
            "iban",
            "Eine IBAN beginnt mit zwei Buchstaben für das Land, in Deutschland mit DE. Sie haben „DF“ eingegeben.",
        ),
        (
            {"iban": "DE89 3704 0044 0532 0130 X0"},
            "iban",
            "In dieser IBAN kann „X“ so nicht stehen. Bitte prüfen Sie die Zeichen.",
        ),
        (
            {"einwilligung": ""},
            "einwilligung",
            "Bitte stimmen Sie dem SEPA-Lastschriftverfahren zu. Ohne Zustimmung können wir nicht abbuchen.",
        ),
        (
            {"aenderungsdatum": "03.12.2026"},
            "aenderungsdatum",
            (
                "Bitte wählen Sie einen Tag ab dem 4. Dezember 2026. "
                "Bis wir abbuchen können, dauert es 5 Bankarbeitstage."
            ),
        ),
        (
            {"aenderungsdatum": ""},
            "aenderungsdatum",
            (
                "Bitte wählen Sie einen Tag ab dem 4. Dezember 2026. "
                "Bis wir abbuchen können, dauert es 5 Bankarbeitstage."
            ),
        ),
        (
            {"aenderungsdatum": "bald"},
            "aenderungsdatum",
            "Bitte geben Sie das Datum so ein: TT.MM.JJJJ, zum Beispiel 04.12.2026.",
        ),
        (
            {"aenderungsdatum": "1.1.2062"},
            "aenderungsdatum",
            "Bitte wählen Sie ein Datum bis zum 4. Dezember 2027.",
        ),
        ({"current_password": ""}, "current_password", "Bitte geben Sie Ihr Passwort ein."),
        (
            {"current_password": "falsch"},
            "current_password",
            "Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.",
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_all_else_stays(
    client: Client, owner: Household, values: dict[str, str], field: str, error: str
) -> None:
    with nothing_is_stored():
        answer = send(client, owner, **values)
    assert errors_of(answer) == {field: [error]}
    typed = {name: value for name, value in (TYPED | values).items() if name != "current_password"}
    found = {name: value for name, value in initial_of(answer).items() if name in typed}
    assert found | {"einwilligung": typed["einwilligung"]} == typed
    assert bool(found["einwilligung"]) == bool(typed["einwilligung"])
    assert PASSWORD not in answer.content.decode()


def test_an_account_of_somebody_else_asks_for_authority(client: Client, owner: Household) -> None:
    with nothing_is_stored():
        answer = send(client, owner, kontoinhaber="Erika Bauer")
    assert errors_of(answer) == {
        "bevollmaechtigt": [
            (
                "Das Konto gehört jemand anderem. Bitte bestätigen Sie, dass Sie bevollmächtigt sind, oder "
                "korrigieren Sie den Kontoinhaber."
            )
        ]
    }
    assert "Ich bin Kontoinhaber oder vom Kontoinhaber bevollmächtigt." in text_of(answer)
    assert send(client, owner, kontoinhaber="Erika Bauer", bevollmaechtigt="on").status_code == 303


def test_the_holder_the_billing_system_has_is_prefilled(client: Client, household: Household) -> None:
    give_account(household.customer, holder="Erika Bauer")
    sign_in(client, household.user)
    form = client.get(url_of(household)).context["form"]
    assert form["kontoinhaber"].value() == "Erika Bauer"
    assert "bevollmaechtigt" in form.fields


def test_outside_of_the_eea_the_bic_is_asked_for_once_it_is_needed(client: Client, owner: Household) -> None:
    answer = send(client, owner, iban=SWISS_IBAN)
    assert errors_of(answer) == {"bic": ["Für ein Konto in diesem Land brauchen wir auch den BIC: Schweiz."]}
    assert errors_of(send(client, owner, iban=SWISS_IBAN, bic="UBSW")) == {
        "bic": ["Ein BIC hat 8 oder 11 Zeichen, zum Beispiel UBSWCHZH80A. Sie haben 4 eingegeben."]
    }
    assert send(client, owner, iban=SWISS_IBAN, bic="ubsw ch zh 80a").status_code == 303
    assert send(client, owner, iban="GB29 NWBK 6016 1331 9268 19").status_code == 303


def test_a_session_thief_learns_nothing_of_the_present_account(client: Client, owner: Household) -> None:
    """Whether a guess is the present IBAN is told behind the password alone."""
    answer = send(client, owner, iban=OLD_IBAN, current_password="falsch")
    assert set(errors_of(answer)) == {"current_password"}


def test_ten_wrong_passwords_end_the_session(client: Client, owner: Household) -> None:
    for _ in range(9):
        assert send(client, owner, current_password="falsch").status_code == 422
    answer = send(client, owner, current_password="falsch")
    assert answer["Location"] == "/anmelden/"


def test_who_has_a_passkey_may_leave_the_password_out_and_shows_it_next(
    client: Client, owner: Household
) -> None:
    assert "Weiter mit Passkey statt Passwort" not in text_of(client.get(url_of(owner)))
    make_passkey(owner.user)
    assert "Weiter mit Passkey statt Passwort" in text_of(client.get(url_of(owner)))
    # Just signed in, and asked all the same: the proof must be for this change.
    with time_machine.travel(NOW + dt.timedelta(seconds=30), tick=False):
        answer = client.get(send(client, owner, current_password="", mit_passkey="1")["Location"])
    assert answer["Location"].startswith("/konto/bestaetigen/?weiter=")


def test_who_took_the_passkey_may_take_it_again_after_a_mistake(client: Client, owner: Household) -> None:
    make_passkey(owner.user)
    answer = send(client, owner, current_password="", mit_passkey="1", iban="DE1")
    assert set(errors_of(answer)) == {"iban"}
    assert "Weiter mit Passkey statt Passwort" in text_of(answer)


def test_the_setting_spares_the_password(client: Client, owner: Household, settings: Settings) -> None:
    settings.BANK_ASKS_PASSWORD = False
    assert "Passwort" not in text_of(client.get(url_of(owner)))
    with time_machine.travel(NOW + dt.timedelta(minutes=20), tick=False):
        answer = client.post(url_of(owner), {**TYPED, "current_password": ""})
        assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"awaits_letter": True}, "Freischaltcode eingeben"),
        ({"held_until": NOW + dt.timedelta(days=1)}, "Ab Montag, 23. November, 12:00 Uhr ist alles frei."),
    ],
)
def test_a_restricted_access_learns_why_and_sends_nothing(
    client: Client, owner: Household, values: dict[str, Any], reason: str
) -> None:
    AccountLink.objects.update(**values)
    text = text_of(client.get(url_of(owner)))
    assert "Ihr Zugang ist noch eingeschränkt." in text
    assert reason in text
    assert "2051" not in text
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


@pytest.mark.parametrize(
    ("status", "advice"),
    [("on_hold", "Dann ziehen Sie die Änderung zurück"), ("exported", "Sie bekommen eine E-Mail")],
)
def test_a_second_change_waits_for_the_first(
    client: Client, owner: Household, status: str, advice: str
) -> None:
    submission = send_bank_change(owner)
    Submission.objects.update(status=status)
    answer = client.get(url_of(owner))
    assert "Sie haben schon eine neue Bankverbindung gesendet." in text_of(answer)
    assert advice in text_of(answer)
    assert f"/vorgaenge/{submission.reference}/" in answer.content.decode()
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_who_has_left_sees_the_account_and_changes_nothing(client: Client, owner: Household) -> None:
    Customer.objects.update(ended_at=NOW)
    text = text_of(client.get(url_of(owner)))
    assert "Ihr Vertrag ist beendet." in text
    assert "DE•• •••• 2051" in text
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_without_a_creditor_identifier_the_page_is_closed(
    client: Client, owner: Household, settings: Settings
) -> None:
    settings.UTILITY = dataclasses.replace(django_settings.UTILITY, creditor_id="")
    assert "Die Bankverbindung lässt sich hier zurzeit nicht ändern." in text_of(client.get(url_of(owner)))
    with nothing_is_stored():
        assert send(client, owner).status_code == 422


def test_where_devices_are_confirmed_an_unknown_one_changes_nothing(
    client: Client, owner: Household, settings: Settings
) -> None:
    settings.NEW_DEVICE_CODE = True
    answer = client.get(url_of(owner))
    assert "Dieses Gerät kennen wir noch nicht." in text_of(answer)
    with nothing_is_stored():
        assert send(client, owner).status_code == 422
    known = Client()
    known.post("/anmelden/", {"identifier": "14026", "password": PASSWORD})
    settings.NEW_DEVICE_CODE = False
    known.post("/anmelden/", {"identifier": "14026", "password": PASSWORD})
    settings.NEW_DEVICE_CODE = True
    assert known.get(url_of(owner)).context.get("form") is not None


def test_others_find_nothing(client: Client, owner: Household) -> None:
    customer = make_customer()
    make_premise(customer)
    sign_in(client, make_user(customer, email="fremd@beispiel.de"))
    with nothing_is_stored():
        assert client.get(url_of(owner)).status_code == 404
        assert send(client, owner).status_code == 404
        assert client.get(url_of(owner, "bank")).status_code == 404


def test_the_home_page_leads_here(client: Client, owner: Household) -> None:
    page = client.get(f"/vs/{owner.premise.public_id}/").content.decode()
    assert f'href="{url_of(owner)}"' in page


class TestSeveralPremises:
    """A customer with more than one place of consumption."""

    @pytest.fixture
    def garden(self, owner: Household) -> Any:
        return make_premise(owner.customer, street="Gartenweg", house_number="7a", label="Garten")

    @pytest.fixture
    def shop(self, owner: Household) -> Any:
        premise = make_premise(owner.customer, street="Marktplatz", house_number="1")
        give_account(owner.customer, premise=premise, iban=THIRD_IBAN, mandate_reference="M14026-2")
        return premise

    def test_each_premise_may_have_an_account_of_its_own(
        self, client: Client, owner: Household, garden: Any, shop: Any
    ) -> None:
        text = text_of(client.get(url_of(owner)))
        for expected in (
            "Abweichende Bankverbindung zur Verbrauchsstelle",
            "Eigene Bankverbindung für Gartenweg 7a",
            "Bankverbindung für Marktplatz 1",
            "Bleibt, wie es ist: DE•• •••• 9700",
            "Andere eigene Bankverbindung",
            "Wieder das gemeinsame Konto",
        ):
            assert expected in text
        assert "IBAN *" not in text

    def test_one_premise_alone_may_change(self, client: Client, owner: Household, garden: Any) -> None:
        answer = send(client, owner, iban="", einwilligung="", **own(garden))
        page = client.get(answer["Location"])
        assert "Eigenes Konto für Gartenweg 7a" in text_of(page)
        assert [each.premise for each in page.context["accounts"]] == [garden]

    def test_a_premise_is_given_back(self, client: Client, owner: Household, shop: Any) -> None:
        fields = {f"eigene-{shop.public_id}": "gemeinsam"}
        answer = send(client, owner, iban="", einwilligung="", **fields)
        page = client.get(answer["Location"])
        assert "kein eigenes Konto mehr, es gilt das gemeinsame" in text_of(page)

    def test_a_premises_section_is_judged_once_it_is_chosen(
        self, client: Client, owner: Household, garden: Any, shop: Any
    ) -> None:
        garbage = {f"iban-{garden.public_id}": "DE1", f"kontoinhaber-{garden.public_id}": "x" * 99}
        assert send(client, owner, **garbage).status_code == 303
        answer = send(client, owner, **own(garden, iban="DE1", einwilligung="", kontoinhaber=""))
        assert errors_of(answer) == {
            f"iban-{garden.public_id}": ["Eine deutsche IBAN hat 22 Zeichen. Sie haben 3 eingegeben."],
            f"kontoinhaber-{garden.public_id}": ["Bitte geben Sie an, wem das Konto gehört."],
            f"einwilligung-{garden.public_id}": [
                "Bitte stimmen Sie dem SEPA-Lastschriftverfahren zu. Ohne Zustimmung können wir nicht abbuchen."
            ],
        }
        assert '<details class="eigenes-konto" open>' in answer.content.decode()

    def test_the_common_account_needs_all_its_fields_once_one_is_typed(
        self, client: Client, owner: Household, garden: Any
    ) -> None:
        assert set(errors_of(send(client, owner, einwilligung=""))) == {"einwilligung"}
        assert set(errors_of(send(client, owner, iban=""))) == {"iban"}

    def test_nothing_chosen_is_told(self, client: Client, owner: Household, garden: Any) -> None:
        answer = send(client, owner, iban="", einwilligung="")
        assert errors_of(answer) == {
            "iban": ["Bitte geben Sie ein neues Konto ein, oder wählen Sie eine Verbrauchsstelle."]
        }

    def test_an_account_that_waits_is_closed_alone(
        self, client: Client, owner: Household, garden: Any
    ) -> None:
        send_bank_change(owner, wish(garden))
        text = text_of(client.get(url_of(owner)))
        assert "Für dieses Konto haben Sie schon eine Änderung gesendet." in text
        assert send(client, owner).status_code == 303

    def test_the_field_of_a_premise_of_somebody_else_is_none(
        self, client: Client, owner: Household, garden: Any
    ) -> None:
        other = make_premise()
        page = client.get(send(client, owner, **own(other, iban=THIRD_IBAN))["Location"])
        assert [each.premise for each in page.context["accounts"]] == [None]

    def test_what_ended_or_belongs_to_another_customer_of_the_login_is_not_offered(
        self, client: Client, owner: Household, garden: Any
    ) -> None:
        make_premise(owner.customer, end_date=NOW.date() - dt.timedelta(days=1))
        make_premise(owner.customer, ended_at=NOW)
        other = make_customer()
        AccountLink.objects.create(user=owner.user, customer=other, created_at=NOW)
        make_premise(other)
        form = client.get(url_of(owner)).context["form"]
        assert [section.premise for section in form.premises] == [garden, owner.premise]

    def test_one_and_twenty_premises_cost_the_same_queries(self, client: Client, owner: Household) -> None:
        make_premise(owner.customer)

        def queries() -> int:
            client.get(url_of(owner))
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url_of(owner)).status_code == 200
            return len(captured)

        with_two = queries()
        for _ in range(19):
            give_account(owner.customer, premise=make_premise(owner.customer))
        assert queries() == with_two

    def test_a_property_manager_is_offered_the_premise_in_view_and_those_with_own_accounts(
        self, client: Client, owner: Household, shop: Any
    ) -> None:
        for _ in range(30):
            make_premise(owner.customer)
        form = client.get(url_of(owner)).context["form"]
        assert [section.premise for section in form.premises] == [owner.premise, shop]


@pytest.mark.parametrize(
    ("code", "name"), [("37040044", "Commerzbank"), ("99999999", ""), ("DE89", ""), ("", "")]
)
def test_a_script_may_ask_for_the_name_of_a_bank(
    client: Client, owner: Household, code: str, name: str
) -> None:
    assert client.get(url_of(owner, "bank"), {"blz": code}).json() == {"name": name}


def test_the_earliest_day_is_that_of_the_calendar(client: Client, owner: Household) -> None:
    attributes = client.get(url_of(owner)).context["form"].fields["aenderungsdatum"].widget.attrs
    assert (attributes["data-min"], attributes["data-max"]) == (EARLIEST.isoformat(), "2027-12-04")
