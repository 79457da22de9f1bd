"""``kundenportal verify_audit``: whether every entry of the audit trail is there and unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundenportal.audit.faults import told
from kundenportal.audit.verification import verify_trail


class Command(BaseCommand):
    help = "Prüft die Kette des Protokolls; der erste Eintrag, der nicht passt, wird genannt."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk the chain; exit code 1 with the first fault."""
        walked, waiting = verify_trail()
        if walked.broken is not None:
            raise CommandError(told(walked.broken.fault, walked.broken.number, walked.broken.entry))
        text = _("%(count)d Einträge, alle unversehrt.") % {"count": walked.place.number}
        if waiting.count:
            text += " " + ngettext(
                "%(count)d Eintrag ist noch nicht versiegelt.",
                "%(count)d Einträge sind noch nicht versiegelt.",
                waiting.count,
            ) % {"count": waiting.count}
        self.stdout.write(text)
        if walked.place.number:
            self.stdout.write(f"{walked.place.number}:{walked.place.seal}")
