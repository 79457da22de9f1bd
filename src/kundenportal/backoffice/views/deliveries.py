"""``/verwaltung/importe/``: what came in and what became of it; handing in a file."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.delivery_rows import delivery_rows
from kundenportal.backoffice.forms.deliveries import FILE, UploadForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.erp.deliveries.inbox import inbox_fault, left_out_of_inbox
from kundenportal.erp.deliveries.selectors import deliveries_page, in_trouble
from kundenportal.erp.deliveries.taking import PIECE_SIZE, DeliveryWaits, take_upload
from kundenportal.erp.models import Delivery
from kundenportal.erp.outbound.selectors import last_outbox_run

ROWS_ON_A_PAGE = 20


@require_safe
@staff_required(Permission.VIEW_EXCHANGE)
def imports(request: StaffRequest) -> HttpResponse:
    """List the deliveries, the newest first, and what is wrong with the exchange."""
    page = deliveries_page(after=number_after(request), limit=ROWS_ON_A_PAGE)
    outbox = last_outbox_run()
    context = {
        "rows": delivery_rows(page.rows),
        "pager": pager_of(request, page),
        "is_live": any(each.is_at_work for each in page.rows),
        "troubles": in_trouble(timezone.now()),
        "inbox_directory": settings.INBOX_DIR,
        "inbox_fault": inbox_fault(),
        "left_out": left_out_of_inbox(),
        "outbox_fault": outbox.error if outbox else "",
        "is_automatic": settings.IMPORT_RELEASE == "automatic",
        "may_release": has_permission(request.member, Permission.RELEASE_DELIVERIES),
    }
    return render_page(request, "backoffice/imports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.RELEASE_DELIVERIES)
def imports_upload(request: StaffRequest) -> HttpResponse:
    """Take a file in, for the job runner to look into."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not form.is_valid():
        return _upload_page(request, form)
    file = form.cleaned_data[FILE]
    try:
        delivery = take_upload(
            name=file.name, blocks=file.chunks(PIECE_SIZE), member=request.member, now=timezone.now()
        )
    except DeliveryWaits as error:
        messages.warning(request, _("Genau diese Datei ist schon hochgeladen. Hier steht sie."))
        return to_delivery(error.delivery)
    except OSError:
        form.add_error(FILE, _("Der Speicher nimmt gerade nichts an. Bitte versuchen Sie es später."))
        return _upload_page(request, form, status=503)
    messages.success(request, _("Die Datei ist hochgeladen. Die Prüfung beginnt in wenigen Sekunden."))
    return to_delivery(delivery)


def to_delivery(delivery: Delivery) -> HttpResponse:
    """Lead to the page of a delivery."""
    return HttpResponseRedirect(reverse("backoffice:imports_delivery", args=[delivery.pk]), status=303)


def _upload_page(request: StaffRequest, form: UploadForm, *, status: int = 422) -> HttpResponse:
    status = status if form.is_bound else 200
    context = {"form": form, "inbox_directory": settings.INBOX_DIR}
    return render_page(request, "backoffice/imports/upload.html", context, status=status)
