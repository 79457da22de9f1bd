"""What every template keeps to: nothing inline, nothing foreign, every word translatable."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

import kundenportal

ROOT = Path(kundenportal.__file__).parent
PAGES = sorted(
    path
    for path in ROOT.glob("*/templates/**/*.html")
    if not path.relative_to(ROOT).as_posix().startswith("mailing/") and "/mailing/" not in path.as_posix()
)
MAILS = sorted(path for path in ROOT.glob("*/templates/mailing/**/*.html"))
SCRIPTS = sorted(ROOT.glob("*/static/**/*.js"))
STYLES = sorted(ROOT.glob("*/static/**/*.css"))

LETTERS = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
SPOKEN_ATTRIBUTE = re.compile(r"\s(?:aria-label|alt|title|placeholder)=\"([^\"]*)\"")
UNTRANSLATED = {"Kundenportal"}
SILENT = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"{#.*?#}",
        r"{% blocktranslate\b.*?{% endblocktranslate %}",
        r"{% block (?:main_class|body) %}.*?{% endblock %}",
        r"{%.*?%}|{{.*?}}",
        r"<(style|script)\b.*?</\1>",
    )
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def said_untranslated(source: str) -> set[str]:
    """Return the words a template says itself, in its text or in an attribute that is read aloud."""
    for silent in SILENT:
        source = silent.sub(" ", source)
    attributes = " ".join(SPOKEN_ATTRIBUTE.findall(source))
    return set(LETTERS.findall(re.sub(r"<[^>]*>", " ", source) + attributes)) - UNTRANSLATED


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hallo</p>", {"Hallo"}),
        ('<p>{% translate "Hallo" %}</p>', set()),
        ("<p>{% blocktranslate trimmed %}Hallo {{ you }}{% endblocktranslate %}</p>", set()),
        ('<a title="Hallo" class="knopf">{{ name }}</a>', {"Hallo"}),
        ('<a title="{% translate "Hallo" %}">{# Hallo #}</a>', set()),
    ],
)
def test_words_outside_of_translations_are_found(source: str, words: set[str]) -> None:
    assert said_untranslated(source) == words


def test_there_are_templates_to_look_at() -> None:
    assert len(PAGES) > 20
    assert SCRIPTS
    assert STYLES


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_has_nothing_inline(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"\son[a-z]+\s*=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "javascript:" not in source


@pytest.mark.parametrize("path", PAGES + MAILS + SCRIPTS + STYLES, ids=name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(r"(?:src|href|action|url\(|import)\W{0,3}(?:https?:)?//", source)


@pytest.mark.parametrize("path", PAGES + MAILS, ids=name)
def test_every_word_can_be_translated(path: Path) -> None:
    assert not said_untranslated(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES + MAILS, ids=name)
def test_nothing_is_marked_safe(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert "|safe" not in source
    assert "autoescape off" not in source


@pytest.mark.parametrize("path", PAGES + MAILS, ids=name)
def test_the_template_compiles(path: Path) -> None:
    get_template(path.relative_to(ROOT).as_posix().partition("/templates/")[2])


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_form_that_posts_has_its_token(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form\b[^>]*method=\"post\".*?</form>", source, flags=re.DOTALL)

    assert all("{% csrf_token %}" in form for form in forms)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_is_small_and_writes_no_markup(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", source
    )
