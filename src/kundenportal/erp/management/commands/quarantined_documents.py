"""``kundenportal quarantined_documents``: what waits, looking at it, releasing it or throwing it away."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.core.dates import format_date_short, local_date
from kundenportal.documents.models import QuarantinedDocument
from kundenportal.documents.quarantine import CustomerNotSaid, discard_document, release_document
from kundenportal.erp.management.arguments import USAGE
from kundenportal.files.services import read_file
from kundenportal.linking.document_news import tell_of_documents

ACTOR = "operator"


class Command(BaseCommand):
    help = "Lists documents that do not name their customer; saves, releases or discards one of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--save", nargs=2, metavar=("ID", "FILE.pdf"), help="save one, to look at it")
        what.add_argument("--release", metavar="ID", help="make one visible to its customer")
        what.add_argument("--discard", metavar="ID", help="throw one away")
        parser.add_argument("--reason", default="", help="why; for the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["save"]:
                self._save(*options["save"])
            elif options["release"]:
                self._release(options["release"], _reason(options["reason"]))
            elif options["discard"]:
                self._discard(options["discard"], _reason(options["reason"]))
            else:
                self._list()
        except QuarantinedDocument.DoesNotExist as error:
            raise CommandError(_("Unter dieser Nummer wartet kein Dokument.")) from error
        except CustomerNotSaid as error:
            told = _("Niemand weiß, wessen Dokument es ist. Ordnen Sie es in der Verwaltung einem Kunden zu.")
            raise CommandError(told) from error

    def _list(self) -> None:
        waiting = QuarantinedDocument.objects.select_related("customer").order_by("quarantined_at", "erp_id")
        for each in waiting.iterator():
            since = local_date(each.quarantined_at, settings.UTILITY_TIME_ZONE)
            told = each.get_reason_display()
            numbers = f" ({each.found_numbers})" if each.found_numbers else ""
            number = each.customer.customer_number if each.customer else "–"
            self.stdout.write(
                f"{each.erp_id}  {number}  {format_date_short(since)}  {each.title} – {told}{numbers}"
            )
        self.stdout.write(_("%(count)d in Quarantäne.") % {"count": waiting.count()})

    def _save(self, erp_id: str, target: str) -> None:
        waiting = QuarantinedDocument.objects.select_related("file").get(erp_id=erp_id)
        try:
            with Path(target).open("xb") as stream:
                stream.write(read_file(waiting.file))
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror or error}", returncode=USAGE) from error
        self.stdout.write(_("Gespeichert: %(path)s") % {"path": target})

    def _release(self, erp_id: str, reason: str) -> None:
        now = timezone.now()
        tell = partial(tell_of_documents, now=now)
        document = release_document(erp_id=erp_id, reason=reason, actor=ACTOR, tell=tell, now=now)
        number = document.customer.customer_number
        self.stdout.write(
            _("Freigegeben für %(number)s: %(title)s") % {"number": number, "title": document.title}
        )

    def _discard(self, erp_id: str, reason: str) -> None:
        discard_document(erp_id=erp_id, reason=reason, actor=ACTOR, now=timezone.now())
        self.stdout.write(_("Verworfen."))


def _reason(reason: str) -> str:
    """Return why, which nobody may leave out: the audit trail is read by people.

    Raises:
        CommandError: when it is missing.

    """
    if not reason.strip():
        raise CommandError(_("Bitte nennen Sie mit --reason, warum."), returncode=USAGE)
    return reason.strip()
