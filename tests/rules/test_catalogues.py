"""Catalogues are read and compiled as gettext does it."""

import gettext
import io
import subprocess
from pathlib import Path
from shutil import which

import pytest

from kundenportal.config.catalogues import compiled_catalogues
from kundenportal.core.catalogues import InvalidCatalogue, compile_catalogue, parse_catalogue

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
SOURCE = (
    HEADER
    + r"""
# A remark.
#: views.py
msgid "Zähler"
msgstr "meter"

#, python-format
msgid ""
"Eine lange "
"„Zeile“\n"
msgstr "A long \"line\"\n"

#, fuzzy, python-format
msgid "unsicher"
msgstr "unsure"

msgid "offen"
msgstr ""

msgctxt "Bank"
msgid "Konto"
msgstr "bank account"

msgid "%(n)s Tag"
msgid_plural "%(n)s Tage"
msgstr[0] "%(n)s day"
msgstr[1] "%(n)s days"

msgid "%(n)s Jahr"
msgid_plural "%(n)s Jahre"
msgstr[0] "%(n)s year"
msgstr[1] ""

#~ msgid "alt"
#~ msgstr "old"
"""
)


def translations(source: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(parse_catalogue(source))))


def test_gettext_reads_what_was_compiled() -> None:
    found = translations(SOURCE)

    assert found.gettext("Zähler") == "meter"
    assert found.gettext("Eine lange „Zeile“\n") == 'A long "line"\n'
    assert found.pgettext("Bank", "Konto") == "bank account"
    assert [found.ngettext("%(n)s Tag", "%(n)s Tage", n) for n in (1, 2)] == ["%(n)s day", "%(n)s days"]


@pytest.mark.parametrize("text", ["unsicher", "offen", "alt", "Konto", "%(n)s Jahr", "unbekannt"])
def test_what_is_not_translated_stays_as_it_is(text: str) -> None:
    assert translations(SOURCE).gettext(text) == text


def test_the_catalogues_of_the_portal_are_compiled_as_gettext_compiles_them(tmp_path: Path) -> None:
    if which("msgfmt") is None:
        pytest.skip("gettext is not installed")
    sources = list(Path("src/kundenportal/locale").glob("*/LC_MESSAGES/django.po"))
    assert sources
    for source in sources:
        theirs = tmp_path / "django.mo"
        subprocess.run(["msgfmt", "--output", theirs, source], check=True, capture_output=True)
        with theirs.open("rb") as file:
            expected = gettext.GNUTranslations(file)._catalog

        assert translations(source.read_text(encoding="utf-8"))._catalog == expected


def test_a_line_that_is_none_of_a_catalogue_is_told() -> None:
    with pytest.raises(InvalidCatalogue, match="line 2: mgsid"):
        parse_catalogue('\nmgsid "Zähler"\n')


def test_a_catalogue_is_compiled_when_it_changed_and_only_then(tmp_path: Path) -> None:
    sources, target = tmp_path / "locale", tmp_path / "data"
    source = sources / "en" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE)
    compiled = target / "en" / "LC_MESSAGES" / "django.mo"

    assert compiled_catalogues(sources, target) == target
    first = compiled.stat().st_ino
    compiled_catalogues(sources, target)
    assert compiled.stat().st_ino == first
    source.write_text(SOURCE.replace("meter", "counter"))
    compiled_catalogues(sources, target)

    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Zähler") == "counter"
    assert [path.name for path in compiled.parent.iterdir()] == ["django.mo"]
