"""``/sitzung/verlaengern/``: the answer to "Sind Sie noch da?" (ux.md 1.0, "Session")."""

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from kundenportal.identity.sessions import seconds_left
from kundenportal.selfservice.access import CustomerRequest, customer_required


@require_POST
@customer_required
def extend_session(request: CustomerRequest) -> HttpResponse:
    """Say for how many seconds the session goes on now; that somebody asks was activity enough."""
    return JsonResponse({"seconds": seconds_left(request, now=timezone.now())})
