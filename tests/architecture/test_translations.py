"""Every German sentence has an English one: nothing is missing, doubtful, or lost a value on the way."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kundenportal.core.catalogues import entries

PACKAGE = Path(__file__).parents[2] / "src/kundenportal"
CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
COLLECT = "import sys; from kundenportal.config.command_line import main; main()"
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%%|</?[a-z]+[^>]*>")


def rows(text: str) -> list[tuple[dict[str, str], bool]]:
    """Return the entries of a catalogue but its header, and whether each is doubtful."""
    return [(entry, is_fuzzy) for entry, is_fuzzy in entries(text) if entry["msgid"]]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the English catalogue as ``make messages`` would write it now."""
    if shutil.which("xgettext") is None:
        pytest.skip("no gettext on this machine: apt-get install gettext")
    copy = tmp_path_factory.mktemp("messages") / "kundenportal"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.svg"))
    environment = os.environ | {"PYTHONPATH": str(copy.parent), "DJANGO_SETTINGS_MODULE": ""}
    del environment["DJANGO_SETTINGS_MODULE"]
    subprocess.run(
        [
            sys.executable,
            "-P",  # Python's own "statistics" is meant, not the package that stands here.
            "-c",
            COLLECT,
            "makemessages",
            "--locale",
            "en",
            "--no-obsolete",
            "--verbosity",
            "0",
        ],
        cwd=copy,
        env=environment,
        check=True,
        capture_output=True,
    )
    return (copy / CATALOGUE).read_text(encoding="utf-8")


def test_every_sentence_of_the_code_is_translated(collected: str) -> None:
    untranslated = [
        entry["msgid"]
        for entry, is_fuzzy in rows(collected)
        if is_fuzzy or not all(text for field, text in entry.items() if field.startswith("msgstr"))
    ]

    assert untranslated == [], "run make messages, and translate what is new"
    assert len(rows(collected)) > 1500


def test_a_translation_keeps_every_value_and_tag() -> None:
    for entry, _is_fuzzy in rows((PACKAGE / CATALOGUE).read_text(encoding="utf-8")):
        source = entry.get("msgid_plural", entry["msgid"])
        last = [text for field, text in sorted(entry.items()) if field.startswith("msgstr")][-1]

        assert sorted(FILLED_IN.findall(last)) == sorted(FILLED_IN.findall(source)), source


def test_no_translation_is_german() -> None:
    german = re.compile(r"\b(?:und|nicht|bitte|Ihre?|werden|können|über|wir|das ist)\b")
    for entry, _is_fuzzy in rows((PACKAGE / CATALOGUE).read_text(encoding="utf-8")):
        for field, text in entry.items():
            assert not (field.startswith("msgstr") and german.search(text)), text
