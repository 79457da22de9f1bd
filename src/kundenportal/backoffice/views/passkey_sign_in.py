"""``/verwaltung/anmelden/passkey/``: a passkey alone, which is both steps at once."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import for_visitors
from kundenportal.backoffice.signing_in import complete_sign_in
from kundenportal.identity.areas import Area
from kundenportal.identity.factors.passkeys import (
    options_to_sign_in,
)
from kundenportal.ui.second_step import login_of_passkey
from kundenportal.ui.ways_back import with_way


@require_safe
@for_visitors
def sign_in_passkey_options(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Tell the script of the sign-in page what to ask the device for; nothing is stored."""
    return JsonResponse(options_to_sign_in(Area.STAFF, now=timezone.now()))


@require_POST
@for_visitors
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Sign the owner of a passkey in; the device saw finger, face or PIN."""
    now = timezone.now()
    refused = _("Die Anmeldung mit dem Passkey hat nicht geklappt. Bitte versuchen Sie es noch einmal.")
    user = login_of_passkey(request, refused=refused, now=now)
    if user is None:
        return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
    return complete_sign_in(request, user, now=now)
