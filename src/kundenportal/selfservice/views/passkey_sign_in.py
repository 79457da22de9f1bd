"""``/anmelden/passkey/``: signing in without number and password (ux.md P1, "Mit Passkey anmelden")."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from kundenportal.identity.areas import Area
from kundenportal.identity.client_address import client_address
from kundenportal.identity.factors.passkeys import (
    TooManyPasskeyTries,
    options_to_sign_in,
    sign_in_with_passkey,
)
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.forms.second_factors import CredentialForm
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
    form = CredentialForm(request.POST)
    now = timezone.now()
    try:
        credential = form.cleaned_data["credential"] if form.is_valid() else ""
        user = sign_in_with_passkey(
            area=Area.CUSTOMERS, credential=credential, address=client_address(request), now=now
        )
    except PasskeyRefused:
        messages.error(
            request,
            _(
                "Die Anmeldung mit dem Passkey hat nicht geklappt. "
                "Bitte versuchen Sie es noch einmal oder melden Sie sich mit Ihrem Passwort an."
            ),
        )
    except TooManyPasskeyTries:
        messages.error(request, _("Zu viele Versuche. Bitte warten Sie eine Minute."))
    else:
        return complete_sign_in(request, user, now=now)
    return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
