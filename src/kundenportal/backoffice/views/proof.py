"""``/verwaltung/mein-zugang/bestaetigen/``: proving again who is there, before a sensitive act."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.confirming import ProofForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.identity.fresh import ProvedBy, note_proof
from kundenportal.identity.local_paths import next_path


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
def confirm_identity(request: StaffRequest) -> HttpResponse:
    """Ask for the own password, then lead back to what was begun."""
    form = ProofForm(request.POST if request.method == "POST" else None)
    if asked := unless_confirmed(request, form, _page):
        return asked
    note_proof(request, by=ProvedBy.PASSWORD, now=timezone.now())
    return HttpResponseRedirect(next_path(request, otherwise=reverse("backoffice:own_access")), status=303)


def _page(request: StaffRequest, form: ProofForm, *, status: int) -> HttpResponse:
    context = {"form": form, "username": request.user.email}
    return render_page(request, "backoffice/confirm_identity.html", context, status=status)
