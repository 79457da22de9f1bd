"""``/verwaltung/mein-zugang/…``: adding a passkey or an app and removing one, but never the last."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission
from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.authenticator_app import HasAppAlready
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.passkeys import options_to_add
from kundenportal.identity.models import AuthenticatorApp
from kundenportal.ui.factor_removal import remove_factor_of
from kundenportal.ui.forms.second_factors import AppSetupForm, NewPasskeyForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.new_factors import add_app_of, add_passkey_of, shown_setup

PASSKEY_ADDED = _("Der Passkey ist hinzugefügt. Auf anderen Geräten haben wir Sie abgemeldet.")
PASSKEY_REMOVED = _("Der Passkey ist entfernt. Auf anderen Geräten haben wir Sie abgemeldet.")
APP_ADDED = _("Ihre Authenticator-App ist eingerichtet. Auf anderen Geräten haben wir Sie abgemeldet.")
APP_REMOVED = _("Die Authenticator-App ist entfernt. Auf anderen Geräten haben wir Sie abgemeldet.")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def own_access_passkey(request: StaffRequest) -> HttpResponse:
    """Name a new passkey and take what the device made."""
    data = request.POST if request.method == "POST" else None
    form = NewPasskeyForm(data, device=device_name(request))
    if add_passkey_of(request, request.user, form, now=timezone.now()) is not None:
        return _done(request, PASSKEY_ADDED)
    status = 422 if form.errors else 200
    return render_page(request, "backoffice/own_factors/add_passkey.html", {"form": form}, status=status)


@require_safe
@staff_required(Permission.OWN_ACCESS)
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def own_access_passkey_options(request: StaffRequest) -> HttpResponse:
    """Tell the script of the page what the device shall make."""
    return JsonResponse(options_to_add(request.user, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def own_access_passkey_remove(request: StaffRequest, passkey_id: str) -> HttpResponse:
    """Say what removing a passkey means, then remove it; the last factor stays.

    Raises:
        Http404: when the member has no such passkey.

    """
    passkey = get_object_or_404(request.user.passkeys, public_id=passkey_id)
    if request.method != "POST":
        return _remove_page(request, name=passkey.name)
    if not remove_factor_of(request, passkey, now=timezone.now()):
        return _remove_page(request, name=passkey.name, status=409)
    return _done(request, PASSKEY_REMOVED)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def own_access_app(request: StaffRequest) -> HttpResponse:
    """Show the key of a new app, and take its first code; nothing is stored before that.

    Raises:
        Http404: when the member has an app; it must be removed first.

    """
    now, form = timezone.now(), AppSetupForm(request.POST if request.method == "POST" else None)
    if factors_of(request.user).app:
        raise Http404
    try:
        is_added = add_app_of(request, request.user, form, now=now) is not None
    except HasAppAlready:
        raise Http404 from None
    if is_added:
        return _done(request, APP_ADDED)
    context = {"form": form, "setup": shown_setup(request.user, form, now=now)}
    status = 422 if form.errors else 200
    return render_page(request, "backoffice/own_factors/add_app.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.OWN_ACCESS)
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def own_access_app_remove(request: StaffRequest) -> HttpResponse:
    """Say what removing the app means, then remove it; the last factor stays.

    Raises:
        Http404: when the member has none.

    """
    app = get_object_or_404(AuthenticatorApp, user=request.user)
    if request.method != "POST":
        return _remove_page(request)
    if not remove_factor_of(request, app, now=timezone.now()):
        return _remove_page(request, status=409)
    return _done(request, APP_REMOVED)


def _remove_page(request: StaffRequest, *, name: str = "", status: int = 200) -> HttpResponse:
    """Draw the question; ``name`` is that of a passkey, empty for the app."""
    context = {"name": name, "is_last": factors_of(request.user).count == 1}
    return render_page(request, "backoffice/own_factors/remove.html", context, status=status)


def _done(request: StaffRequest, text: str | Promise) -> HttpResponse:
    messages.success(request, str(text))
    return HttpResponseRedirect(reverse("backoffice:own_access"), status=303)
