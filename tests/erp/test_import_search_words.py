"""An import keeps the words that customers are found by."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from kundenportal.customers.models import Customer, Premise, SearchWord
from tests.erp.deliveries import run_import, two_customers, write_delivery

pytestmark = pytest.mark.django_db

BAUER, COMPANY = "0012345/1", "0012346/1"


def words_of(number: str) -> set[str]:
    rows = SearchWord.objects.filter(customer__customer_number=number)
    return {bytes(word).decode() for word in rows.values_list("word", flat=True)}


def deliver(directory: Path, delivery: dict[str, list[dict[str, str]]]) -> None:
    assert not run_import(write_delivery(directory, delivery)).is_refused


def test_customers_get_the_words_of_name_mailbox_and_addresses(tmp_path):
    delivery = two_customers()
    delivery["verbrauchsstellen.csv"][1] |= {"strasse": "Äußerer Ring", "hausnummer": "7 b"}
    deliver(tmp_path / "d", delivery)
    bauer = "michael bauer bauer@example.org lindenstrasse 12 91560 heilsbronn"
    assert words_of(BAUER) == set(bauer.split())
    company = "oeko aecker gmbh oekoaeckergmbh am muensterweg ammuensterweg 91560 heilsbronn"
    assert words_of(COMPANY) == {*company.split(), "aeusserer", "ring", "aeussererring", "7b", "7"}


def test_words_change_with_what_they_are_of(tmp_path):
    delivery = two_customers()
    deliver(tmp_path / "d", delivery)
    untouched = words_of(COMPANY)
    delivery["kunden.csv"][0] |= {"name": "Bauer-Groß", "kontakt_email": "", "strasse": "Gartenweg"}
    deliver(tmp_path / "e", delivery)
    expected = "michael bauer gross bauergross gartenweg lindenstrasse 12 91560 heilsbronn"
    assert words_of(BAUER) == set(expected.split())
    delivery["verbrauchsstellen.csv"][0]["strasse"] = "Gartenweg"
    deliver(tmp_path / "f", delivery)
    assert words_of(BAUER) == set(expected.split()) - {"lindenstrasse"}
    assert words_of(COMPANY) == untouched


def test_the_words_of_a_premise_go_where_the_premise_goes(tmp_path):
    delivery = two_customers()
    delivery["verbrauchsstellen.csv"][0]["strasse"] = "Kirchplatz"
    deliver(tmp_path / "d", delivery)
    assert "kirchplatz" in words_of(BAUER) - words_of(COMPANY)
    delivery["verbrauchsstellen.csv"][0]["kundennummer"] = COMPANY
    deliver(tmp_path / "e", delivery)
    assert "kirchplatz" in words_of(COMPANY) - words_of(BAUER)


def test_a_street_whose_name_ends_with_another_s_is_not_taken_for_it(tmp_path):
    delivery = two_customers()
    delivery["kunden.csv"][0]["strasse"] = "Blindenstraße"
    deliver(tmp_path / "d", delivery)
    assert {"blindenstrasse", "lindenstrasse"} <= words_of(BAUER)


def test_a_delivery_that_is_refused_changes_no_words(tmp_path):
    delivery = two_customers()
    deliver(tmp_path / "d", delivery)
    before = words_of(BAUER)
    delivery["kunden.csv"][0]["name"] = "Weber"
    delivery["verbrauchsstellen.csv"][1]["kundennummer"] = "0099999/1"
    assert run_import(write_delivery(tmp_path / "e", delivery)).is_refused
    assert words_of(BAUER) == before


def test_customers_who_were_there_before_get_the_same_words(tmp_path):
    deliver(tmp_path / "d", two_customers())
    expected = words_of(BAUER), words_of(COMPANY), list(Customer.objects.values_list("search_words"))
    SearchWord.objects.all().delete()
    Customer.objects.update(search_words="")
    Premise.objects.update(search_words="")
    migration = import_module("kundenportal.customers.migrations.0003_fill_search_words")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert (
        words_of(BAUER),
        words_of(COMPANY),
        list(Customer.objects.values_list("search_words")),
    ) == expected
