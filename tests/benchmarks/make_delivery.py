"""Makes a delivery of any size: ``python -m tests.benchmarks.make_delivery --customers 100000 DIR``.

The same arguments give the same bytes. A customer has one premise, one to three meters, one in eight of the
electricity meters two registers, and nine to ten readings a register.
"""

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from kundenportal.erp.inbound.files import FILES

DIVISIONS = (("strom", "1EMH", "kWh", 6, 1), ("gas", "7ELS", "m3", 5, 2), ("wasser", "8SEN", "m3", 5, 3))
STREETS = ("Lindenstraße", "Am Münsterweg", "An der Öd", "Kirchplatz", "Dr.-Martin-Luther-Str.")
FIRST_NAMES = ("Michael", "Petra", "Jürgen", "Mia", "Rudi", "Zoë")
LAST_NAMES = ("Bauer", "Weber", "Strauß", "Wieser", "Müller-Lüdenscheid", "Köhler")
LAST_YEAR = 2025

Rows = Iterator[tuple[str, str]]


def iban_of(account: int) -> str:
    """Return a German IBAN with the right check digits."""
    bban = f"76550000{account:010d}"
    check = 98 - int(f"{bban}131400") % 97
    return f"DE{check:02d}{bban}"


def market_location_of(number: int) -> str:
    """Return a market location id with the right check digit."""
    digits = f"{number + 10_000_000_000 // 2:010d}"
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def customer_rows(number: int, chance: random.Random, change: str) -> Rows:
    """Yield the file stem and line of every row of one customer."""
    customer, premise = f"{number:07d}/1", f"VS{number:08d}"
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    place = f"{chance.choice(STREETS)};{chance.randint(1, 120)}"
    yield (
        "kunden",
        (
            f"{customer};GP{number:08d};;{first};{last}{change};{place};;91560;Heilsbronn;DE;kunde{number}@example.org;"
            f"09872 {number};{iban_of(number)};{first} {last};M{number}-1;2021-03-01"
        ),
    )
    yield "verbrauchsstellen", f"{premise};{customer};Wohnung;{place};91560;Heilsbronn;2016-04-01;;;;;"
    for place_of, (division, maker, unit, integer, decimal) in enumerate(DIVISIONS[: 1 + number % 3]):
        meter = f"{maker}{number * 3 + place_of:010d}"
        location = market_location_of(number) if division == "strom" else ""
        yield "zaehler", f"{meter};{premise};{division};{location};;2016-04-01;;nein"
        yield "abschlaege", f"{premise};{division};{chance.randint(20, 200)},00;2026-03-01;1;;"
        for code in ("HT", "NT") if division == "strom" and number % 8 == 0 else ("1",):
            use = chance.randint(50, 4000)
            gas = "11,284;0,9614" if division == "gas" else ";"
            yield "zaehlwerke", f"{meter};{code};;;{integer};{decimal};{unit};1;bezug;{use};{gas}"
            yield from _reading_rows(meter, code, use, chance)


def _reading_rows(meter: str, code: str, use: int, chance: random.Random) -> Rows:
    value = chance.randint(0, 2000)
    for year in range(LAST_YEAR - 8, LAST_YEAR + 1):
        value += use
        origin = ("abgelesen", "gemeldet", "geschaetzt")[year % 3]
        yield "ablesungen", f"{meter};{code};{dt.date(year, 12, 31)};{value},{year % 10};{origin}"


def write_delivery(directory: Path, *, customers: int, changed_percent: int = 0) -> dict[str, int]:
    """Write a delivery and return how many rows each file has.

    Args:
        directory: made when missing.
        customers: how many.
        changed_percent: how many customers in a hundred have another name than with 0.

    """
    directory.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        files: dict[str, TextIO] = {}
        for spec in FILES:
            if spec.stem != "dokumente":
                path = directory / spec.name
                files[spec.stem] = stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
                names = [each.name for each in spec.columns]
                if spec.stem in {"zaehlwerke", "ablesungen"}:
                    names.remove("versorgungsart")
                files[spec.stem].write(";".join(names) + "\n")
        for number in range(1, customers + 1):
            change = "-Neu" if number % 100 < changed_percent else ""
            for stem, line in customer_rows(number, random.Random(number), change):
                files[stem].write(f"{line}\n")
                counts[stem] = counts.get(stem, 0) + 1
    return counts


def main() -> None:
    """Write the delivery the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--changed-percent", type=int, default=0)
    arguments = parser.parse_args()
    counts = write_delivery(
        arguments.directory, customers=arguments.customers, changed_percent=arguments.changed_percent
    )
    for stem, count in counts.items():
        print(f"{stem:20} {count:>9}")


if __name__ == "__main__":
    main()
