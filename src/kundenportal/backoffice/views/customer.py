"""``/verwaltung/kunden/<nr>/``: all about one customer, one topic a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kundenportal.audit.models import AuditEntry
from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.audit_rows import AuditRow, audit_rows, names_about
from kundenportal.backoffice.inbox_rows import inbox_rows
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.paging import number_after, pager_of
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.customer_care.access import Access, access_of, last_sign_in, linked_customers
from kundenportal.customer_care.pages import page_after
from kundenportal.customer_care.selectors import (
    bank_accounts_of,
    customer_named,
    documents_with_opening,
    log_of,
    mails_to,
    premises_of_customer,
    registers_at,
    sign_ins_of,
    submissions_of,
)
from kundenportal.customer_care.services import look_at_customer
from kundenportal.customers.models import Customer
from kundenportal.identity.selectors import signed_in_devices

Row = TypeVar("Row", bound=Model)

ROWS_ON_A_PAGE = 25
PREMISES_ON_A_PAGE = 10


@dataclass(frozen=True)
class Tab:
    """One topic of a customer's page: the name of its address, and its title."""

    name: str
    title: str | Promise


TABS = (
    Tab("customers_customer", _("Übersicht")),
    Tab("customers_meters", _("Verbrauchsstellen und Zähler")),
    Tab("customers_documents", _("Dokumente")),
    Tab("customers_submissions", _("Vorgänge")),
    Tab("customers_mails", _("E-Mails")),
    Tab("customers_sessions", _("Sitzungen")),
    Tab("customers_log", _("Protokoll")),
)


@dataclass(frozen=True)
class Opened:
    """A customer whom somebody has open, and his access."""

    customer: Customer
    access: Access


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_customer(request: StaffRequest, slug: str) -> HttpResponse:
    """Show who the customer is and how he gets into the portal."""
    opened = _open(request, slug)
    return _page(
        request,
        opened,
        "overview",
        {
            "linked": linked_customers(opened.access, but=opened.customer),
            "last_sign_in": last_sign_in(opened.access),
            "bank_accounts": bank_accounts_of(opened.customer),
            "may_change_access": has_permission(request.member, Permission.CHANGE_ACCESS),
            "may_remove_factors": has_permission(request.member, Permission.REMOVE_FACTORS),
        },
    )


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_meters(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the places of consumption, their meters, and what was read last."""
    opened = _open(request, slug)
    premises = premises_of_customer(opened.customer)
    return _list(
        request,
        opened,
        "meters",
        premises,
        by="begin_date",
        limit=PREMISES_ON_A_PAGE,
        as_rows=registers_at,
    )


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_documents(request: StaffRequest, slug: str) -> HttpResponse:
    """Show what is filed for the customer, and when he opened it."""
    opened = _open(request, slug)
    documents = documents_with_opening(opened.customer, opened.access)
    return _list(request, opened, "documents", documents, by="document_date")


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_submissions(request: StaffRequest, slug: str) -> HttpResponse:
    """Show what the customer sent."""
    opened = _open(request, slug)
    as_rows = partial(inbox_rows, now=timezone.now())
    sent = submissions_of(opened.customer)
    return _list(request, opened, "submissions", sent, by="received_at", as_rows=as_rows)


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_mails(request: StaffRequest, slug: str) -> HttpResponse:
    """Show which mails the customer got, or did not get."""
    opened = _open(request, slug)
    mails = mails_to(opened.customer, opened.access)
    return _list(request, opened, "mails", mails, by="created_at")


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_sessions(request: StaffRequest, slug: str) -> HttpResponse:
    """Show where the customer is signed in, and when he signed in."""
    opened = _open(request, slug)
    user = opened.access.user
    devices = signed_in_devices(user, now=timezone.now()) if user else []
    return _list(request, opened, "sessions", sign_ins_of(opened.access), by="at", more={"devices": devices})


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers_log(request: StaffRequest, slug: str) -> HttpResponse:
    """Show what was done, by the customer and by others."""
    opened = _open(request, slug)
    entries = log_of(opened.customer, opened.access)
    return _list(request, opened, "log", entries, by="at", as_rows=partial(_log_rows, opened.customer))


def _open(request: StaffRequest, slug: str) -> Opened:
    """Return a customer and his access, and note who looks."""
    customer, now = found_or_404(customer_named, slug), timezone.now()
    look_at_customer(customer, member=request.member, now=now)
    return Opened(customer, access_of(customer, now=now))


def _log_rows(customer: Customer, entries: Sequence[AuditEntry]) -> list[AuditRow]:
    return audit_rows(entries, names_about(customer, entries))


def _list(
    request: StaffRequest,
    opened: Opened,
    tab: str,
    rows: QuerySet[Row],
    *,
    by: str,
    limit: int = ROWS_ON_A_PAGE,
    as_rows: Callable[[Sequence[Row]], Sequence[object]] = tuple,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Draw a page of a long list about a customer, the newest first.

    Args:
        request: the browser's request.
        opened: the customer.
        tab: the name of the template.
        rows: all there are.
        by: the field that tells how new one is.
        limit: how many a page holds.
        as_rows: makes of them what the template draws; without it they are drawn themselves.
        more: what the template needs besides.

    """
    page = page_after(rows, by=by, after=number_after(request), limit=limit)
    listed = {"rows": as_rows(page.rows), "pager": pager_of(request, page)}
    return _page(request, opened, tab, {**listed, **(more or {})})


def _page(request: StaffRequest, opened: Opened, tab: str, context: Mapping[str, object]) -> HttpResponse:
    assert request.resolver_match is not None, "the page has an address"
    frame = {
        "customer": opened.customer,
        "access": opened.access,
        "tabs": TABS,
        "may_view_as": has_permission(request.member, Permission.VIEW_AS_CUSTOMER),
        "current_tab": request.resolver_match.url_name,
    }
    return render_page(request, f"backoffice/customers/{tab}.html", {**frame, **context})
