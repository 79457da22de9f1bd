"""``/verwaltung/statistik/``: how the portal is used, in figures of each day; nobody is in them."""

import datetime as dt

from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.backoffice.statistics_charts import chart_of, charts_of
from kundenportal.backoffice.today import today
from kundenportal.core.spreadsheets import CSV, csv_file
from kundenportal.statistics.rules import LAST_DAYS, LAST_MONTHS, Period, period_of
from kundenportal.statistics.selectors import counted_until, figures_of, years_counted
from kundenportal.ui.file_responses import content_response

PERIOD = "zeit"
"""The parameter that names the period."""


@require_safe
@staff_required(Permission.VIEW_STATISTICS)
def statistics(request: StaffRequest) -> HttpResponse:
    """Show all charts of a period."""
    period = _period(request)
    years = years_counted(until=period_of(LAST_DAYS, today=today()).last.year)
    choices = [(LAST_DAYS, _("Letzte 30 Tage")), (LAST_MONTHS, _("Letzte 12 Monate"))]
    context = {
        "period": period,
        "choices": [*choices, *((str(year), str(year)) for year in years)],
        "charts": charts_of(figures_of(period)),
        "counted_until": _counted_until(),
    }
    return render_page(request, "backoffice/statistics/page.html", context)


@require_safe
@staff_required(Permission.VIEW_STATISTICS)
def statistics_file(request: StaffRequest, chart: str) -> HttpResponse:
    """Send the table of one chart as a file for spreadsheets, in German as all files are.

    Raises:
        Http404: when there is no such chart.

    """
    period = _period(request)
    with translation.override("de"):
        made = chart_of(chart, figures_of(period))
        if made is None:
            raise Http404
        content = csv_file([map(str, made.columns), *made.rows])
    return content_response(content, media_type=CSV, name=f"statistik-{made.key}-{period.key}.csv")


def _counted_until() -> dt.date | None:
    """Return the last day that is over and counted."""
    day = counted_until()
    return min(day, today() - dt.timedelta(days=1)) if day else None


def _period(request: StaffRequest) -> Period:
    return period_of(request.GET.get(PERIOD, ""), today=today())
