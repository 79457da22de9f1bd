"""``/konto/bestaetigen/passkey/``: a passkey in the place of the password, before a sensitive act."""

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kundenportal.identity.factors.passkeys import options_to_confirm
from kundenportal.identity.fresh import ProvedBy, note_proof
from kundenportal.identity.local_paths import next_path
from kundenportal.selfservice.access import CustomerRequest, customer_required
from kundenportal.ui.second_step import shows_own_passkey
from kundenportal.ui.ways_back import with_way


@require_safe
@customer_required
def confirm_identity_passkey_options(request: CustomerRequest) -> HttpResponse:
    """Tell the script of the page what to ask the device for."""
    return JsonResponse(options_to_confirm(request.user, now=timezone.now()))


@require_POST
@customer_required
def confirm_identity_passkey(request: CustomerRequest) -> HttpResponse:
    """Take a passkey's answer, then lead back to what was begun."""
    now = timezone.now()
    if not shows_own_passkey(request, request.user, now=now):
        return HttpResponseRedirect(with_way(request, "confirm_identity"), status=303)
    note_proof(request, by=ProvedBy.PASSKEY, now=now)
    return HttpResponseRedirect(next_path(request, otherwise=reverse("selfservice:account")), status=303)
