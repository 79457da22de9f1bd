"""``/verwaltung/importe/exporte/``: what left for the billing system; a batch now, and taking one along."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.delivery_rows import batch_rows
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.backoffice.views.deliveries import ROWS_ON_A_PAGE
from kundenportal.core.german_numbers import format_number
from kundenportal.erp.locks import AlreadyRunning
from kundenportal.erp.outbound.export import BatchChanged, open_batch
from kundenportal.erp.outbound.overview import export_overview
from kundenportal.erp.outbound.packing import pack_batch
from kundenportal.erp.outbound.selectors import (
    COUNTED,
    batch_numbered,
    batches_page,
    last_outbox_run,
    waiting_for_batch,
)
from kundenportal.submissions.models import Submission
from kundenportal.ui.file_responses import stream_response

MOST_IN_OVERVIEW = 5_000
"""How many submissions an overview has that a browser waits for; the command writes any number."""

_PREFIX = "download-"
_ZIP = "application/zip"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff_required(Permission.VIEW_EXCHANGE)
def imports_batches(request: StaffRequest) -> HttpResponse:
    """List the batches, the newest first."""
    page = batches_page(after=number_after(request), limit=ROWS_ON_A_PAGE)
    outbox = last_outbox_run()
    context = {
        "rows": batch_rows(page.rows),
        "pager": pager_of(request, page),
        "outbox_directory": settings.OUTBOX_DIR,
        "outbox_fault": outbox.error if outbox else "",
        "outbox_at": outbox.done_at if outbox else None,
        "may_take": has_permission(request.member, Permission.TAKE_BATCHES),
        **_waiting(),
    }
    return render_page(request, "backoffice/imports/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.TAKE_BATCHES)
def imports_open_batch(request: StaffRequest) -> HttpResponse:
    """Say what a batch now would take, and open it."""
    if request.method != "POST":
        context = {**_waiting(), "outbox_directory": settings.OUTBOX_DIR}
        return render_page(request, "backoffice/imports/open_batch.html", context)
    directory = Path(settings.OUTBOX_DIR) if settings.OUTBOX_DIR else None
    there = directory if directory is not None and directory.is_dir() else None
    try:
        batch = open_batch(
            there, file_format=settings.OUTBOX_FORMAT, actor=request.user.actor, now=timezone.now()
        )
    except (AlreadyRunning, OSError):
        messages.warning(request, _("Gerade läuft ein anderer Export. Bitte versuchen Sie es gleich wieder."))
        return _to_batches()
    if batch is None:
        messages.info(request, _("Es wartet nichts. Es ist kein Stapel entstanden."))
    elif directory is not None:
        messages.success(
            request, _("%(batch)s ist erzeugt und wird in den Ausgangsordner geschrieben.") % {"batch": batch}
        )
    else:
        messages.success(
            request, _("%(batch)s ist erzeugt. Sie können ihn herunterladen.") % {"batch": batch}
        )
    return _to_batches()


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.TAKE_BATCHES)
def imports_batch(request: StaffRequest, number: int) -> HttpResponseBase:
    """Say what is in a batch, and hand it out as a ZIP file."""
    batch = found_or_404(batch_numbered, number)
    if request.method != "POST":
        (row,) = batch_rows([batch])
        context = {"batch": batch, "row": row, "outbox_directory": settings.OUTBOX_DIR}
        return render_page(request, "backoffice/imports/batch.html", context)

    def pack(path: Path) -> None:
        with path.open("xb") as stream:
            pack_batch(number, stream, actor=request.user.actor, now=timezone.now())

    return _made(request, pack, media_type=_ZIP, name=f"{batch}.zip")


@require_POST
@staff_required(Permission.TAKE_BATCHES)
def imports_batch_overview(request: StaffRequest, number: int) -> HttpResponseBase:
    """Hand out the overview of one batch."""
    batch = found_or_404(batch_numbered, number)
    return _overview(request, batch.submissions.all(), number, name=f"{batch}.xlsx")


@require_POST
@staff_required(Permission.TAKE_BATCHES)
def imports_overview(request: StaffRequest) -> HttpResponseBase:
    """Hand out the overview of everything, where that is not too much for a browser to wait for."""
    return _overview(request, Submission.objects.all(), None, name="vorgaenge.xlsx")


def _overview(
    request: StaffRequest, submissions: QuerySet[Submission], number: int | None, *, name: str
) -> HttpResponseBase:
    if submissions[: MOST_IN_OVERVIEW + 1].count() > MOST_IN_OVERVIEW:
        told = _("Das sind mehr als %(most)s Vorgänge. So viele schreibt der Befehl export_overview.")
        messages.warning(request, told % {"most": format_number(MOST_IN_OVERVIEW)})
        return _to_batches()

    def write(path: Path) -> None:
        export_overview(path, batch_number=number, actor=request.user.actor, now=timezone.now())

    return _made(request, write, media_type=_XLSX, name=name)


def _made(
    request: StaffRequest, make: Callable[[Path], None], *, media_type: str, name: str
) -> HttpResponseBase:
    """Return the answer that hands out a file which is made for it, or lead back and say why there is none.

    The file has no name any more when it is handed out: nothing of it stays on the disk.
    """
    try:
        with TemporaryDirectory(dir=settings.DATA_DIR, prefix=_PREFIX) as directory:
            path = Path(directory) / name
            make(path)
            return stream_response(path.open("rb"), media_type=media_type, name=name)
    except AlreadyRunning:
        messages.warning(request, _("Gerade läuft ein anderer Export. Bitte versuchen Sie es gleich wieder."))
    except BatchChanged:
        messages.error(
            request, _("Der Stapel hätte heute einen anderen Inhalt als damals. Bitte melden Sie das.")
        )
    except OSError:
        messages.error(request, _("Der Speicher nimmt gerade nichts an. Bitte versuchen Sie es später."))
    return _to_batches()


def _waiting() -> dict[str, object]:
    """Return how many submissions the next batch would take, and whether any ever is."""
    count = waiting_for_batch(timezone.now())
    return {
        "waiting": min(count, COUNTED),
        "is_more": count > COUNTED,
        "is_manual": settings.STAFF_REVIEW == "manual",
    }


def _to_batches() -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:imports_batches"), status=303)
