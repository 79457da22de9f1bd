"""``/verwaltung/zugang/<token>/``: setting up an access by its link, in two pages and one act."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import for_visitors
from kundenportal.backoffice.chosen_access import ChosenAccess, keep_choice, kept_choice
from kundenportal.backoffice.forms.access_link import AccessForm
from kundenportal.backoffice.signing_in import complete_sign_in
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.authenticator_app import (
    ProvenApp,
    SetupExpired,
    WrongCode,
    prove_app,
)
from kundenportal.identity.factors.passkeys import options_to_add, read_new_passkey
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import StaffMember
from kundenportal.identity.password_hashing import hash_password
from kundenportal.identity.staff.set_up import AccessLinkExpired, ProvenPasskey, member_of_link, set_up_access
from kundenportal.ui.forms.second_factors import CODE_REFUSED, AppSetupForm, NewPasskeyForm
from kundenportal.ui.new_factors import PASSKEY_NOT_MADE, shown_setup

LinkView = Callable[[HttpRequest, str, StaffMember], HttpResponse]


def good_link_required(view: LinkView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Let only the holder of a good link in; looking at it uses nothing up."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        member = member_of_link(token, now=timezone.now())
        return view(request, token, member) if member else _expired(request)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
@good_link_required
def access_link(request: HttpRequest, token: str, member: StaffMember) -> HttpResponse:
    """Ask for name and password; they count only with the second factor of the next page."""
    form = AccessForm(request.POST if request.method == "POST" else None, member=member)
    if not form.is_valid():
        context = {"form": form, "member": member, "username": member.user.email}
        return render(
            request, "backoffice/access_link/name.html", context, status=422 if form.is_bound else 200
        )
    chosen = ChosenAccess(form.cleaned_data["name"], hash_password(form.cleaned_data["password"]))
    keep_choice(request, token, chosen, now=timezone.now())
    return _to("access_link_factor", token)


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
@good_link_required
def access_link_factor(request: HttpRequest, token: str, member: StaffMember) -> HttpResponse:
    """Show the key of an app and take its first code, then sign in; a passkey is offered beside it."""
    now = timezone.now()
    if kept_choice(request, token, now=now) is None:
        return _to("access_link", token)
    if request.method != "POST":
        return _factor_page(request, token, member, AppSetupForm())
    form = AppSetupForm(request.POST)
    if not form.is_valid():
        return _factor_page(request, token, member, form)
    code, setup = form.cleaned_data["code"], form.cleaned_data["setup_token"]
    try:
        return _set_up(request, token, prove_app(member.user, setup=setup, code=code, now=now))
    except WrongCode:
        form.add_error("code", CODE_REFUSED)
    except SetupExpired:
        form.add_error(
            "code", _("Der Schlüssel war abgelaufen. Bitte richten Sie Ihre App mit dem neuen ein.")
        )
    return _factor_page(request, token, member, form)


@require_safe
@for_visitors
@good_link_required
def access_link_passkey_options(request: HttpRequest, token: str, member: StaffMember) -> HttpResponse:  # noqa: ARG001
    """Tell the script of the page what the device shall make."""
    return JsonResponse(options_to_add(member.user, now=timezone.now()))


@require_POST
@for_visitors
@good_link_required
def access_link_passkey(request: HttpRequest, token: str, member: StaffMember) -> HttpResponse:
    """Take the passkey that the device made, then sign in."""
    now, device = timezone.now(), device_name(request)
    if kept_choice(request, token, now=now) is None:
        return _to("access_link", token)
    passkey = NewPasskeyForm(request.POST, device=device)
    try:
        credential = passkey.cleaned_data["credential"] if passkey.is_valid() else ""
        answer = read_new_passkey(member.user, credential, now=now)
        return _set_up(request, token, ProvenPasskey(answer, passkey.cleaned_data["name"]))
    except PasskeyRefused:
        if not passkey.errors:
            passkey.add_error(None, str(PASSKEY_NOT_MADE))
    return _factor_page(request, token, member, AppSetupForm(), passkey=passkey)


def _set_up(request: HttpRequest, token: str, factor: ProvenApp | ProvenPasskey) -> HttpResponse:
    now = timezone.now()
    chosen = kept_choice(request, token, now=now)
    assert chosen is not None, "the view has looked"
    try:
        user = set_up_access(
            token=token,
            name=chosen.name,
            password_hash=chosen.password_hash,
            factor=factor,
            device=device_name(request),
            now=now,
        )
    except AccessLinkExpired:
        return _expired(request)
    return complete_sign_in(request, user, now=now, is_news=False)


def _factor_page(
    request: HttpRequest,
    token: str,
    member: StaffMember,
    form: AppSetupForm,
    *,
    passkey: NewPasskeyForm | None = None,
) -> HttpResponse:
    """Draw the page; a key that is too old gives way to a new one, so that the next code can fit."""
    context = {
        "token": token,
        "form": form,
        "setup": shown_setup(member.user, form, now=timezone.now()),
        "passkey": passkey or NewPasskeyForm(device=device_name(request)),
        "has_errors": passkey is not None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/access_link/factor.html", context, status=status)


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "backoffice/access_link/expired.html", status=410)


def _to(name: str, token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"backoffice:{name}", args=[token]), status=303)
