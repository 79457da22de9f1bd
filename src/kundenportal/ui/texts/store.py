"""Finding a text: as staff wrote it, else the utility's own file, else the draft; else in German."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString

from kundenportal.ui.texts.facts import text_facts
from kundenportal.ui.texts.markdown import Rendered, Section, render
from kundenportal.ui.texts.placeholders import fill
from kundenportal.utility_settings.selectors import stored_texts

DRAFTS = Path(__file__).parent
LANGUAGES = ("de", "en")
FALLBACK = "de"

IMPRINT = "impressum"
PRIVACY = "datenschutz"
ACCESSIBILITY = "barrierefreiheit"
PLAIN_LANGUAGE = "leichte-sprache"
DISCLOSURE = "sicherheit-melden"
PAGES = (IMPRINT, PRIVACY, ACCESSIBILITY, PLAIN_LANGUAGE, DISCLOSURE)
"""The texts that are a page of their own, by the names of their files."""

LEGAL = (IMPRINT, PRIVACY, ACCESSIBILITY)
"""The texts a law asks for."""

HELP = "hilfe"
HELP_ORDER = (
    "zaehler-ablesen",
    "zaehlerstand-melden",
    "anmelden",
    "sicherheit",
    "konten-verknuepfen",
    "verbrauch",
    "abschlag",
    "adresse",
    "bankverbindung",
    "dokumente",
    "kontakt",
    "bedienung",
)
"""The topics of the help the portal comes with, in the order they are shown; a utility's own follow."""


@dataclass(frozen=True)
class TextFile:
    """Where a text stands: its name without ``.md``, such as ``hilfe/abschlag``, and whose it is.

    ``source`` is what staff wrote in the back office; it takes the place of what stands in the file.
    """

    name: str
    language: str
    path: Path
    is_draft: bool
    source: str | None = None


@dataclass(frozen=True)
class Text:
    """A text as it is shown.

    Attributes:
        file: where it stands.
        title: its first heading.
        html: the rest.
        sections: its parts as plain text.
        missing: the names of the facts it lacks.

    """

    file: TextFile
    title: str
    html: SafeString
    sections: tuple[Section, ...]
    missing: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The last part of its name, as the address of a topic has it."""
        return self.file.name.rpartition("/")[2]

    @property
    def headings(self) -> list[Section]:
        """The sections that have a heading."""
        return [section for section in self.sections if section.heading]


def load_text(name: str, language: str) -> Text | None:
    """Return a text in a language, in German where there is none in it, or None when there is no such text.

    A file that was changed shows at once: what was rendered is kept only for its time and size.

    Args:
        name: such as ``impressum`` or ``hilfe/abschlag``; nothing a visitor typed.
        language: a language code.

    """
    file = text_file(name, language) or text_file(name, FALLBACK)
    return read_text(file) if file else None


def text_file(name: str, language: str) -> TextFile | None:
    """Return a text in exactly this language: as staff wrote it, else as its file has it, else None."""
    file = shipped_file(name, language)
    source = stored_texts().get(f"{language}/{name}")
    if file is None or source is None:
        return file
    return replace(file, is_draft=False, source=source)


def shipped_file(name: str, language: str) -> TextFile | None:
    """Return the file of a text: the utility's own, else the draft, else None."""
    if settings.TEXTS_DIR:
        own = Path(settings.TEXTS_DIR) / language / f"{name}.md"
        if own.is_file():
            return TextFile(name, language, own, is_draft=False)
    draft = DRAFTS / language / f"{name}.md"
    return TextFile(name, language, draft, is_draft=True) if draft.is_file() else None


def read_text(file: TextFile) -> Text:
    """Return what a file holds, with the facts of the utility."""
    return render_text(file, source_of(file))


def render_text(file: TextFile, source: str) -> Text:
    """Return what a text would be with another source."""
    facts = tuple(sorted(text_facts(file.language).items()))
    rendered, missing = _rendered(source, facts, keeps_lines=file.name == PLAIN_LANGUAGE)
    return Text(file, rendered.title, rendered.html, rendered.sections, missing)


def source_of(file: TextFile) -> str:
    """Return the Markdown of a text."""
    if file.source is not None:
        return file.source
    stat = file.path.stat()
    return _content(file.path, stat.st_mtime_ns, stat.st_size)


def help_topics(language: str) -> list[Text]:
    """Return the topics of the help in their order. An empty file of the utility leaves a topic out."""
    texts = (load_text(f"{HELP}/{name}", language) for name in help_names())
    return [text for text in texts if text and text.title]


def help_names() -> list[str]:
    """Return the names of all topics of the help, in their order."""
    folders = [DRAFTS, *([Path(settings.TEXTS_DIR)] if settings.TEXTS_DIR else [])]
    found = {path.stem for folder in folders for path in folder.glob(f"*/{HELP}/*.md")}
    return [name for name in HELP_ORDER if name in found] + sorted(found - set(HELP_ORDER))


def all_files() -> Iterator[TextFile]:
    """Yield the file of every text in every language it is there in."""
    for name in (*PAGES, *(f"{HELP}/{each}" for each in help_names())):
        for language in LANGUAGES:
            if file := text_file(name, language):
                yield file


@lru_cache(maxsize=256)
def _content(path: Path, _changed: int, _size: int) -> str:
    return _decoded(path.read_bytes())


@lru_cache(maxsize=256)
def _rendered(
    source: str, facts: tuple[tuple[str, str], ...], *, keeps_lines: bool
) -> tuple[Rendered, tuple[str, ...]]:
    filled = fill(source, dict(facts))
    return render(filled.text, keeps_lines=keeps_lines), filled.missing


def _decoded(content: bytes) -> str:
    """Return a file's text; older editors write Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
