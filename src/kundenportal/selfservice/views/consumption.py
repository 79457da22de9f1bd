"""``/vs/<id>/verbrauch/``: what was used, by year and by reading, and the same as a file (ux.md C8)."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundenportal.core.dates import format_date_short
from kundenportal.core.spreadsheets import CSV
from kundenportal.metering.consumption import consumption_of
from kundenportal.metering.use_history import register_histories
from kundenportal.selfservice import consumption_csv as csv_file
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_premise_or_404
from kundenportal.selfservice.consumption_pages import shown_flows, shown_meters
from kundenportal.ui.file_responses import content_response

DIVISION = "art"


@require_safe
@customer_required
def consumption(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Show the use of one division; of another one than the premise has, that of its first."""
    portal = get_premise_or_404(request, premise_id)
    divisions = consumption_of(register_histories(portal.premise))
    wanted = request.GET.get(DIVISION)
    use = next((each for each in divisions if each.division == wanted), divisions[0] if divisions else None)
    context = {
        "portal": portal,
        "divisions": divisions,
        "use": use,
        "flows": shown_flows(use) if use else [],
        "meters": shown_meters(use) if use else [],
    }
    return render(request, "selfservice/consumption/page.html", context)


@require_safe
@customer_required
def consumption_csv(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """Give all values of the premise as a file."""
    portal = get_premise_or_404(request, premise_id)
    content = csv_file.consumption_csv(consumption_of(register_histories(portal.premise)))
    today = timezone.localdate(timezone=settings.UTILITY_TIME_ZONE)
    name = _("Verbrauch %(place)s %(date)s.csv") % {
        "place": portal.premise.street_line,
        "date": format_date_short(today),
    }
    return content_response(content, media_type=CSV, name=name)
