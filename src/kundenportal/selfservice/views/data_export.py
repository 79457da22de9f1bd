"""``/konto/datenschutz/datenauskunft/``: asking for a copy of one's data, and downloading it (ux.md K7)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.linking.selectors import links_of
from kundenportal.privacy import services
from kundenportal.privacy.archive import OVERVIEW, READINGS
from kundenportal.privacy.exports import is_open
from kundenportal.privacy.models import DataExport
from kundenportal.privacy.rules import ExportRefusal
from kundenportal.privacy.topics import TOPICS
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.ui.file_responses import content_response
from kundenportal.ui.fresh_authentication import fresh_authentication_required

_REFUSALS = {
    ExportRefusal.BEING_MADE: gettext_lazy("Wir stellen Ihre Daten schon zusammen."),
    ExportRefusal.ONE_A_DAY: gettext_lazy(
        "Sie haben Ihre Daten heute schon angefordert. Morgen geht es wieder."
    ),
}


@require_POST
@customer_required
@fresh_authentication_required(SensitiveAct.EXPORT_DATA)
def data_export_request(request: CustomerRequest) -> HttpResponse:
    """Take the request; the job runner makes the file and a mail tells of it."""
    try:
        services.request_data_export(user=request.user, device=device_name(request), now=timezone.now())
    except services.DataExportRefused as error:
        messages.info(request, _REFUSALS[error.refusal])
    return HttpResponseRedirect(reverse("selfservice:account_privacy"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.EXPORT_DATA)
def data_export(request: CustomerRequest, export_id: str) -> HttpResponse:
    """Say what the file holds, and hand it out with a POST, so that opening a mailed link downloads nothing.

    Raises:
        Http404: when the login has no such export.

    """
    exports = DataExport.objects.filter(user=request.user).select_related("user", "file")
    export = get_object_or_404(exports, public_id=export_id)
    now = timezone.now()
    if export.ready_at is None:
        return HttpResponseRedirect(reverse("selfservice:account_privacy"), status=303)
    if not is_open(export, links_of(request.user), now=now):
        return _gone(request)
    if request.method != "POST":
        context = {
            "portal": get_account(request),
            "export": export,
            "overview": OVERVIEW,
            "readings": READINGS,
            "topics": TOPICS,
        }
        return render(request, "selfservice/account/data_export.html", context)
    try:
        handed_out = services.hand_out(export, now=now)
    except services.DataExportGone:
        return _gone(request)
    return content_response(handed_out.content, media_type="application/zip", name=handed_out.file_name)


def _gone(request: CustomerRequest) -> HttpResponse:
    context = {"portal": get_account(request)}
    return render(request, "selfservice/account/data_export_gone.html", context, status=410)
