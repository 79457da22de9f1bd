"""``utility.toml`` is read, or refused with one line that names the key."""

from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

import pytest

from kundenportal.core.modules import Modules
from kundenportal.core.toml_tables import InvalidUtilityFile
from kundenportal.core.utility import ReadingPeriod, Utility, load_tables, read_utility


def load(directory: Path, text: str) -> Utility:
    path = directory / "utility.toml"
    path.write_text(text, encoding="utf-8")
    return read_utility(load_tables(path))


def test_every_key_may_be_left_out(tmp_path: Path) -> None:
    assert load(tmp_path, "") == Utility()


def test_what_is_given_counts_and_the_rest_stays(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    utility = load(
        tmp_path,
        f"""
        name = "Stadtwerke Neustadt"
        [customer_number]
        digits = 9
        [brand]
        light = "#004422"
        logo = "{logo}"
        [readings]
        period_start = "11-15"
        period_end = "12-15"
        default_annual_use = {{ gas = 1200.5 }}
        [advance_payments]
        lower_percent = 15
        changes_per_year = 0
        base_price_percent = {{ gas = 12 }}
        [banking]
        state = "BY"
        lead_bank_days = 3
        mandate_reference = "SWN-{{customer}}-{{sequence}}"
        """,
    )

    assert (utility.name, utility.city) == ("Stadtwerke Neustadt", "Musterbach")
    assert (utility.customer_number.digits, utility.customer_number.suffix) == (9, "1")
    assert (utility.brand.light, utility.brand.logo) == ("#004422", str(logo))
    assert utility.readings.period == ReadingPeriod((11, 15), (12, 15))
    assert utility.readings.default_annual_use["gas"] == Decimal("1200.5")
    assert utility.readings.default_annual_use["strom"] == 2500
    limits = utility.advance_payments
    assert (limits.lower_percent, limits.upper_percent, limits.changes_per_year) == (15, 100, 0)
    assert (limits.base_price_percent["gas"], limits.base_price_percent["strom"]) == (12, 15)
    assert (utility.banking.state, utility.banking.lead_bank_days) == ("BY", 3)
    assert utility.banking.mandate_reference == "SWN-{customer}-{sequence}"


def test_a_function_is_offered_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    modules = load(tmp_path, "[modules]\ncontact = false\ndocuments = true").modules
    assert modules == replace(Modules(), contact=False)
    assert all(asdict(Modules()).values())


def test_a_creditor_identifier_is_kept_in_its_one_spelling(tmp_path: Path) -> None:
    assert load(tmp_path, 'creditor_id = "de98 zzz0 9999 9999 99"').creditor_id == "DE98ZZZ09999999999"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "utility.toml: "),
        ('nmae = "Stadtwerke"', "nmae: unknown key"),
        ('creditor_id = "DE99ZZZ09999999999"', "creditor_id: expected a SEPA creditor identifier"),
        ("banking = 3", "banking: expected a table"),
        ('[banking]\nland = "BY"', "banking.land: unknown key"),
        ('[banking]\nstate = "Bayern"', "banking.state: expected one of BB, BE"),
        ('[banking]\nstate = ["BY"]', "banking.state: expected one of BB, BE"),
        ("[banking]\nlead_bank_days = 0", "banking.lead_bank_days: expected a whole number from 1 to 30"),
        ("[banking]\nlead_bank_days = true", "banking.lead_bank_days: expected a whole number from 1 to 30"),
        ("[banking]\nmandate_reference = 7", "banking.mandate_reference: expected a text"),
        ('[banking]\nmandate_reference = "KP-{sequence}"', "banking.mandate_reference: expected a text"),
        (
            '[customer_number]\ndigits = 15\n[banking]\nmandate_reference = "Stadt-Musterbach-{customer}-{sequence}"',
            "banking.mandate_reference: expected a text",
        ),
        ('name = " "', "name: expected the utility's name"),
        ('email = ""', "email: expected an e-mail address"),
        ('email = "service"', "email: expected an e-mail address"),
        ("name = 5", "name: expected text in quotes"),
        ("[name]", "name: expected text in quotes"),
        ("modules = true", "modules: expected a table"),
        ("[modules]\nkontakt = false", "modules.kontakt: unknown key; known are addresses, advance_payments"),
        ('[modules]\ncontact = "false"', "modules.contact: expected true or false, found 'false'"),
        ("[modules]\ncontact = 0", "modules.contact: expected true or false, found 0"),
        ('brand = "blau"', "brand: expected a table"),
        ("readings = 42", "readings: expected a table"),
        ('time_zone = ""', "time_zone: expected a name"),
        ('time_zone = "../etc/localtime"', "time_zone: expected a name"),
        ("[customer_number]\ndigits = 2", "customer_number.digits: expected"),
        ("[customer_number]\nsuffix = 1", "customer_number.suffix: expected"),
        ('[brand]\nlight = "blau"', "brand.light: expected a colour"),
        ('[brand]\ncolour = "#004422"', "brand.colour: unknown key"),
        ('[brand]\nlogo = "missing.svg"', "brand.logo: expected the path of a file"),
        ('[brand]\nlogo = "utility.toml"', "brand.logo: expected the path of a file"),
        ("[brand]\nlogo = 5", "brand.logo: expected the path of a file"),
        ("[readings]\nmax_age_days = 0", "readings.max_age_days: expected"),
        ('[readings]\nperiod_start = "11-15"', "readings.period_end: give both"),
        (
            '[readings]\nperiod_start = "15.11."\nperiod_end = "12-15"',
            "readings.period_start: expected month",
        ),
        ('[readings]\nperiod_start = "02-30"\nperiod_end = "12-15"', "readings.period_start: expected month"),
        ("[readings]\ndefault_annual_use = 2500", "readings.default_annual_use: expected a table"),
        ("[readings]\ndefault_annual_use = { oel = 1 }", "readings.default_annual_use.oel: expected"),
        ("[readings]\ndefault_annual_use = { gas = nan }", "readings.default_annual_use.gas: expected"),
        ("[readings]\ndefault_annual_use = { gas = 0 }", "readings.default_annual_use.gas: expected"),
        ("[contact]\nanswer_days = 0", "contact.answer_days: expected a whole number from 1 to 30"),
        ("[contact]\nanswer_days = true", "contact.answer_days: expected a whole number"),
        ("[contact]\ndays = 2", "contact.days: unknown key"),
        ("advance_payments = 20", "advance_payments: expected a table"),
        ("[advance_payments]\nlower = 20", "advance_payments.lower: unknown key"),
        (
            "[advance_payments]\nlower_percent = 101",
            "advance_payments.lower_percent: expected a whole number",
        ),
        (
            "[advance_payments]\nupper_percent = 1.5",
            "advance_payments.upper_percent: expected a whole number",
        ),
        ("[advance_payments]\nlead_days = true", "advance_payments.lead_days: expected a whole number"),
        (
            "[advance_payments]\nmonths_offered = 0",
            "advance_payments.months_offered: expected a whole number",
        ),
        (
            "[advance_payments]\nbase_price_percent = 5",
            "advance_payments.base_price_percent: expected a table",
        ),
        (
            "[advance_payments]\nbase_price_percent = { oel = 5 }",
            "advance_payments.base_price_percent.oel: expected a whole number from 0 to 100",
        ),
    ],
)
def test_what_cannot_be_used_is_told_by_its_key(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidUtilityFile) as refused:
        load(tmp_path, text)
    assert told in str(refused.value)
