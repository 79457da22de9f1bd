"""The start of the back office, the answer to "Sind Sie noch da?", and forms that a proof interrupted."""

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.navigation import links_for
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.identity.kept_forms import kept_form_of
from kundenportal.identity.sessions import seconds_left


@require_safe
@staff_required(Permission.OWN_ACCESS)
def root(request: StaffRequest) -> HttpResponse:
    """Lead to the first screen that the role may open."""
    return HttpResponseRedirect(links_for(request.member, "")[0].url)


@require_POST
@staff_required(Permission.OWN_ACCESS)
def extend_session(request: StaffRequest) -> HttpResponse:
    """Say for how many seconds the session goes on now; that somebody asks was activity enough."""
    return JsonResponse({"seconds": seconds_left(request, now=timezone.now())})


@require_safe
@staff_required(Permission.OWN_ACCESS)
def continue_form(request: StaffRequest, form_id: str) -> HttpResponse:
    """Show that what was typed is still there, with a button that sends it to where it was going.

    Raises:
        Http404: when the form is another login's, or was kept for an hour.

    """
    typed = kept_form_of(request.user, form_id, now=timezone.now())
    if typed is None:
        raise Http404
    return render_page(request, "backoffice/continue_form.html", {"typed": typed})
