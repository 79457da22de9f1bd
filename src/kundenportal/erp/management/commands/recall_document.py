"""``kundenportal recall_document ID …``: taking wrong documents back, and who has seen them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundenportal.documents.models import Document, DocumentAccess
from kundenportal.documents.recall import recall_document
from kundenportal.erp.management.arguments import USAGE
from kundenportal.files.services import read_file
from kundenportal.linking.selectors import holder_of

ACTOR = "operator"


class Command(BaseCommand):
    help = "Makes documents invisible at once and lists who opened or downloaded them. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "ids", nargs="+", metavar="ID", help="the billing system's id, or that of the address"
        )
        parser.add_argument("--reason", required=True, help="why; for the audit trail")
        parser.add_argument(
            "--save", type=Path, metavar="DIR", help="also save the content there, as evidence"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path | None = options["save"]
        if directory is not None and not directory.is_dir():
            told = _("%(path)s ist kein Verzeichnis.") % {"path": directory}
            raise CommandError(told, returncode=USAGE)
        documents = [document for each in options["ids"] for document in _named(each)]
        for document in documents:
            accesses = recall_document(
                document=document,
                reason=options["reason"],
                actor=ACTOR,
                holder=holder_of(document.customer),
                now=timezone.now(),
            )
            self._tell(document, accesses)
            if directory is not None:
                self._save(document, directory)

    def _tell(self, document: Document, accesses: list[DocumentAccess]) -> None:
        about = {"title": document.title, "number": document.customer.customer_number}
        self.stdout.write(_("Zurückgezogen: %(title)s, Kundennummer %(number)s") % about)
        if not accesses:
            self.stdout.write("  " + _("Niemand hat es geöffnet."))
        for each in accesses:
            at = timezone.localtime(each.at, settings.UTILITY_TIME_ZONE)
            who = each.user.email if each.user else _("ein gelöschter Zugang")
            earlier = " " + _("(frühere Fassung)") if each.at < document.published_at else ""
            self.stdout.write(f"  {at:%d.%m.%Y %H:%M:%S}  {each.get_way_display()}  {who}{earlier}")

    def _save(self, document: Document, directory: Path) -> None:
        document.refresh_from_db()
        if document.file is None:
            self.stdout.write("  " + _("Der Inhalt ist nach 90 Tagen gelöscht worden."))
            return
        path = directory / f"{document.public_id}.pdf"
        path.write_bytes(read_file(document.file))
        self.stdout.write("  " + _("Gespeichert: %(path)s") % {"path": path})


def _named(name: str) -> list[Document]:
    """Return the documents an id names: the one in sight, else those recalled under it.

    Raises:
        CommandError: when there is none; nothing is recalled then.

    """
    found = (
        Document.objects.filter(Q(erp_id=name) | Q(public_id=name)).select_related("customer").order_by("pk")
    )
    visible = [each for each in found if each.recalled_at is None]
    if not found:
        raise CommandError(_("Ein Dokument %(name)s gibt es nicht.") % {"name": name})
    return visible or list(found)
