"""``kundenportal verify_mandates``: whether every proof of a mandate is there and unchanged."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.banking.proofs import BrokenProof, ChainFault, seal_number, verify_chain

_KNOWN = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)


class Command(BaseCommand):
    help = "Prüft die Kette der Nachweise von SEPA-Mandaten; der erste, der nicht passt, wird genannt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known",
            metavar="NUMBER:SEAL",
            type=_known,
            help="ein früher notiertes Ende der Kette; es muss noch so dastehen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_chain(timezone.now())
        if result.broken is not None:
            raise CommandError(_told(result.broken))
        if known := options["known"]:
            number, seal = known
            if seal_number(number) != seal:
                told = _("Nachweis %(number)d trägt nicht mehr das Siegel, das Sie notiert haben.")
                raise CommandError(told % {"number": number})
        self.stdout.write(_("%(count)d Nachweise, alle unversehrt.") % {"count": result.length})
        if result.length:
            self.stdout.write(f"{result.length}:{result.last_seal}")


def _known(text: str) -> tuple[int, str]:
    match = _KNOWN.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(_("erwartet wird NUMMER:SIEGEL, wie dieser Befehl sie ausgibt"))
    return int(match[1]), match[2]


def _told(broken: BrokenProof) -> str:
    facts = {"number": broken.number, "reference": broken.mandate_reference}
    sentences = {
        ChainFault.MISSING: _("Nachweis %(number)d fehlt."),
        ChainFault.CHANGED: _("Nachweis %(number)d (%(reference)s) wurde verändert."),
        ChainFault.ERASED_TOO_EARLY: _("Nachweis %(number)d (%(reference)s) wurde vor der Zeit geleert."),
        ChainFault.CUT_SHORT: _("Die Kette endet vor Nachweis %(number)d, oder ihr Ende wurde verändert."),
        ChainFault.NO_PROOF: _("Zum Mandat %(reference)s gibt es keinen Nachweis."),
    }
    return sentences[broken.fault] % facts
