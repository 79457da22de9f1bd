"""Showing how far the work on a delivery is, to whoever looks at its page."""

import time
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from kundenportal.erp.inbound.document_import import MAX_ENTRIES
from kundenportal.erp.inbound.files import DOCUMENTS, FILES
from kundenportal.erp.inbound.scan import Progress
from kundenportal.erp.inbound.source import open_source
from kundenportal.erp.models import Delivery

_SECONDS_BETWEEN = 1.0
_READING_PERCENT = 70
"""How much of the work is reading files; the rest is merging them."""


def progress_of(delivery: Delivery, path: Path) -> Progress:
    """Return a function that notes progress in the delivery's row, once a second at most.

    Reading is told file by file. Merging happens in one transaction, which nobody looks into: it is told once
    that it has begun.
    """
    if delivery.kind == Delivery.Kind.RESULTS:
        return lambda _name, _done, _size: None
    sizes = _sizes(delivery, path)
    total, told_at = sum(sizes.values()), 0.0

    def note(name: str, done: int, size: int) -> None:
        nonlocal told_at
        if connection.in_atomic_block or (done < size and time.monotonic() - told_at < _SECONDS_BETWEEN):
            return
        told_at = time.monotonic()
        if name in sizes:
            names = list(sizes)
            before = sum(sizes[each] for each in names[: names.index(name)])
            percent = _READING_PERCENT * (before + done) // max(total, 1)
            step = _("%(file)s wird gelesen") % {"file": name}
            if done >= size and name == names[-1]:
                step = _("Wird mit dem Bestand verglichen")
        else:
            step, percent = _("Dokumente werden geprüft"), 100 * done // max(size, 1)
        Delivery.objects.filter(pk=delivery.pk).update(step=step[:80], percent=min(percent, 100))

    return note


def _sizes(delivery: Delivery, path: Path) -> dict[str, int]:
    """Return the bytes of the files that are read, in their order; none where rows are counted instead."""
    if delivery.kind != Delivery.Kind.MASTER_DATA or delivery.report.get("imported"):
        return {}
    source = open_source(path, most_entries=MAX_ENTRIES)
    return {spec.name: source.size(spec.name) for spec in FILES if spec.name in source and spec != DOCUMENTS}
