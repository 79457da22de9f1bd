"""``/verwaltung/dokumente/``: finding documents, what waits for somebody, and handing deliveries in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.document_batches import batch_rows
from kundenportal.backoffice.forms.documents import DocumentSearchForm, UploadForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.documents.batches import receive_batch
from kundenportal.documents.finding import find_documents, recent_batches, waiting_documents

ROWS_ON_A_PAGE = 25
BATCHES_SHOWN = 6


@require_safe
@staff_required(Permission.VIEW_DOCUMENTS)
def documents(request: StaffRequest) -> HttpResponse:
    """Show what was found, or what waits and what was uploaded."""
    form = DocumentSearchForm(request.GET)
    search = form.cleaned_data["suche"].strip() if form.is_valid() else ""
    after = number_after(request)
    context = {
        "form": form,
        "search": search,
        "may_manage": has_permission(request.member, Permission.MANAGE_DOCUMENTS),
    }
    if search:
        pattern = settings.UTILITY.customer_number
        found = find_documents(search, pattern=pattern, after=after, limit=ROWS_ON_A_PAGE)
        context |= {"found": found.rows, "pager": pager_of(request, found, {"suche": search})}
        return render_page(request, "backoffice/documents/found.html", context)
    waiting = waiting_documents(after=after, limit=ROWS_ON_A_PAGE)
    context |= {
        "waiting": waiting.rows,
        "pager": pager_of(request, waiting),
        "batches": batch_rows(recent_batches(limit=BATCHES_SHOWN)),
    }
    return render_page(request, "backoffice/documents/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.MANAGE_DOCUMENTS)
def documents_upload(request: StaffRequest) -> HttpResponse:
    """Take a delivery in, and lead to the page that tells what becomes of it."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not form.is_valid():
        return _upload_page(request, form, status=422 if form.is_bound else 200)
    name, content = form.delivery()
    try:
        batch = receive_batch(member=request.member, name=name, content=content, now=timezone.now())
    except OSError:
        form.add_error(
            "documents", _("Der Speicher nimmt gerade nichts an. Bitte versuchen Sie es später noch einmal.")
        )
        return _upload_page(request, form, status=503)
    messages.success(request, _("Die Lieferung ist da und wird jetzt geprüft."))
    return HttpResponseRedirect(reverse("backoffice:documents_batch", args=[batch.pk]), status=303)


def _upload_page(request: StaffRequest, form: UploadForm, *, status: int) -> HttpResponse:
    number = settings.UTILITY.customer_number.example().replace("/", "-")
    context = {
        "form": form,
        "example_name": f"{number}_rechnung_2026-01-20_Jahresabrechnung 2025.pdf",
        "release_above": settings.DOCUMENTS_RELEASE_ABOVE,
    }
    return render_page(request, "backoffice/documents/upload.html", context, status=status)
