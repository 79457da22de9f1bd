"""``/verwaltung/anmelden/passkey/``: a passkey alone, which is both steps at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import for_visitors
from kundenportal.backoffice.signing_in import complete_sign_in
from kundenportal.identity.areas import Area
from kundenportal.identity.client_address import client_address
from kundenportal.identity.factors.passkeys import (
    TooManyPasskeyTries,
    options_to_sign_in,
    sign_in_with_passkey,
)
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.ui.forms.second_factors import CredentialForm
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
    form = CredentialForm(request.POST)
    now = timezone.now()
    try:
        user = sign_in_with_passkey(
            area=Area.STAFF,
            credential=form.cleaned_data["credential"] if form.is_valid() else "",
            address=client_address(request),
            now=now,
        )
    except PasskeyRefused:
        messages.error(
            request,
            _("Die Anmeldung mit dem Passkey hat nicht geklappt. Bitte versuchen Sie es noch einmal."),
        )
    except TooManyPasskeyTries:
        messages.error(request, _("Zu viele Versuche. Bitte warten Sie eine Minute."))
    else:
        return complete_sign_in(request, user, now=now)
    return HttpResponseRedirect(with_way(request, "sign_in"), status=303)
