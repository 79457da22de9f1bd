"""Seeing the customer site as a customer sees it: why, the pages themselves, and the end (ADR 14)."""

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.viewing import ViewingForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.viewing import (
    NotShown,
    WriteRefused,
    draw_page,
    drop_from_session,
    keep_in_session,
    page_at,
    viewing_in_session,
)
from kundenportal.customer_care.selectors import customer_named
from kundenportal.customer_care.services import look_at_customer
from kundenportal.customers.models import Customer
from kundenportal.linking.models import Viewing
from kundenportal.linking.selectors import customers_of, holder_of
from kundenportal.linking.services import (
    VIEWING_LASTS,
    NothingToView,
    ViewingOver,
    end_viewing,
    start_viewing,
    view_page,
)

READING = ("GET", "HEAD")

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.VIEW_AS_CUSTOMER)
def customers_view(request: StaffRequest, slug: str) -> HttpResponse:
    """Ask why, and open the customer site as the login sees it that holds a customer."""
    customer, now = found_or_404(customer_named, slug), timezone.now()
    form = ViewingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        look_at_customer(customer, member=request.member, now=now)
        return _start_page(request, customer, form, status=422 if form.is_bound else 200)
    try:
        viewing = start_viewing(
            customer=customer,
            member=request.member,
            reason=Viewing.Reason(form.cleaned_data["reason"]),
            remark=form.cleaned_data["remark"],
            instead_of=viewing_in_session(request),
            now=now,
        )
    except NothingToView:
        return _start_page(request, customer, form, status=409)
    keep_in_session(request, viewing)
    return HttpResponseRedirect(reverse("backoffice:viewing"), status=303)


@staff_required(Permission.VIEW_AS_CUSTOMER)
def viewing_page(request: StaffRequest, page: str = "") -> HttpResponseBase:
    """Show a page of the customer site, and refuse everything that is more than looking."""
    if request.method not in READING:
        response = _instead(request, "read_only", status=405)
        response["Allow"] = ", ".join(READING)
        return response
    try:
        found = page_at(request.path_info)
        viewing = view_page(
            viewing_in_session(request),
            member=request.member,
            path=f"/{page}",
            premise_id=found.kwargs.get("premise_id", ""),
            now=timezone.now(),
        )
        return draw_page(request, viewing, found)
    except ViewingOver:
        drop_from_session(request)
        return _instead(request, "over", status=410)
    except NotShown:
        return _instead(request, "not_shown", status=404)
    except Http404:
        return _instead(request, "not_found", status=404)
    except WriteRefused:
        log.exception("viewing.write_refused", path=f"/{page}")
        return _instead(request, "not_shown", status=404)


@require_POST
@staff_required(Permission.VIEW_AS_CUSTOMER)
def viewing_end(request: StaffRequest) -> HttpResponse:
    """End the viewing before its time."""
    viewing = end_viewing(viewing_in_session(request), member=request.member, now=timezone.now())
    drop_from_session(request)
    messages.success(request, _("Die Kundenansicht ist beendet."))
    path = reverse("backoffice:root")
    if viewing is not None:
        path = reverse("backoffice:customers_customer", args=[viewing.customer.slug])
    return HttpResponseRedirect(path, status=303)


def _start_page(request: StaffRequest, customer: Customer, form: ViewingForm, *, status: int) -> HttpResponse:
    holder = holder_of(customer)
    context = {
        "customer": customer,
        "form": form,
        "holder": holder,
        "others": [each for each in customers_of(holder) if each != customer] if holder else [],
        "minutes": VIEWING_LASTS.total_seconds() // 60,
        "is_told": settings.SHOW_STAFF_VIEWS,
    }
    return render_page(request, "backoffice/viewing/start.html", context, status=status)


def _instead(request: StaffRequest, name: str, *, status: int) -> HttpResponse:
    """Say why the page is not shown, in the frame of the back office."""
    return render_page(request, f"backoffice/viewing/{name}.html", status=status)
