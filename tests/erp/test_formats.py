"""Whether docs/erp-formats.md says what the code does."""

import re
from pathlib import Path

import pytest

from kundenportal.erp.inbound.files import FILES
from kundenportal.erp.inbound.formats import FileSpec
from kundenportal.erp.inbound.results import RESULTS
from kundenportal.erp.inbound.source import MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES
from kundenportal.erp.inbound.values import BadValue
from kundenportal.erp.outbound.export import TABLES

TEXT = (Path(__file__).parents[2] / "docs" / "erp-formats.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+\.csv.*?)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def columns_of(section: str) -> list[tuple[str, bool, str]]:
    """Return name, whether it is required, and content of every column a section lists."""
    rows = re.findall(r"^\| `(\w+)`( \\\*)? \| (.*) \|$", SECTIONS[section], re.MULTILINE)
    return [(name, bool(star), content) for name, star, content in rows]


def title_of(spec: FileSpec) -> str:
    return f"{spec.name} ({'required' if spec.is_required else 'optional'})"


@pytest.mark.parametrize("spec", FILES, ids=lambda spec: spec.stem)
def test_the_columns_of_a_file_are_those_of_the_document(spec):
    documented = [(name, is_required) for name, is_required, _content in columns_of(title_of(spec))]

    assert documented == [(column.name, column.is_required) for column in spec.columns]


@pytest.mark.parametrize("spec", FILES, ids=lambda spec: spec.stem)
def test_the_words_and_lengths_of_a_column_are_those_of_the_document(spec):
    """A word the document lists is read; a text of the length it names is, and a longer one is not."""
    for column, (_name, _is_required, content) in zip(spec.columns, columns_of(title_of(spec)), strict=True):
        if found := re.search(r"up to (\d+) characters", content):
            most = int(found[1])
            assert column.read("1" * most) == "1" * most
            with pytest.raises(BadValue):
                column.read("1" * (most + 1))
        elif content.startswith("`") and "`9999" not in content:
            for word in re.findall(r"`(\w+)`", content):
                column.read(word)


def test_the_columns_of_results_are_those_of_the_document():
    documented = [(name, is_required) for name, is_required, _content in columns_of("ergebnisse.csv")]

    assert documented == [(column.name, column.is_required) for column in RESULTS.columns]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_columns_of_an_exported_file_are_those_of_the_document(table):
    assert tuple(name for name, _star, _content in columns_of(f"{table.name}.csv")) == table.columns


def test_the_limits_of_a_zip_file_are_those_of_the_document():
    assert "10 000 entries" in TEXT
    assert MAX_ZIP_ENTRIES == 10_000
    assert "more than 4 GB" in TEXT.replace("\n", " ")
    assert MAX_UNPACKED_BYTES == 4 * 1024**3
