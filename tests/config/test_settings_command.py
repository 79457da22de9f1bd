"""``kundenportal settings export`` prints a file that says what counts now."""

import tomllib

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kundenportal.core.utility import read_utility
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.toml_text import toml_text
from tests.make import NOW
from tests.utilities import live_utility


@pytest.mark.django_db
def test_the_file_holds_what_staff_changed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"slogan": 'Für "Sie"', "accessibility.checked_date": "2026-11-02", "modules.contact": False}
    SettingsVersion.objects.create(section="legal", number=1, at=NOW, actor="staff:1", values=values)
    settings.UTILITY = live_utility({"city": "Neustadt", "readings": {"default_annual_use": {"gas": 1200.5}}})
    call_command("settings", "export")
    printed = read_utility(tomllib.loads(capsys.readouterr().out))
    assert printed == settings.UTILITY.state.utility
    assert (printed.slogan, printed.city) == ('Für "Sie"', "Neustadt")
    assert (printed.modules.contact, printed.modules.documents) == (False, True)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), st.text() | st.integers(-9, 10**9)))
def test_what_is_written_is_read_again(table: dict[str, object]) -> None:
    assert tomllib.loads(toml_text({"table": table})).get("table", {}) == table
