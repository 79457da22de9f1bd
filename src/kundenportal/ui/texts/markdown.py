"""Turning Markdown into the portal's HTML: no markup of its own, no styles, headings below the title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kundenportal.ui.drawings import UnknownDrawing, drawing_markup

DRAWING_SCHEME = "zeichnung:"
"""How a text names a drawing of the portal: ``![what it shows](zeichnung:gas)``."""

_ALLOWED_LINK = re.compile(rf"https?://|mailto:|tel:|/(?!/)|#|{DRAWING_SCHEME}", re.IGNORECASE)
_FOREIGN_LINK = re.compile(r"https?://", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_TABLE_ROLES = {
    "table_open": "table",
    "thead_open": "rowgroup",
    "tbody_open": "rowgroup",
    "tr_open": "row",
    "th_open": "columnheader",
    "td_open": "cell",
}
"""The roles of a table's parts: narrow screens stack its cells, which makes browsers forget them."""


@dataclass(frozen=True)
class Section:
    """A part of a text under a heading of the second level, as plain text too; the first has no heading."""

    anchor: str
    heading: str
    plain: str


@dataclass(frozen=True)
class Rendered:
    """A text as HTML: its title, the rest, and its sections."""

    title: str
    html: SafeString
    sections: tuple[Section, ...]


class _Parser(MarkdownIt):
    """CommonMark with tables; HTML stays text, and links lead to the web, to mail, to the telephone."""

    def __init__(self, *, keeps_lines: bool) -> None:
        super().__init__("commonmark", {"html": False, "breaks": keeps_lines})
        self.enable("table")
        self.add_render_rule("image", _render_drawing)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name.
        """Tell whether a link may stand; one that may not stays text."""
        return bool(_ALLOWED_LINK.match(url))


def render(markdown: str, *, keeps_lines: bool = False) -> Rendered:
    """Return a Markdown text as HTML.

    Args:
        markdown: the text; its first heading is the title.
        keeps_lines: whether a line of the text is one of the page, as Leichte Sprache has it.

    """
    parser = _Parser(keeps_lines=keeps_lines)
    tokens = parser.parse(markdown)
    title, tokens = _take_title(tokens)
    _adapt(tokens)
    _adapt_tables(tokens)
    sections = _name_sections(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return Rendered(title, mark_safe(html), sections)  # noqa: S308  # HTML of the text itself is escaped.


def _take_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """Return the first heading of the first level, and the tokens without it."""
    for start, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1":
            return _plain(tokens[start + 1]), tokens[:start] + tokens[start + 3 :]
    return "", tokens


def _name_sections(tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Give the headings of the second level anchors, and return what stands under each."""
    parts: list[tuple[str, str, list[str]]] = [("", "", [])]
    taken: set[str] = set()
    heading: Token | None = None
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            heading = token
        elif token.type == "inline" and heading is not None:
            text = _plain(token)
            anchor = _free(_anchor(text), taken)
            heading.attrSet("id", anchor)
            parts.append((anchor, text, []))
            heading = None
        elif token.type == "inline":
            parts[-1][2].append(_plain(token))
    return tuple(Section(anchor, text, " ".join(plain)) for anchor, text, plain in parts)


def _adapt(tokens: Sequence[Token]) -> None:
    """Put headings below the title, and tell browsers which links lead away."""
    for token in tokens:
        if token.type in {"heading_open", "heading_close"} and token.tag == "h1":
            token.tag = "h2"
        for child in token.children or []:
            if child.type == "link_open" and _FOREIGN_LINK.match(str(child.attrs["href"])):
                child.attrSet("rel", "external noopener")


def _adapt_tables(tokens: Sequence[Token]) -> None:
    """Give the parts of tables their roles, cells the heading of their column, and classes for styles."""
    headings: list[str] = []
    column = 0
    for index, token in enumerate(tokens):
        if token.type not in _TABLE_ROLES:
            continue
        token.attrSet("role", _TABLE_ROLES[token.type])
        if "text-align:right" in str(token.attrs.pop("style", "")):
            token.attrSet("class", "r")
        if token.type == "table_open":
            token.attrSet("class", "tabelle tabelle--stapel")
            headings = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            headings.append(_plain(tokens[index + 1]))
        elif token.type == "td_open":
            token.attrSet("data-spalte", headings[column])
            column += 1


def _render_drawing(
    _renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object
) -> str:
    """Return a drawing of the portal; of any other image, what it is said to show."""
    token = tokens[index]
    shown = _plain(token)
    try:
        return drawing_markup(str(token.attrs["src"]).removeprefix(DRAWING_SCHEME), shown)
    except UnknownDrawing:
        return escape(shown)


def _plain(token: Token) -> str:
    """Return what is read of an inline token."""
    words: list[Any] = []
    for child in token.children or []:
        if child.type == "image":
            continue
        words.append(child.content if child.type in {"text", "code_inline"} else "")
        if child.type in {"softbreak", "hardbreak"}:
            words.append(" ")
    return "".join(words)


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", heading.lower().translate(_UMLAUTS)).strip("-") or "abschnitt"


def _free(anchor: str, taken: set[str]) -> str:
    """Return the anchor, with a number when another heading has it; note it as taken."""
    free, number = anchor, 2
    while free in taken:
        free, number = f"{anchor}-{number}", number + 1
    taken.add(free)
    return free
