"""``/anmelden/bestaetigen/``: the second step of signing in (ux.md P1)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.passkeys import options_to_confirm
from kundenportal.identity.factors.second_step import (
    confirm_with_app,
    confirm_with_recovery_code,
)
from kundenportal.identity.pending_sign_in import PendingSignIn
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.forms.second_factors import (
    CODE_REFUSED,
    RECOVERY_CODE_REFUSED,
    AppCodeForm,
    RecoveryCodeForm,
)
from kundenportal.ui.second_step import check_code, pending_required, shows_own_passkey
from kundenportal.ui.ways_back import with_way


@require_http_methods(["GET", "HEAD", "POST"])
@pending_required
def confirm_sign_in(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Ask for the code of the app or for a passkey, whichever the login has; then lead into the portal."""
    factors = factors_of(pending.user)
    if not factors.count:
        return HttpResponseRedirect(with_way(request, "confirm_device"), status=303)
    now, form = timezone.now(), AppCodeForm(request.POST if request.method == "POST" else None)
    status = check_code(
        form,
        "code",
        refused=CODE_REFUSED,
        confirm=lambda code: confirm_with_app(pending.user, code=code, device=device_name(request), now=now),
    )
    if status == 303:
        return complete_sign_in(request, pending.user, is_proven=pending.is_proven, now=now)
    context = {"form": form, "factors": factors}
    return render(request, "selfservice/confirm_sign_in/page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@pending_required
def confirm_sign_in_recovery(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Ask for a recovery code instead, then lead into the portal."""
    now, form = timezone.now(), RecoveryCodeForm(request.POST if request.method == "POST" else None)
    status = check_code(
        form,
        "recovery_code",
        refused=RECOVERY_CODE_REFUSED,
        confirm=lambda code: confirm_with_recovery_code(
            pending.user, code=code, device=device_name(request), now=now
        ),
    )
    if status == 303:
        return complete_sign_in(request, pending.user, is_proven=pending.is_proven, now=now)
    return render(request, "selfservice/confirm_sign_in/recovery.html", {"form": form}, status=status)


@require_safe
@pending_required
def confirm_sign_in_passkey_options(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:  # noqa: ARG001
    """Tell the script of the page what to ask the device for."""
    return JsonResponse(options_to_confirm(pending.user, now=timezone.now()))


@require_POST
@pending_required
def confirm_sign_in_passkey(request: HttpRequest, pending: PendingSignIn) -> HttpResponse:
    """Take a passkey's answer, then lead into the portal."""
    now = timezone.now()
    if not shows_own_passkey(request, pending.user, now=now):
        return HttpResponseRedirect(with_way(request, "confirm_sign_in"), status=303)
    return complete_sign_in(request, pending.user, now=now)
