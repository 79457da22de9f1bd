"""``/verwaltung/protokoll/``: who did what, and who saw whose data; as a list and as files."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_POST, require_safe

from kundenportal.audit.looking import Piece, Search, note_search, noted_export
from kundenportal.audit.selectors import COUNTED, trail_count, trail_page
from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.audit_csv import customers_csv, trail_csv
from kundenportal.backoffice.audit_rows import audit_rows, names_in
from kundenportal.backoffice.forms.audit import AuditFilterForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import AFTER, pager_of, place_after
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.core.spreadsheets import CSV
from kundenportal.documents.selectors import accesses_of
from kundenportal.identity.staff.overview import everybody
from kundenportal.ui.file_responses import pieces_response

ROWS_ON_A_PAGE = 50

CUSTOMERS = "kunden"
"""What is asked for when the file shall name the customers whom the entries concern."""

_PROOF = "beleg"
"""The parameter by which a link to a later page proves that its search is written down."""


@require_safe
@staff_required(Permission.VIEW_AUDIT_TRAIL)
def audit(request: StaffRequest) -> HttpResponse:
    """Show what was done, the newest first; each search is an entry itself."""
    members = everybody()
    form = AuditFilterForm(request.GET, members=members, now=timezone.now())
    may_verify = has_permission(request.member, Permission.VERIFY_AUDIT_TRAIL)
    frame = {"form": form, "may_verify": may_verify}
    if not form.is_valid():
        return render_page(request, "backoffice/audit/list.html", frame, status=422)
    if not _is_noted(request, form):
        note_search(_search(request, form), now=timezone.now())
    wanted = form.wanted()
    page = trail_page(wanted, after=place_after(request), limit=ROWS_ON_A_PAGE)
    count = trail_count(wanted)
    context = {
        **frame,
        "rows": audit_rows(page.rows, names_in(page.rows, members=members)),
        "count": min(count, COUNTED),
        "is_more": count > COUNTED,
        "pager": pager_of(request, page, {**form.typed, _PROOF: _proof(request, form)}),
        "document": form.document,
        "accesses": accesses_of(form.document) if form.document else [],
    }
    return render_page(request, "backoffice/audit/list.html", context)


@require_POST
@staff_required(Permission.VIEW_AUDIT_TRAIL)
def audit_export(request: StaffRequest) -> HttpResponseBase:
    """Send the entries of a choice as a file, or the customers whom they concern, row by row."""
    members = everybody()
    form = AuditFilterForm(request.POST, members=members, now=timezone.now())
    if not form.is_valid():
        return render_page(request, "backoffice/audit/list.html", {"form": form}, status=422)
    wanted, is_of_customers = form.wanted(), request.POST.get("datei") == CUSTOMERS
    pieces: Iterator[Piece] = customers_csv(wanted) if is_of_customers else trail_csv(wanted, members=members)
    name = "betroffene-kunden" if is_of_customers else "protokoll"
    content = noted_export(pieces, _search(request, form), what=name, clock=timezone.now)
    return pieces_response(content, media_type=CSV, name=f"{name}.csv")


def _search(request: StaffRequest, form: AuditFilterForm) -> Search:
    chosen = {name: value for name, value in form.typed.items() if name != "kunde"}
    return Search(request.user.actor, form.customer.pk if form.customer else None, chosen)


def _is_noted(request: StaffRequest, form: AuditFilterForm) -> bool:
    """Tell whether this is a later page of a search that was written down when it began."""
    return AFTER in request.GET and constant_time_compare(request.GET.get(_PROOF, ""), _proof(request, form))


def _proof(request: StaffRequest, form: AuditFilterForm) -> str:
    text = f"{request.member.pk} {urlencode(form.typed)}"
    return salted_hmac("kundenportal.audit-search", text, algorithm="sha256").hexdigest()[:32]
