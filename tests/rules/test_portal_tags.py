"""The tags of the templates, and how a form field is drawn."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from kundenportal.ui.templatetags import portal
from kundenportal.ui.widgets import DateTextInput


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Bitte geben Sie Ihren Namen ein.", "Bitte geben Sie Ihren Namen ein."),
        (
            "Der 24. November 2026 liegt in der Zukunft. Bitte geben Sie den Tag ein.",
            "Der 24. November 2026 liegt in der Zukunft.",
        ),
        (
            "461 m³ ist kleiner als der letzte Stand (512 m³). Bitte lesen Sie noch einmal ab.",
            "461 m³ ist kleiner als der letzte Stand (512 m³).",
        ),
        ("Meinten Sie name@gmail.com? Dann ändern Sie das.", "Meinten Sie name@gmail.com?"),
        ("", ""),
    ],
)
def test_a_summary_ends_with_the_first_sentence(text: str, first: str) -> None:
    assert portal.first_sentence(text) == first


def test_divisions_and_months_have_their_names_in_the_language_of_the_page() -> None:
    day = dt.date(2027, 3, 1)
    assert (portal.date_long(day), portal.date_weekday(day)) == ("1. März 2027", "Montag, 1. März 2027")
    with translation.override("en"):
        assert portal.division_list(["strom", "wasser"]) == "Electricity and Water"
        assert (portal.date_long(day), portal.date_weekday(day)) == ("1. March 2027", "Monday, 1. March 2027")


@pytest.mark.parametrize(
    ("divisions", "text"),
    [
        ([], ""),
        (["gas"], "Gas"),
        (["strom", "gas"], "Strom und Gas"),
        (["strom", "gas", "waerme"], "Strom, Gas und Wärme"),
    ],
)
def test_divisions_are_listed_as_in_a_sentence(divisions: list[str], text: str) -> None:
    assert portal.division_list(divisions) == text


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (Decimal("24318.7"), 6, "024318"),
        (0, 5, "00000"),
        (Decimal(512), 5, "00512"),
        (123456, 5, "123456"),
    ],
)
def test_a_roller_shows_the_digits_before_the_comma(value: Decimal | int, digits: int, shown: str) -> None:
    assert portal.roller(value, digits) == shown


@pytest.mark.parametrize(
    ("number", "address"),
    [("09872 0000-332", "tel:098720000332"), ("+49 9872 / 33", "tel:+49987233"), ("", "tel:")],
)
def test_a_telephone_number_can_be_called(number: str, address: str) -> None:
    assert portal.phone_uri(number) == address


class ExampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="Vor- und Nachname")
    secret = forms.CharField(label="Passwort", widget=forms.PasswordInput, required=False)
    day = forms.CharField(
        label="Datum", widget=DateTextInput(attrs={"data-max": "2026-11-22"}), required=False
    )
    consent = forms.BooleanField(label="Ich stimme zu.")
    kind = forms.ChoiceField(label="Art", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_required_field_has_label_star_hint_and_control() -> None:
    html = ExampleForm()["name"].as_field_group()

    assert '<label for="id_name">Name <span class="stern" aria-hidden="true">*</span>' in html
    assert '<span class="tipp" id="id_name_helptext">Vor- und Nachname</span>' in html
    assert 'class="eingabe"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert "required" in html


def test_an_error_stands_between_label_and_control_and_is_told_of_it() -> None:
    html = ExampleForm({"name": ""})["name"].as_field_group()

    assert html.index("</label>") < html.index('id="id_name_error"') < html.index("<input")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<span class="visually-hidden">Fehler:</span>' in html


def test_an_optional_field_has_no_star() -> None:
    assert "stern" not in ExampleForm()["secret"].as_field_group()


def test_the_buttons_of_scripts_are_hidden_until_a_script_shows_them() -> None:
    form = ExampleForm()

    for name, hook in (("secret", 'data-reveal="id_secret"'), ("day", 'data-calendar="id_day"')):
        html = form[name].as_field_group()
        button = html[html.index("<button") : html.index(">", html.index("<button"))]
        assert "hidden" in button
        assert hook in button


def test_what_was_typed_stays_but_never_a_password() -> None:
    form = ExampleForm({"name": "Petra <Weber>", "secret": "geheim"})

    assert 'value="Petra &lt;Weber&gt;"' in form["name"].as_field_group()
    assert "geheim" not in form["secret"].as_field_group()


def test_a_group_of_choices_has_a_legend_and_a_label_each() -> None:
    html = ExampleForm({})["kind"].as_field_group()

    assert '<fieldset class="feld feldgruppe" aria-describedby="id_kind_error">' in html
    assert '<label for="id_kind_0">A</label>' in html


def test_the_summary_leads_to_every_field_with_an_error() -> None:
    template = engines["django"].from_string("{% error_summary form %}")

    html = template.render({"form": ExampleForm({"day": "morgen"})})

    assert "Bitte prüfen Sie 3 Angaben" in html
    for anchor in ("#id_name", "#id_consent", "#id_kind_0"):
        assert f'href="{anchor}"' in html
    assert 'role="alert"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    template = engines["django"].from_string("{% error_summary form %}")

    assert "role" not in template.render({"form": ExampleForm()})
