"""Versions of the settings: saving, undoing, two people at once, and what the portal then reads."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django import Settings

from kundenportal.audit.models import AuditEntry
from kundenportal.config import settings as installed
from kundenportal.core.utility import Utility
from kundenportal.utility_settings import services
from kundenportal.utility_settings.current import CurrentUtility
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.rules import Value
from kundenportal.utility_settings.sections import Section
from kundenportal.utility_settings.selectors import history, last_number, read_stored, values_of
from kundenportal.utility_settings.services import (
    ChangedMeanwhile,
    SettingsRefused,
    restore_settings,
    save_settings,
    save_text,
)
from tests.make import NOW
from tests.snapshot import snapshot
from tests.utilities import live_utility

pytestmark = pytest.mark.django_db

STAFF = "staff:17"


@pytest.fixture(autouse=True)
def utility(settings: Settings) -> None:
    settings.UTILITY = live_utility({"name": "Stadtwerke Neustadt", "city": "Neustadt"})


def save(section: Section = Section.MASTER_DATA, *, seen: int = 0, **values: Value) -> SettingsVersion | None:
    changed = {key.replace("__", "."): value for key, value in values.items()}
    return save_settings(
        section=section, values=values_of(section) | changed, seen=seen, actor=STAFF, now=NOW
    )


def test_a_change_counts_at_once_and_is_a_version_with_an_audit_entry(settings: Settings) -> None:
    version = save(slogan="Neu", city="Altstadt")
    assert version is not None
    assert (settings.UTILITY.slogan, settings.UTILITY.city) == ("Neu", "Altstadt")
    assert version.values == {"slogan": "Neu", "city": "Altstadt"}
    assert version.changes == [
        ["slogan", Utility().slogan, "Neu"],
        ["city", "Neustadt", "Altstadt"],
    ]
    entry = AuditEntry.objects.get(action="settings.changed")
    assert (entry.actor, entry.subject) == (STAFF, "master_data")
    assert entry.details == {"version": 1, "keys": "slogan, city"}


def test_another_process_reads_it(settings: Settings) -> None:
    save(slogan="Neu")
    assert live_utility().slogan == "Neu"


def test_what_equals_the_file_goes_on_following_the_file(settings: Settings) -> None:
    save(slogan="Neu")
    version = save(slogan=Utility().slogan, seen=1)
    assert version is not None
    assert version.values == {}


def test_nothing_is_saved_when_nothing_differs() -> None:
    before = snapshot()
    assert save() is None
    assert snapshot() == before


def test_what_the_rule_refuses_is_not_saved(settings: Settings) -> None:
    before = snapshot()
    with pytest.raises(SettingsRefused) as refused:
        save(email="service", slogan="Neu")
    assert set(refused.value.refused) == {"email"}
    assert snapshot() == before
    assert settings.UTILITY.slogan == Utility().slogan


def test_whoever_comes_second_is_told() -> None:
    save(slogan="Neu")
    before = snapshot()
    with pytest.raises(ChangedMeanwhile):
        save(slogan="Anders", seen=0)
    assert snapshot() == before


def test_of_two_who_save_in_the_same_moment_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_the_race(*_: object) -> SettingsVersion:
        for _number in range(2):
            SettingsVersion.objects.create(section="master_data", number=1, at=NOW, actor=STAFF)
        raise AssertionError("the second row must be refused")

    monkeypatch.setattr(services, "_add_version", transaction.atomic(lose_the_race))
    with pytest.raises(ChangedMeanwhile):
        save(slogan="Neu")
    assert not SettingsVersion.objects.exists()


def test_an_installation_reads_what_staff_changed(settings: Settings) -> None:
    assert isinstance(installed.UTILITY, CurrentUtility)
    save(slogan="Neu")
    settings.UTILITY = CurrentUtility({})
    assert settings.UTILITY.slogan == Utility().slogan
    apps.get_app_config("utility_settings").ready()
    assert settings.UTILITY.slogan == "Neu"


def test_a_former_version_counts_again_as_a_new_one(settings: Settings) -> None:
    save(slogan="Eins")
    save(slogan="Zwei", seen=1)
    restored = restore_settings(section=Section.MASTER_DATA, number=1, seen=2, actor=STAFF, now=NOW)
    assert restored is not None
    assert (restored.number, restored.restores, settings.UTILITY.slogan) == (3, 1, "Eins")
    restore_settings(section=Section.MASTER_DATA, number=0, seen=3, actor=STAFF, now=NOW)
    assert settings.UTILITY.slogan == Utility().slogan
    assert [each.number for each in history(Section.MASTER_DATA).rows] == [4, 3, 2, 1]


def test_sections_have_versions_of_their_own(settings: Settings) -> None:
    save(slogan="Neu")
    save(Section.LIMITS, readings__max_age_days=21)
    assert (last_number(Section.MASTER_DATA), last_number(Section.LIMITS)) == (1, 1)
    assert (settings.UTILITY.slogan, settings.UTILITY.readings.max_age_days) == ("Neu", 21)


def test_a_stored_value_that_became_unusable_gives_way_to_the_file_s(settings: Settings) -> None:
    save(slogan="Neu")
    SettingsVersion.objects.create(
        section="brand", number=1, at=NOW, actor=STAFF, values={"brand.light": "blau"}
    )
    settings.UTILITY = live_utility()
    assert settings.UTILITY.brand == Utility().brand
    assert settings.UTILITY.slogan == "Neu"
    assert set(settings.UTILITY.state.refused) == {"brand.light"}


@pytest.mark.parametrize("stale", ["brand.light", "brand.colour"])
def test_a_stored_value_that_cannot_be_used_can_be_lost(settings: Settings, stale: str) -> None:
    SettingsVersion.objects.create(section="brand", number=1, at=NOW, actor=STAFF, values={stale: "blau"})
    settings.UTILITY = live_utility()
    assert set(settings.UTILITY.state.refused) == {stale}
    version = restore_settings(section=Section.BRAND, number=0, seen=1, actor=STAFF, now=NOW)
    assert version is not None
    assert (version.values, version.changes, version.restores) == ({}, [], 0)
    assert not settings.UTILITY.state.refused
    assert restore_settings(section=Section.BRAND, number=0, seen=2, actor=STAFF, now=NOW) is None


def test_a_version_that_is_committed_after_one_of_a_greater_id_is_seen(settings: Settings) -> None:
    """PostgreSQL draws ids before it commits."""
    rows = {"at": NOW, "actor": STAFF, "number": 1}
    SettingsVersion.objects.create(pk=11, section="brand", values={"brand.light": "#004422"}, **rows)
    settings.UTILITY = live_utility()
    assert settings.UTILITY.brand.light == "#004422"
    SettingsVersion.objects.create(pk=10, section="master_data", values={"slogan": "Neu"}, **rows)
    settings.UTILITY.look()
    assert (settings.UTILITY.slogan, settings.UTILITY.brand.light) == ("Neu", "#004422")


def test_without_its_table_the_file_counts_and_the_transaction_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(SettingsVersion._meta, "db_table", "not_there_yet")
    with transaction.atomic():
        assert read_stored(0) is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_the_history_comes_in_pages() -> None:
    for number in range(25):
        SettingsVersion.objects.create(section="legal", number=number + 1, at=NOW, actor=STAFF)
    first = history(Section.LEGAL)
    assert [first.rows[0].number, first.rows[-1].number, first.next_after] == [25, 6, 6]
    second = history(Section.LEGAL, after=first.next_after)
    assert [each.number for each in second.rows] == [5, 4, 3, 2, 1]
    assert second.next_after is None


def test_a_text_is_kept_and_given_back_to_its_file(settings: Settings) -> None:
    save_text(name="de/impressum", source="# Neu", before="# Alt", seen=0, actor=STAFF, now=NOW)
    assert settings.UTILITY.state.stored.texts == {"de/impressum": "# Neu"}
    save_text(name="de/impressum", source=None, before="# Neu", seen=1, actor=STAFF, now=NOW)
    assert settings.UTILITY.state.stored.texts == {}
    assert AuditEntry.objects.filter(subject="text:de/impressum").count() == 2
