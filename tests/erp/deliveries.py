"""Small deliveries for tests: two customers, spelled out, and ways to change and write them."""

import csv
import io
import random
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from kundenportal.erp.inbound.import_run import import_master_data
from kundenportal.erp.inbound.report import Report
from kundenportal.erp.inbound.source import open_source
from kundenportal.erp.locks import only_one
from tests.make import NOW

IBAN, OTHER_IBAN = "DE89370400440532013000", "DE02120300000000202051"

TWO_CUSTOMERS: dict[str, list[dict[str, str]]] = {
    "kunden.csv": [
        {
            "kundennummer": "0012345/1",
            "geschaeftspartner": "GP1",
            "anrede": "Herr",
            "vorname": "Michael",
            "name": "Bauer",
            "strasse": "Lindenstraße",
            "hausnummer": "12",
            "adresszusatz": "2. OG",
            "plz": "91560",
            "ort": "Heilsbronn",
            "land": "DE",
            "kontakt_email": "bauer@example.org",
            "telefon": "09872 1",
            "iban": IBAN,
            "kontoinhaber": "Michael Bauer",
            "mandatsreferenz": "M1",
            "mandatsdatum": "2021-03-01",
        },
        {
            "kundennummer": "0012346/1",
            "name": "Öko Äcker GmbH",
            "strasse": "Am Münsterweg",
            "plz": "91560",
            "ort": "Heilsbronn",
        },
    ],
    "verbrauchsstellen.csv": [
        {
            "verbrauchsstelle": "VS1",
            "kundennummer": "0012345/1",
            "bezeichnung": "Wohnung",
            "strasse": "Lindenstraße",
            "hausnummer": "12",
            "plz": "91560",
            "ort": "Heilsbronn",
            "beginn": "2016-04-01",
            "iban": OTHER_IBAN,
        },
        {
            "verbrauchsstelle": "VS2",
            "kundennummer": "0012346/1",
            "strasse": "Am Münsterweg",
            "plz": "91560",
            "ort": "Heilsbronn",
            "beginn": "2018-01-01",
            "ende": "2030-12-31",
        },
    ],
    "zaehler.csv": [
        {
            "zaehlernummer": "1EMH001",
            "verbrauchsstelle": "VS1",
            "versorgungsart": "strom",
            "marktlokation": "50000000013",
            "messlokation": "DE00012345678901234567890123456789"[:33],
            "einbau": "2016-04-01",
            "fernauslesung": "nein",
        },
        {
            "zaehlernummer": "8SEN002",
            "verbrauchsstelle": "VS2",
            "versorgungsart": "wasser",
            "einbau": "2018-01-01",
            "fernauslesung": "ja",
        },
    ],
    "zaehlwerke.csv": [
        {
            "zaehlernummer": "1EMH001",
            "zaehlwerk": "1",
            "obis": "1-0:1.8.0",
            "vorkommastellen": "6",
            "nachkommastellen": "1",
            "einheit": "kWh",
            "faktor": "1",
            "richtung": "bezug",
            "jahresverbrauch": "2400",
        },
        {"zaehlernummer": "8SEN002", "zaehlwerk": "1", "vorkommastellen": "5", "einheit": "m3"},
    ],
    "ablesungen.csv": [
        {
            "zaehlernummer": "1EMH001",
            "zaehlwerk": "1",
            "datum": "2024-12-31",
            "stand": "24318,5",
            "herkunft": "abgelesen",
        },
        {
            "zaehlernummer": "1EMH001",
            "zaehlwerk": "1",
            "datum": "2025-12-31",
            "stand": "26700",
            "herkunft": "geschaetzt",
        },
        {
            "zaehlernummer": "8SEN002",
            "zaehlwerk": "1",
            "datum": "2025-12-31",
            "stand": "812",
            "herkunft": "gemeldet",
        },
    ],
    "abschlaege.csv": [
        {
            "verbrauchsstelle": "VS1",
            "versorgungsart": "strom",
            "betrag": "128,00",
            "gueltig_ab": "2026-03-01",
            "faellig_tag": "1",
            "minimum": "100",
            "maximum": "250,50",
        }
    ],
}

Files = dict[str, list[dict[str, str]]]


def two_customers(**changes: dict[str, str]) -> Files:
    """Return the two customers; ``kunden={"name": "Neu"}`` changes the first row of kunden.csv."""
    files = deepcopy(TWO_CUSTOMERS)
    for stem, values in changes.items():
        files[f"{stem}.csv"][0].update(values)
    return files


def file_text(rows: list[dict[str, str]], *, chance: random.Random | None = None) -> str:
    """Return a file's text; ``chance`` shuffles rows and columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    rows = list(rows)
    if chance is not None:
        chance.shuffle(names)
        chance.shuffle(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, names, delimiter=";", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_delivery(directory: Path, files: Files | None = None, **raw: str | bytes | None) -> Path:
    """Write a delivery and return its directory.

    ``raw`` replaces a whole file by its stem: with text, bytes, or None for no file.
    """
    directory.mkdir(exist_ok=True)
    for old in directory.glob("*.csv"):
        old.unlink()
    for name, rows in (two_customers() if files is None else files).items():
        (directory / name).write_text(file_text(rows), encoding="utf-8")
    for stem, content in raw.items():
        path = directory / f"{stem}.csv"
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def zip_delivery(path: Path, directory: Path, *, prefix: str = "") -> Path:
    """Pack a delivery into a ZIP file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(directory.rglob("*")):
            archive.write(each, f"{prefix}{each.relative_to(directory).as_posix()}")
    return path


def run_import(path: Path, *, is_dry_run: bool = False, allow_loss: bool = False, **values: Any) -> Report:
    """Import a delivery and return the report."""
    return import_master_data(
        open_source(path),
        is_dry_run=is_dry_run,
        allow_loss=allow_loss,
        now=values.get("now", NOW),
        progress=lambda _name, _done, _size: None,
    )


def command(path: Path, *arguments: str) -> tuple[int, str]:
    """Run the command and return its exit code and what it printed."""
    out = StringIO()
    try:
        call_command("import_master_data", str(path), *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def counts(report: Report) -> dict[str, tuple[int, int, int, int]]:
    """Return new, changed, ended and unchanged of each file, by stem, where anything is not unchanged."""
    return {
        name.removesuffix(".csv"): (each.new, each.changed, each.ended, each.unchanged)
        for name, each in report.changes.items()
    }


@contextmanager
def held_by_another_process(lock: str) -> Iterator[None]:
    """Hold the lock of an import as another process would: by a connection, or an open file, of its own."""
    with ThreadPoolExecutor(max_workers=1) as other:
        held = ExitStack()
        other.submit(held.enter_context, only_one(lock)).result()
        yield
        other.submit(held.close).result()
        other.submit(lambda: connection.close()).result()  # noqa: PLW0108
