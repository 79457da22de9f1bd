"""``/barrierefreiheit/melden/``: telling the utility what cannot be used or understood (ux.md P5)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.core.utility import Utility
from kundenportal.feedback import services
from kundenportal.identity.client_address import client_address
from kundenportal.selfservice.forms.barrier import BarrierForm
from kundenportal.selfservice.layout import render_for_everybody


@require_http_methods(["GET", "HEAD", "POST"])
def report_barrier(request: HttpRequest) -> HttpResponse:
    """Take a report; no login is needed, and ``?seite=`` fills in the page it is about."""
    if request.method != "POST":
        return _page(request, BarrierForm(page=request.GET.get("seite", "")))
    form = BarrierForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        services.report_barrier(
            description=form.cleaned_data["beschreibung"],
            page=form.cleaned_data["seite"],
            email=form.cleaned_data["email"],
            key=form.cleaned_data["key"],
            actor=request.user.actor if request.user.is_authenticated else "visitor",
            address=client_address(request),
            now=timezone.now(),
        )
    except services.TooManyReports:
        utility: Utility = settings.UTILITY
        text = _(
            "Gerade kamen sehr viele Hinweise an. Bitte versuchen Sie es in einer Stunde noch einmal "
            "oder rufen Sie uns an: %(phone)s."
        )
        form.add_error(None, text % {"phone": utility.phone})
        return _page(request, form, status=429)
    return HttpResponseRedirect(reverse("selfservice:report_barrier_sent"), status=303)


@require_safe
def report_barrier_sent(request: HttpRequest) -> HttpResponse:
    """Say thank you, and when the answer comes."""
    return render_for_everybody(request, "selfservice/barrier/sent.html", {})


def _page(request: HttpRequest, form: BarrierForm, *, status: int = 200) -> HttpResponse:
    return render_for_everybody(request, "selfservice/barrier/report.html", {"form": form}, status=status)
