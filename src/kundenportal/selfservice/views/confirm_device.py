"""``/anmelden/bestaetigen/geraet/``: a mailed code on a new device (ux.md P1)."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.identity.device_codes import (
    DeviceCodeRefused,
    TooManyDeviceCodes,
    confirm_with_device_code,
    request_device_code,
)
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.overview import has_second_factor
from kundenportal.identity.pending_sign_in import PendingSignIn
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.forms.second_factors import CODE_REFUSED, DeviceCodeForm
from kundenportal.ui.second_step import pending_required
from kundenportal.ui.ways_back import with_way

PendingView = Callable[[HttpRequest, PendingSignIn], HttpResponse]


def without_factor(view: PendingView) -> PendingView:
    """Let only logins without a second factor in: a mailed code never stands in for one."""

    @wraps(view)
    def guarded(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
        if has_second_factor(pending.user):
            return HttpResponseRedirect(with_way(request, "confirm_sign_in"), status=303)
        return view(request, pending)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@pending_required
@without_factor
def confirm_device(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Offer to send a code and take it; then lead into the portal."""
    form = DeviceCodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        now = timezone.now()
        try:
            confirm_with_device_code(pending.user, code=form.cleaned_data["code"], now=now)
        except DeviceCodeRefused:
            form.add_error("code", CODE_REFUSED)
        else:
            return complete_sign_in(request, pending.user, is_proven=pending.is_proven, now=now)
    context = {"form": form, "email": pending.user.email}
    return render(
        request, "selfservice/confirm_sign_in/device.html", context, status=422 if form.errors else 200
    )


@require_POST
@pending_required
@without_factor
def send_device_code(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Send a code and say so."""
    try:
        request_device_code(pending.user, device=device_name(request), now=timezone.now())
    except TooManyDeviceCodes:
        messages.info(request, _("Ein Code ist schon unterwegs. Bitte sehen Sie auch im Spam-Ordner nach."))
    else:
        messages.success(request, _("Wir haben Ihnen einen Code gesendet. Er gilt 10 Minuten."))
    return HttpResponseRedirect(with_way(request, "confirm_device"), status=303)
