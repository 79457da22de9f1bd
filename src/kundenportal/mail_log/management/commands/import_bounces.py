"""``kundenportal import_bounces PATH``: taking in mails that came back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.mail_log.bounce_box import import_box

USAGE = 2


class Command(BaseCommand):
    help = "Marks mails that came back, by the reports in a Maildir, an mbox file or a single mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="Maildir, mbox file, or a file with one mail")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            counts = import_box(path, now=timezone.now())
        except OSError as error:
            told = _("%(path)s ist nicht lesbar: %(error)s") % {"path": path, "error": error.strerror}
            raise CommandError(told, returncode=USAGE) from error
        words = {
            "bounced": _("als unzustellbar vermerkt"),
            "delayed": _("verzögert, der Server versucht es weiter"),
            "known": _("schon bekannt"),
            "unknown_mail": _("zu keiner E-Mail des Portals"),
            "no_report": _("kein Zustellbericht"),
            "no_message_id": _("nennt keine E-Mail des Portals"),
            "too_large": _("zu groß"),
            "unreadable": _("nicht lesbar"),
        }
        for name, word in words.items():
            if counts[name]:
                self.stdout.write(f"{counts[name]:6}  {word}")
        self.stdout.write(_("%(count)d E-Mails gelesen.") % {"count": counts.total()})
