"""What the law makes a utility say of itself is read from ``utility.toml``, or refused by its key."""

import datetime as dt
import tomllib

import pytest

from kundenportal.core.legal_details import Imprint
from kundenportal.core.toml_tables import InvalidUtilityFile
from kundenportal.core.utility import Utility
from tests.rules.test_utility import load

COMPLETE = """
    [imprint]
    company = "Stadtwerke Musterbach GmbH"
    represented_by = "Petra Muster (Geschäftsführerin)"
    register_court = "Amtsgericht Ansbach"
    register_number = "HRB 1234"
    vat_id = "DE123456789"
    economic_id = "DE123456789-00001"
    supervisory_authority = "Regierung von Mittelfranken, 91522 Ansbach"
    responsible_for_content = "Petra Muster, Kirchplatz 1, 91560 Musterbach"

    [privacy]
    officer = "Karl Muster"
    officer_address = "Kirchplatz 1, 91560 Musterbach"
    officer_email = "datenschutz@stadtwerke-musterbach.example"
    officer_phone = "09872 0000-339"
    authority = "Bayerisches Landesamt für Datenschutzaufsicht, Promenade 18, 91522 Ansbach"
    hosting = "Rechenzentrum Musterbach GmbH, Musterbach, Deutschland"

    [accessibility]
    email = "barrieren@stadtwerke-musterbach.example"
    law = "both"
    market_surveillance = "MLBF"
    state_law = "Bayerisches Behindertengleichstellungsgesetz (BayBGG)"
    enforcement_body = "Landesamt für Digitalisierung, Breitband und Vermessung"
    checked_date = 2026-11-02

    [security]
    contact = "https://www.stadtwerke-musterbach.example/sicherheit"
    policy = "https://www.stadtwerke-musterbach.example/sicherheit/regeln"
"""


def test_everything_can_be_given(tmp_path) -> None:
    utility = load(tmp_path, COMPLETE)

    given = tomllib.loads(COMPLETE)
    for table, values in given.items():
        assert {key: getattr(getattr(utility, table), key) for key in values} == values
        assert set(values) == set(getattr(utility, table).__dataclass_fields__)
    assert utility.accessibility.checked_date == dt.date(2026, 11, 2)


def test_the_authority_for_the_bfsg_is_known_without_being_told() -> None:
    assert "Magdeburg" in Utility().accessibility.market_surveillance
    assert Utility().imprint == Imprint()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("imprint = 5", "imprint: expected a table"),
        ('[imprint]\nvat = "DE123456789"', "imprint.vat: unknown key"),
        ("[imprint]\nregister_number = 1234", "imprint.register_number: expected text in quotes"),
        ('[imprint]\nvat_id = "DE 123"', "imprint.vat_id: expected such as DE123456789, found 'DE 123'"),
        ('[privacy]\nofficer_email = "datenschutz"', "privacy.officer_email: expected an e-mail address"),
        ("[privacy]\nofficer = true", "privacy.officer: expected text in quotes"),
        ('[accessibility]\nemail = "a@b"', "accessibility.email: expected an e-mail address"),
        ('[accessibility]\nlaw = "bitv"', "accessibility.law: expected one of bfsg, state, both"),
        ('[accessibility]\nchecked_date = "2026-11-02"', "accessibility.checked_date: expected a day"),
        ("[accessibility]\nchecked_date = 2026-11-02T10:00:00", "accessibility.checked_date: expected a day"),
        ("[accessibility]\nemail = 1", "accessibility.email: expected text in quotes"),
        ('[security]\ncontact = "http://b.example/"', "security.contact: expected an e-mail address"),
        ('[security]\npolicy = "regeln"', "security.policy: expected a page"),
        ('[security]\nkey = "x"', "security.key: unknown key"),
    ],
)
def test_what_cannot_be_used_is_told_by_its_key(text: str, told: str, tmp_path) -> None:
    with pytest.raises(InvalidUtilityFile) as refused:
        load(tmp_path, text)
    assert told in str(refused.value)
