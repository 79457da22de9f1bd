"""``/verwaltung/eingang/<nr>/zuordnen/``: finding the meter that a reading without a login belongs to."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.forms.placing import MeterSearchForm, PlaceForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.casework.selectors import submission_named
from kundenportal.customer_care.search import find_customers
from kundenportal.customer_care.services import look_at_customer
from kundenportal.metering.candidates import (
    METERS_SHOWN,
    Candidate,
    candidate_of,
    meters_of,
    meters_where,
    running_meter,
)
from kundenportal.metering.models import PublicReport
from kundenportal.metering.public_reports import can_be_placed, public_report
from kundenportal.metering.services import NotPlaceable, place_report
from kundenportal.submissions.marks import ChangedMeanwhile, mark_of
from kundenportal.submissions.models import Submission

SEARCHED, METER = "suche", "zaehler"
"""The parameters that carry what is searched for, and the meter that is looked at."""

NOT_PLACED = gettext_lazy("Der Vorgang hat sich inzwischen geändert. Es wurde nichts zugeordnet.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.SETTLE_SUBMISSIONS)
def inbox_place(request: StaffRequest, reference: str) -> HttpResponse:
    """Offer meters that a report may be about, show one beside it, and give the report that one.

    Raises:
        Http404: when there is no such submission, or it belongs to a meter already.

    """
    submission = found_or_404(submission_named, reference)
    report = public_report(submission.pk)
    if report is None or (request.method != "POST" and not can_be_placed(submission)):
        raise Http404
    candidate = _candidate(request, report)
    if candidate is None or request.method != "POST":
        form = PlaceForm(None, candidate=candidate) if candidate else None
        return _page(request, submission, report, candidate, form)
    form = PlaceForm(request.POST, candidate=candidate)
    if not form.is_valid():
        return _page(request, submission, report, candidate, form, status=422)
    return _place(request, submission, candidate, form.register_ids)


def _place(
    request: StaffRequest, submission: Submission, candidate: Candidate, register_ids: list[int]
) -> HttpResponse:
    try:
        place_report(
            submission,
            meter=candidate.meter,
            register_ids=register_ids,
            actor=request.user.actor,
            seen=request.POST.get("seen", ""),
            now=timezone.now(),
        )
    except (ChangedMeanwhile, NotPlaceable):
        messages.error(request, NOT_PLACED)
    else:
        text = _("Zugeordnet: Zähler %(meter)s. Sie können den Vorgang jetzt entscheiden.")
        messages.success(request, text % {"meter": candidate.meter.meter_number})
    return HttpResponseRedirect(reverse("backoffice:inbox_case", args=[submission.reference]), status=303)


def _candidate(request: StaffRequest, report: PublicReport) -> Candidate | None:
    """Return the meter that is looked at, and note whose it is; None when none is."""
    chosen = (request.POST if request.method == "POST" else request.GET).get(METER, "")
    is_number = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
    meter = running_meter(int(chosen)) if is_number else None
    if meter is None:
        return None
    look_at_customer(meter.premise.customer, member=request.member, now=timezone.now())
    return candidate_of(report, meter, list(report.values.all()))


def _page(
    request: StaffRequest,
    submission: Submission,
    report: PublicReport,
    candidate: Candidate | None,
    form: PlaceForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw the meter that is looked at beside the report, or else the meters there are to look at."""
    search = MeterSearchForm(request.GET)
    text = search.cleaned_data[SEARCHED] if search.is_valid() else ""
    context: dict[str, object] = {
        "submission": submission,
        "report": report,
        "search": search,
        "searched": text,
        "search_query": urlencode({SEARCHED: text}) if text else "",
        "candidate": candidate,
        "form": form,
        "mark": mark_of(submission),
    }
    if candidate is None:
        meters = meters_of(find_customers(text).customers) if text else meters_where(report)
        context |= {"meters": meters, "has_more": len(meters) == METERS_SHOWN}
    return render_page(request, "backoffice/placing/page.html", context, status=status)
