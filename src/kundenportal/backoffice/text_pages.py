"""What the pages of the texts show: which there are, whose each is, and what its versions changed."""

import datetime as dt
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.casework.selectors import names_of
from kundenportal.ui.texts.store import (
    HELP,
    LANGUAGES,
    PAGES,
    TextFile,
    help_names,
    read_text,
    shipped_file,
    source_of,
    text_file,
)
from kundenportal.utility_settings.models import SettingsVersion
from kundenportal.utility_settings.sections import TEXT_PREFIX
from kundenportal.utility_settings.selectors import newest_versions, version_of
from kundenportal.utility_settings.services import SOURCE

DRAFT, FILE, CHANGED = _("Entwurf des Portals"), _("eigene Datei"), _("hier geändert")


@dataclass(frozen=True)
class TextCell:
    """A text in one language.

    Attributes:
        file: the text.
        state: whose it is.
        missing: how many facts it lacks.
        at: when it was saved here last; None if it never was.

    """

    file: TextFile
    state: str | Promise
    missing: int
    at: dt.datetime | None


@dataclass(frozen=True)
class TextRow:
    """A text in every language it is there in."""

    title: str
    cells: list[TextCell]


@dataclass(frozen=True)
class Line:
    """A line that a version took out or put in."""

    is_new: bool
    text: str


@dataclass(frozen=True)
class TextVersion:
    """A version of a text: who saved it, when, and the lines that changed."""

    version: SettingsVersion
    who: str
    is_reset: bool
    lines: list[Line]


def text_or_404(language: str, name: str) -> TextFile:
    """Return a text of the portal in exactly this language.

    Raises:
        Http404: when there is none.

    """
    file = text_file(name, language) if language in LANGUAGES and name in _names() else None
    if file is None:
        raise Http404
    return file


def section_of(file: TextFile) -> str:
    """Return the section under which the versions of a text are kept."""
    return f"{TEXT_PREFIX}{file.language}/{file.name}"


def state_of(file: TextFile) -> str | Promise:
    """Return whose a text is, in words."""
    if file.source is not None:
        return CHANGED
    return DRAFT if file.is_draft else FILE


def text_rows() -> list[TextRow]:
    """Return every text with its languages; one query."""
    newest = newest_versions()
    rows = []
    for name in _names():
        files = [file for language in LANGUAGES if (file := text_file(name, language))]
        cells = [_cell(file, newest.get(section_of(file))) for file in files]
        rows.append(TextRow(_title(files[0]), cells))
    return rows


def text_versions(file: TextFile, versions: Sequence[SettingsVersion]) -> list[TextVersion]:
    """Return versions of a text with what each changed; two queries.

    Args:
        file: the text.
        versions: the newest first, without gaps.

    """
    if not versions:
        return []
    names = names_of({version.actor for version in versions})
    shipped = _shipped_source(file)
    sources = [version.values.get(SOURCE, shipped) for version in versions]
    before_all = version_of(section_of(file), versions[-1].number - 1)
    befores = [*sources[1:], before_all.values.get(SOURCE, shipped) if before_all else shipped]
    return [
        TextVersion(
            version,
            names.get(version.actor, version.actor),
            SOURCE not in version.values,
            list(changed_lines(before, after)),
        )
        for version, before, after in zip(versions, befores, sources, strict=True)
    ]


def changed_lines(before: str, after: str) -> Iterator[Line]:
    """Yield the lines that differ between two texts, those taken out before those put in."""
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""):
        if line.startswith(("+++", "---", "@@")) or not line[1:].strip():
            continue
        yield Line(line.startswith("+"), line[1:])


def _names() -> list[str]:
    return [*PAGES, *(f"{HELP}/{name}" for name in help_names())]


def _title(file: TextFile) -> str:
    return read_text(file).title or file.name


def _cell(file: TextFile, newest: SettingsVersion | None) -> TextCell:
    return TextCell(file, state_of(file), len(read_text(file).missing), newest.at if newest else None)


def _shipped_source(file: TextFile) -> str:
    shipped = shipped_file(file.name, file.language)
    return source_of(shipped) if shipped else ""
