"""``/konto/sicherheit/passkeys/…``: adding, renaming and removing passkeys (ux.md K4)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.passkeys import options_to_add, rename_passkey
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.new_recovery_codes import keep_codes
from kundenportal.ui.factor_removal import remove_factor_of
from kundenportal.ui.forms.second_factors import NewPasskeyForm, PasskeyNameForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.new_factors import add_passkey_of


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_passkeys_add(request: CustomerRequest) -> HttpResponse:
    """Name a new passkey and take what the device made; the first factor brings recovery codes."""
    now, data = timezone.now(), request.POST if request.method == "POST" else None
    form = NewPasskeyForm(data, device=device_name(request))
    codes = add_passkey_of(request, request.user, form, now=now)
    if codes is not None:
        keep_codes(request, codes, now=now)
        messages.success(
            request, _("Der Passkey ist hinzugefügt. Auf anderen Geräten haben wir Sie abgemeldet.")
        )
        next_page = "account_recovery_codes" if codes else "account_security"
        return HttpResponseRedirect(reverse(f"selfservice:{next_page}"), status=303)
    context = {"portal": get_account(request), "form": form, "is_first": not factors_of(request.user).count}
    status = 422 if form.errors else 200
    return render(request, "selfservice/security/add_passkey.html", context, status=status)


@require_safe
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_passkeys_add_options(request: CustomerRequest) -> HttpResponse:
    """Tell the script of the page what the device shall make."""
    return JsonResponse(options_to_add(request.user, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_passkey_rename(request: CustomerRequest, passkey_id: str) -> HttpResponse:
    """Give a passkey another name.

    Raises:
        Http404: when the login has no such passkey.

    """
    passkey = get_object_or_404(request.user.passkeys, public_id=passkey_id)
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial={"name": passkey.name})
    if form.is_valid():
        rename_passkey(passkey, name=form.cleaned_data["name"], now=timezone.now())
        messages.success(request, _("Der Name ist gespeichert."))
        return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
    context = {"portal": get_account(request), "form": form, "passkey": passkey}
    status = 422 if form.errors else 200
    return render(request, "selfservice/security/rename_passkey.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_FACTORS)
def account_passkey_remove(request: CustomerRequest, passkey_id: str) -> HttpResponse:
    """Say what removing a passkey means, then remove it.

    Raises:
        Http404: when the login has no such passkey.

    """
    passkey = get_object_or_404(request.user.passkeys, public_id=passkey_id)
    context = {"portal": get_account(request), "passkey": passkey, "factors": factors_of(request.user)}
    if request.method != "POST":
        return render(request, "selfservice/security/remove_passkey.html", context)
    if not remove_factor_of(request, passkey, now=timezone.now()):
        return render(request, "selfservice/security/last_factor.html", context, status=409)
    messages.success(request, _("Der Passkey ist entfernt. Auf anderen Geräten haben wir Sie abgemeldet."))
    return HttpResponseRedirect(reverse("selfservice:account_security"), status=303)
