"""Links for reading cards: a list for the printer, with a QR code for each (ux.md F5; docs/adr/0008)."""

import datetime as dt
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import segno
from django.db.models import Prefetch, Q

from kundenportal.core.spreadsheets import csv_lines
from kundenportal.customers.models import Premise
from kundenportal.erp.outbound.directory import DirectoryTaken, make_directory, publish_directory, write_file
from kundenportal.metering.models import Meter
from kundenportal.metering.services import create_reading_links

COLUMNS = (
    "kundennummer",
    "verbrauchsstelle",
    "name",
    "strasse",
    "hausnummer",
    "plz",
    "ort",
    "zaehlernummern",
    "gueltig_bis",
    "link",
    "qr",
)
"""The columns of ``links.csv``; the first seven are named as in a delivery."""

QR_FORMATS = ("png", "svg")
_PREMISES_AT_A_TIME = 500
_PIXELS_PER_SQUARE = 8


class UnknownPremises(Exception):
    """Premises of the list do not exist, have no running contract, or no meter to read; nothing was made."""

    def __init__(self, erp_ids: Collection[str]) -> None:
        super().__init__(", ".join(sorted(erp_ids)))


class Card(NamedTuple):
    """A premise with the link printed on its card."""

    premise: Premise
    address: str


@dataclass(frozen=True)
class Wanted:
    """Which premises get a card: with a meter of these divisions, or of any; of this list, or all."""

    divisions: Collection[str] = ()
    erp_ids: Collection[str] | None = None

    def has(self, premise: Premise) -> bool:
        """Tell whether a premise is on the list, or there is none."""
        return self.erp_ids is None or premise.erp_id in self.erp_ids


def write_reading_cards(
    directory: Path, wanted: Wanted, *, valid_until: dt.date, qr_format: str, today: dt.date, now: dt.datetime
) -> int:
    """Make a link for each premise whose customer can read a meter, and write the list; return how many.

    The addresses stand in these files and nowhere else: the directory is its owner's alone. Links that are
    made when the disk is full stay unknown to everybody, and end on their day.

    Args:
        directory: where ``links.csv`` and the pictures appear, all at once; it must not be there yet.
        wanted: which premises.
        valid_until: the last local day on which the links are good.
        qr_format: ``png`` or ``svg``.
        today: the utility's local date.
        now: when, aware.

    Raises:
        UnknownPremises: when the list names premises that get no card.
        DirectoryTaken: when something is in the directory's place.
        ValueError: when the day is over.
        OSError: when the files cannot be written.

    """
    if directory.exists():
        raise DirectoryTaken(str(directory))
    make_directory(directory.parent)
    premises = [each for each in _premises(wanted.divisions, today) if wanted.has(each)]
    if missing := set(wanted.erp_ids or ()) - {each.erp_id for each in premises}:
        raise UnknownPremises(missing)
    cards = list(_cards(premises, valid_until, now))

    def fill(folder: Path) -> None:
        folder.chmod(0o700)
        write_file(folder / "links.csv", _lines(cards, valid_until, qr_format))
        for number, card in enumerate(cards, start=1):
            write_file(folder / _picture_name(number, qr_format), [_picture(card.address, qr_format)])

    publish_directory(directory, fill)
    return len(cards)


def _premises(divisions: Collection[str], today: dt.date) -> Iterator[Premise]:
    """Yield the premises with a meter to read, each with all such meters."""
    readable = Meter.objects.filter(
        Q(removed_date=None) | Q(removed_date__gte=today), ended_at=None, is_remote=False
    )
    asked = readable.filter(division__in=divisions) if divisions else readable
    premises = Premise.objects.filter(
        Q(end_date=None) | Q(end_date__gte=today),
        ended_at=None,
        begin_date__lte=today,
        pk__in=asked.values("premise"),
    )
    meters = Prefetch("meters", readable.order_by("division", "pk"), to_attr="readable_meters")
    ordered = premises.select_related("customer").prefetch_related(meters).order_by("erp_id")
    return ordered.iterator(_PREMISES_AT_A_TIME)


def _cards(premises: Sequence[Premise], valid_until: dt.date, now: dt.datetime) -> Iterator[Card]:
    """Make the links, some at a time, so that nobody waits long for the database."""
    for start in range(0, len(premises), _PREMISES_AT_A_TIME):
        some = premises[start : start + _PREMISES_AT_A_TIME]
        addresses = create_reading_links(premises=some, valid_until=valid_until, now=now)
        yield from map(Card, some, addresses)


def _lines(cards: Sequence[Card], valid_until: dt.date, qr_format: str) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for number, card in enumerate(cards, start=1):
        place = card.premise
        meters: list[Meter] = getattr(place, "readable_meters")  # noqa: B009  # Prefetched, so unknown to mypy.
        yield _line(
            (
                place.customer.customer_number,
                place.erp_id,
                place.customer.full_name,
                place.street,
                place.house_number,
                place.postal_code,
                place.city,
                ", ".join(meter.meter_number for meter in meters),
                valid_until.isoformat(),
                card.address,
                _picture_name(number, qr_format),
            )
        )


def _line(values: Sequence[str]) -> bytes:
    return csv_lines([values], line_end="\n")


def _picture_name(number: int, qr_format: str) -> str:
    return f"qr-{number:06d}.{qr_format}"


def _picture(address: str, qr_format: str) -> bytes:
    """Return a QR code with its quiet zone; a quarter of it may be soiled."""
    picture = io.BytesIO()
    segno.make(address, error="q", micro=False).save(picture, kind=qr_format, scale=_PIXELS_PER_SQUARE)
    return picture.getvalue()
