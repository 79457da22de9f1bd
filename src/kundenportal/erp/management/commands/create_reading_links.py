"""``kundenportal create_reading_links``: links and QR codes for reading cards."""

import datetime as dt
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.core.dates import InvalidDate, format_date_short, local_date, parse_date
from kundenportal.customers.models import Division
from kundenportal.erp.outbound.directory import DirectoryTaken
from kundenportal.erp.outbound.reading_cards import QR_FORMATS, UnknownPremises, Wanted, write_reading_cards


class Command(BaseCommand):
    help = "Erzeugt Links, mit denen Kunden ohne Anmeldung ablesen: eine Liste und QR-Codes für Ablesekarten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "directory", metavar="DIR", type=Path, help="neues Verzeichnis mit links.csv und den QR-Codes"
        )
        parser.add_argument(
            "--until",
            metavar="DATE",
            type=_date,
            required=True,
            help="letzter Tag, an dem die Links gelten: 15.12.2026 oder 2026-12-15",
        )
        parser.add_argument(
            "--division",
            choices=Division.values,
            action="append",
            default=[],
            help="nur Verbrauchsstellen mit einem solchen Zähler; mehrmals möglich",
        )
        parser.add_argument(
            "--premises",
            metavar="FILE",
            type=Path,
            help="nur die Verbrauchsstellen dieser Liste, eine je Zeile",
        )
        parser.add_argument("--qr", choices=QR_FORMATS, default="png", help="Format der QR-Codes (png)")

    def handle(self, *args: Any, **options: Any) -> None:
        now, until, directory = timezone.now(), options["until"], options["directory"]
        today = local_date(now, settings.UTILITY_TIME_ZONE)
        if until < today:
            raise CommandError(_("Der %(date)s ist schon vorbei.") % {"date": format_date_short(until)})
        try:
            count = write_reading_cards(
                directory,
                Wanted(options["division"], _listed(options["premises"])),
                valid_until=until,
                qr_format=options["qr"],
                today=today,
                now=now,
            )
        except (UnknownPremises, DirectoryTaken, OSError) as error:
            raise CommandError(_sentence(error)) from error
        told = ngettext(
            "%(path)s: %(count)d Link, gültig bis %(date)s.",
            "%(path)s: %(count)d Links, gültig bis %(date)s.",
            count,
        )
        self.stdout.write(told % {"path": directory, "count": count, "date": format_date_short(until)})


def _date(text: str) -> dt.date:
    try:
        return parse_date(text, today=timezone.localdate())
    except InvalidDate:
        raise ArgumentTypeError(f"{text!r} ist kein Datum; erwartet wird 2026-12-15") from None


def _listed(path: Path | None) -> frozenset[str] | None:
    """Return the lines of a list that hold something, or None without a list."""
    if path is None:
        return None
    return frozenset(filter(None, map(str.strip, path.read_text(encoding="utf-8-sig").splitlines())))


def _sentence(error: Exception) -> str:
    match error:
        case UnknownPremises():
            return _("Ohne laufenden Vertrag oder ablesbaren Zähler: %(ids)s. Nichts wurde erzeugt.") % {
                "ids": error
            }
        case DirectoryTaken():
            return _("%(path)s gibt es schon.") % {"path": error}
        case _:
            return _("Nicht geschrieben: %(error)s") % {"error": error}
