"""Facts are filled into texts, and never become Markdown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from kundenportal.core.contact_rules import ContactRules
from kundenportal.ui.texts.facts import text_facts
from kundenportal.ui.texts.markdown import render
from kundenportal.ui.texts.placeholders import GAP, fill, problems
from kundenportal.ui.texts.store import all_files, source_of


def filled(source: str, **facts: str) -> str:
    return fill(source, facts).text


def test_a_fact_takes_the_place_of_its_name() -> None:
    assert filled("Wir sind {name}.", name="Stadtwerke Musterbach") == "Wir sind Stadtwerke Musterbach."


def test_a_missing_fact_leaves_a_gap_and_is_told_once() -> None:
    result = fill("{court}, {court} und {name}", {"court": "", "name": "Wir"})

    assert result.missing == ("court",)
    assert render(result.text).html == f"<p>{GAP}, {GAP} und Wir</p>\n"


def test_an_unknown_name_is_a_gap_too() -> None:
    assert fill("{nmae}", {}).missing == ("nmae",)


def test_lines_stand_only_where_their_fact_is_known() -> None:
    source = "{if a}\nA: {a}\n{if b}\nB: {b}\n{end}\n{end}\n{unless b}\nohne B\n{end}\nimmer"

    assert filled(source, a="1", b="2") == "A: 1\nB: 2\nimmer"
    assert filled(source, a="1") == "A: 1\nohne B\nimmer"
    assert filled(source, b="2") == "immer"
    assert fill(source, {}).missing == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x\n{end}", "x"),
        ("x\n{if a}", "x"),
        ("x\n{if a}\ny", "x"),
        ("x\n{unless a}\ny", "x\ny"),
        ("x\n{unless a", "x\n{unless a"),
        ("{end}\n{end}\nx", "x"),
    ],
)
def test_an_unfinished_condition_breaks_nothing(source: str, text: str) -> None:
    assert filled(source) == text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), min_size=1))
def test_a_fact_shows_as_it_is_whatever_signs_it_has(fact: str) -> None:
    words = " ".join(fact.split())
    if not words:
        return
    shown = render(filled("Das ist: {fact}", fact=fact)).sections[0].plain

    assert shown == f"Das ist: {words}"


@pytest.mark.parametrize("fact", ["https://a.example/b_c", "sicherheit@a-b.example", "a(b)c"])
def test_a_fact_may_be_where_a_link_leads(fact: str) -> None:
    html = render(filled("[dort](mailto:{fact})", fact=fact)).html

    assert f'<a href="mailto:{fact}">dort</a>' in html


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# Titel\n{name} {phone}\n{if phone}\nja\n{end}", []),
        ("{if phone}\n{unless name}\nja\n{end}\n{end}", []),
        ("# Titel\n{telefon}", [("unknown", "{telefon}", 2)]),
        ("{Name} { name }", [("unknown", "{Name}", 1), ("unknown", "{ name }", 1)]),
        ("{if telefon}\n{end}", [("unknown", "{if telefon}", 1)]),
        ("{if phone} ja\n{end}", [("not_alone", "{if phone}", 1), ("not_opened", "{end}", 2)]),
        ("ja\n{end}", [("not_opened", "{end}", 2)]),
        ("{if phone}\nja", [("not_ended", "{if phone}", 1)]),
        ("{if phone}\n{if name}\n{end}", [("not_ended", "{if phone}", 1)]),
    ],
)
def test_what_is_wrong_with_braces_is_told_with_its_line(
    source: str, found: list[tuple[str, str, int]]
) -> None:
    told = [(each.kind.value, each.words, each.line) for each in problems(source, {"name", "phone"})]
    assert told == found


@pytest.mark.parametrize(
    ("language", "days", "told"),
    [
        ("de", 1, "1 Arbeitstag"),
        ("de", 2, "2 Arbeitstagen"),
        ("en", 1, "1 working day"),
        ("en", 5, "5 working days"),
    ],
)
def test_how_long_an_answer_takes_is_told_in_the_words_of_the_language(
    settings: Settings, language: str, days: int, told: str
) -> None:
    settings.UTILITY = replace(settings.UTILITY, contact=ContactRules(days))
    assert text_facts(language)["answer_days"] == told


def test_nothing_is_wrong_with_the_texts_the_portal_comes_with() -> None:
    for file in all_files():
        assert not problems(source_of(file), text_facts(file.language)), file.path
