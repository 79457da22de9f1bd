"""Markdown becomes the portal's HTML, and nothing else becomes anything."""

import re

import pytest

from kundenportal.ui.drawings import UnknownDrawing, drawing_markup
from kundenportal.ui.texts.markdown import render


def html(markdown: str) -> str:
    return str(render(markdown).html)


def test_the_first_heading_is_the_title_and_stands_apart() -> None:
    text = render("# Impressum\n\nWir.")

    assert (text.title, text.html) == ("Impressum", "<p>Wir.</p>\n")


def test_headings_stand_below_the_title() -> None:
    assert html("# Titel\n\n# Noch einer\n\n### Drei") == (
        '<h2 id="noch-einer">Noch einer</h2>\n<h3>Drei</h3>\n'
    )


def test_sections_have_anchors_that_differ() -> None:
    text = render("# T\n\nVorher.\n\n## Öl & Gas\n\nEins.\n\n- zwei\n\n## Öl, Gas\n\n## ?!")

    assert [(each.anchor, each.heading, each.plain) for each in text.sections] == [
        ("", "", "Vorher."),
        ("oel-gas", "Öl & Gas", "Eins. zwei"),
        ("oel-gas-2", "Öl, Gas", ""),
        ("abschnitt", "?!", ""),
    ]
    assert re.findall(r'<h2 id="([^"]+)">', text.html) == ["oel-gas", "oel-gas-2", "abschnitt"]


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "a <b onclick=x>b</b>",
        "<style>*{}</style>",
        "<!-- x -->",
        "<p style='x'>",
    ],
)
def test_html_stays_text(markdown: str) -> None:
    assert re.sub(r"</?p>", "", html(markdown)).count("<") == 0


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc",
        "//fremd.example",
        "ftp://x",
    ],
)
def test_a_link_that_may_not_stand_stays_text(target: str) -> None:
    assert "<a" not in html(f"[dort]({target})")
    assert "<a" not in html(f"[dort]\n\n[dort]: {target}")


@pytest.mark.parametrize("target", ["/hilfe/", "#cookies", "mailto:a@b.example", "tel:0987"])
def test_links_within_lead_where_they_say(target: str) -> None:
    assert html(f"[dort]({target})") == f'<p><a href="{target}">dort</a></p>\n'


def test_links_to_others_say_so() -> None:
    assert html("[dort](https://a.example/)") == (
        '<p><a href="https://a.example/" rel="external noopener">dort</a></p>\n'
    )


def test_a_table_keeps_its_roles_and_needs_no_styles() -> None:
    table = html("| Was | Wie lange |\n|---|---:|\n| Sitzung | 12 Stunden |")

    assert '<table role="table" class="tabelle tabelle--stapel">' in table
    assert '<th role="columnheader">Was</th>' in table
    assert '<th role="columnheader" class="r">Wie lange</th>' in table
    assert '<td role="cell" class="r" data-spalte="Wie lange">12 Stunden</td>' in table
    assert "style" not in table


def test_a_drawing_is_named_for_those_who_do_not_see_it() -> None:
    figure = html('![Gaszähler mit "9305"](zeichnung:gas)')

    assert '<span class="zeichnung"><svg role="img" aria-label="Gaszähler mit &quot;9305&quot;" ' in figure
    assert "style=" not in figure


@pytest.mark.parametrize(
    "target", ["https://fremd.example/a.png", "/a.png", "zeichnung:einhorn", "zeichnung:../gas"]
)
def test_other_images_are_told_in_words(target: str) -> None:
    shown = html(f"![Ein <b>Bild</b>]({target})")

    assert "Ein &lt;b&gt;Bild&lt;/b&gt;" in shown
    assert "<img" not in shown
    assert "<svg" not in shown


def test_leichte_sprache_keeps_its_lines() -> None:
    assert render("Eins.\nZwei.", keeps_lines=True).html == "<p>Eins.<br />\nZwei.</p>\n"


@pytest.mark.parametrize("name", ["rollenzaehler", "digital", "zweitarif", "gas", "wasser", "waerme"])
def test_every_kind_of_meter_is_drawn(name: str) -> None:
    drawing = drawing_markup(name, "Zähler")

    assert "style=" not in drawing
    assert not re.search(r"\sid=", drawing)
    assert not re.search(r"[a-zäöü]{4,}", re.sub(r"<[^>]+>", "", drawing)), "words would need a translation"


def test_an_unknown_drawing_is_an_error() -> None:
    with pytest.raises(UnknownDrawing):
        drawing_markup("einhorn", "")
