"""``/verwaltung/kunden/``: finding a customer."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.customers import CustomerSearchForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.customer_care.search import find_customers

SEARCHED = "suche"
"""The parameter that carries what is searched for."""


@require_safe
@staff_required(Permission.VIEW_CUSTOMERS)
def customers(request: StaffRequest) -> HttpResponse:
    """Ask for whom to look, and list who it may be."""
    form = CustomerSearchForm(request.GET if SEARCHED in request.GET else None)
    found = find_customers(form.cleaned_data[SEARCHED]) if form.is_valid() else None
    context = {"form": form, "found": found}
    return render_page(
        request,
        "backoffice/customers/list.html",
        context,
        status=422 if form.errors else 200,
    )
