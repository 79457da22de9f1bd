"""``/verwaltung/anmelden/bestaetigen/``: the second step, an app's code or a passkey."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import for_visitors
from kundenportal.backoffice.signing_in import complete_sign_in
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.passkeys import options_to_confirm
from kundenportal.identity.factors.second_step import confirm_with_app
from kundenportal.identity.pending_sign_in import PendingSignIn
from kundenportal.ui.forms.second_factors import CODE_REFUSED, AppCodeForm
from kundenportal.ui.second_step import check_code, pending_required, shows_own_passkey
from kundenportal.ui.ways_back import with_way


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
@pending_required
def confirm_sign_in(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Ask for the code of the app or for a passkey, whichever the access has."""
    now, form = timezone.now(), AppCodeForm(request.POST if request.method == "POST" else None)
    status = check_code(
        form,
        "code",
        refused=CODE_REFUSED,
        confirm=lambda code: confirm_with_app(pending.user, code=code, device=device_name(request), now=now),
    )
    if status == 303:
        return complete_sign_in(request, pending.user, now=now)
    context = {"form": form, "factors": factors_of(pending.user)}
    return render(request, "backoffice/confirm_sign_in.html", context, status=status)


@require_safe
@for_visitors
@pending_required
def confirm_sign_in_passkey_options(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:  # noqa: ARG001
    """Tell the script of the page what to ask the device for."""
    return JsonResponse(options_to_confirm(pending.user, now=timezone.now()))


@require_POST
@for_visitors
@pending_required
def confirm_sign_in_passkey(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Take a passkey's answer."""
    now = timezone.now()
    if not shows_own_passkey(request, pending.user, now=now):
        return HttpResponseRedirect(with_way(request, "confirm_sign_in"), status=303)
    return complete_sign_in(request, pending.user, now=now)
