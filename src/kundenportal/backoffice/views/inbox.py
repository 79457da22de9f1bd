"""``/verwaltung/eingang/``: everything customers sent, what waits first, and many things at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.inbox import AssignForm, InboxFilterForm
from kundenportal.backoffice.inbox_rows import inbox_rows
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import pager_of, place_after
from kundenportal.backoffice.parameters import number_in
from kundenportal.backoffice.roles import ROLES, Permission, has_permission
from kundenportal.casework.selectors import (
    COUNTED,
    inbox_count,
    inbox_page,
    members_with,
    plausible_readings,
    submissions_named,
)
from kundenportal.casework.services import BulkResult, accept_plausible_readings, assign_submissions
from kundenportal.casework.services.bulk import MOST
from kundenportal.identity.models import StaffMember

ROWS_ON_A_PAGE = 25


def settlers() -> list[StaffMember]:
    """Return who may settle submissions, by name."""
    return members_with(ROLES[Permission.SETTLE_SUBMISSIONS])


@require_safe
@staff_required(Permission.VIEW_SUBMISSIONS)
def inbox(request: StaffRequest) -> HttpResponse:
    """List what waits, the oldest first, or what has a status, the newest first."""
    now, members = timezone.now(), settlers()
    form = InboxFilterForm(request.GET, members=members)
    wanted = form.wanted(request.member, now=now)
    page = inbox_page(wanted, after=place_after(request), limit=ROWS_ON_A_PAGE)
    filters = {name: value for name, value in form.cleaned_data.items() if value}
    count = inbox_count(wanted)
    context = {
        "form": form,
        "rows": inbox_rows(page.rows, now=now),
        "count": min(count, COUNTED),
        "is_more": count > COUNTED,
        "list_query": urlencode(filters),
        "pager": pager_of(request, page, filters),
        "assign_form": AssignForm(members=members, initial=request.member),
        "may_settle": has_permission(request.member, Permission.SETTLE_SUBMISSIONS),
    }
    return render_page(request, "backoffice/inbox/list.html", context)


@require_POST
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_assign(request: StaffRequest) -> HttpResponse:
    """Give the ticked submissions to somebody."""
    form = AssignForm(request.POST, members=settlers())
    chosen = submissions_named(request.POST.getlist("vorgang")[:ROWS_ON_A_PAGE])
    if not form.is_valid() or not chosen:
        messages.warning(request, _("Bitte wählen Sie Vorgänge aus, und an wen sie gehen."))
        return to_list(request)
    to = form.cleaned_data["assigned_to"]
    count = assign_submissions(chosen, to=to, member=request.member, now=timezone.now())
    text = ngettext("%(count)s Vorgang ist zugewiesen.", "%(count)s Vorgänge sind zugewiesen.", count)
    messages.success(request, text % {"count": count})
    return to_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_plausible(request: StaffRequest) -> HttpResponse:
    """Show how many plausible readings wait, and take over just those."""
    if request.method == "POST" and (up_to := number_in(request.POST.get("bis", ""))):
        result = accept_plausible_readings(member=request.member, up_to=up_to, now=timezone.now())
        _tell(request, result)
        return HttpResponseRedirect(reverse("backoffice:inbox"), status=303)
    waiting = list(plausible_readings(request.member).values_list("pk", flat=True)[: MOST + 1])
    context = {
        "count": len(waiting[:MOST]),
        "is_more": len(waiting) > MOST,
        "up_to": max(waiting[:MOST], default=0),
    }
    return render_page(request, "backoffice/inbox/plausible.html", context)


def to_list(request: StaffRequest) -> HttpResponse:
    """Lead back to the list, as it was filtered."""
    query = request.POST.get("liste", "")
    return HttpResponseRedirect(f"{reverse('backoffice:inbox')}{'?' if query else ''}{query}", status=303)


def _tell(request: StaffRequest, result: BulkResult) -> None:
    if result.accepted:
        text = ngettext(
            "%(count)s Zählerstand ist übernommen.",
            "%(count)s Zählerstände sind übernommen.",
            result.accepted,
        )
        messages.success(request, text % {"count": result.accepted})
    if result.changed:
        text = _("Von anderen geändert und nicht übernommen: %(references)s")
        messages.warning(request, text % {"references": ", ".join(result.changed)})
    if result.failed:
        text = _("Nicht gespeichert, bitte noch einmal versuchen: %(references)s")
        messages.error(request, text % {"references": ", ".join(result.failed)})
