"""``/anmelden/passkey/``: signing in without number and password (ux.md P1, "Mit Passkey anmelden")."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from kundenportal.identity.areas import Area
from kundenportal.identity.factors.passkeys import (
    options_to_sign_in,
)
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.second_step import login_of_passkey
from kundenportal.ui.ways_back import with_way


@require_safe
@cache_control(no_store=True, private=True)
def sign_in_passkey_options(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Tell the script of the sign-in page what to ask the device for; nothing is stored."""
    return JsonResponse(options_to_sign_in(Area.CUSTOMERS, now=timezone.now()))


@require_POST
@cache_control(no_store=True, private=True)
def sign_in_passkey(request: HttpRequest) -> HttpResponse:
    """Sign the owner of a passkey in; the device saw finger, face or PIN, so no second step follows."""
    now = timezone.now()
    refused = _(
        "Die Anmeldung mit dem Passkey hat nicht geklappt. "
        "Bitte versuchen Sie es noch einmal oder melden Sie sich mit Ihrem Passwort an."
    )
    user = login_of_passkey(request, refused=refused, now=now)
    if user is None:
        return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
    return complete_sign_in(request, user, now=now)
