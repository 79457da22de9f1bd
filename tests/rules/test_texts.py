"""The texts the portal comes with are complete, readable, and lead nowhere that is not there."""

import dataclasses
import re
from html import unescape

import pytest
from django.urls import resolve
from pytest_django import Settings

from kundenportal.core.legal_details import LAWS
from kundenportal.selfservice.views.help_pages import ICONS
from kundenportal.ui.texts import store
from tests.readability import flesch_de, running_text, sentences_of
from tests.utilities import complete_utility

FILES = list(store.all_files())
READABLE = [file for file in FILES if file.language == "de"]
EASY = 60


@pytest.fixture(autouse=True)
def _complete(settings: Settings) -> None:
    settings.UTILITY = complete_utility()


def plain(text: store.Text) -> str:
    """Return what is read of a text, a paragraph or list item a line."""
    lines = re.sub(r"<br ?/>|</(?:p|li|h\d|td|th)>", "\n", str(text.html))
    return unescape(re.sub(r"<[^>]+>", "", f"{text.title}\n{lines}"))


def name(file: store.TextFile) -> str:
    return f"{file.language}/{file.name}"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_a_draft_has_a_title_and_no_gap(file: store.TextFile) -> None:
    text = store.read_text(file)

    assert text.title
    assert text.missing == ()
    assert not re.search(r"\{(if|unless|end)", text.html)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("language", store.LANGUAGES)
def test_the_law_a_utility_is_under_chooses_the_parts(law: str, language: str, settings: Settings) -> None:
    accessibility = dataclasses.replace(settings.UTILITY.accessibility, law=law)
    settings.UTILITY = dataclasses.replace(settings.UTILITY, accessibility=accessibility)

    text = store.load_text(store.ACCESSIBILITY, language)

    assert text
    assert ("Anlage 3" in text.html) == (law in {"bfsg", "both"})
    assert ("(EU) 2016/2102" in text.html) == (law in {"state", "both"})


@pytest.mark.parametrize("file", FILES, ids=name)
def test_links_of_a_draft_lead_to_pages_that_exist(file: store.TextFile) -> None:
    for target in re.findall(r'href="(/[^"#]*)', store.read_text(file).html):
        resolve(target)


@pytest.mark.parametrize("file", READABLE, ids=name)
def test_a_german_text_is_easy_to_read(file: store.TextFile) -> None:
    assert flesch_de(running_text(plain(store.read_text(file)))) >= EASY


def test_leichte_sprache_is_made_of_short_sentences_without_hard_signs() -> None:
    text = store.load_text(store.PLAIN_LANGUAGE, "de")
    assert text
    said = plain(text)

    assert max(len(sentence) for sentence in sentences_of(said)) <= 12
    assert flesch_de(running_text(said)) >= 75
    # No brackets, no abbreviations, no subjunctive (DIN SPEC 33429).
    assert not re.search(r"[();]|\b(bzw|z\. ?B|usw|evtl)\b|\b(wäre|hätte|könnte|würde)", said)


def test_every_text_is_there_in_both_languages() -> None:
    by_language = {
        language: {file.name for file in FILES if file.language == language} for language in store.LANGUAGES
    }

    assert by_language["de"] == by_language["en"]
    assert by_language["de"] == {*store.PAGES, *(f"{store.HELP}/{each}" for each in store.HELP_ORDER)}


def test_every_topic_has_a_symbol_of_its_own() -> None:
    assert set(ICONS) == set(store.HELP_ORDER)
    assert len(set(ICONS.values())) == len(ICONS)


@pytest.mark.parametrize("file", [file for file in FILES if file.language == "de"], ids=name)
def test_a_text_has_the_same_parts_in_both_languages(file: store.TextFile) -> None:
    english = store.text_file(file.name, "en")
    assert english
    german_text, english_text = store.read_text(file), store.read_text(english)

    assert len(german_text.sections) == len(english_text.sections)
    assert german_text.html.count("<li>") == english_text.html.count("<li>")
    assert german_text.html.count("<td") == english_text.html.count("<td")
