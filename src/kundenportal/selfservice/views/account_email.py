"""``/konto/email/``: changing the e-mail address, and the link that confirms it (guide 94-96; ux.md K2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.identity.acts import SensitiveAct
from kundenportal.identity.change_email import (
    EmailLinkExpired,
    TooManyEmailChanges,
    confirm_email_change,
    email_change_of,
    request_email_change,
    stop_email_change,
    waiting_email_change,
)
from kundenportal.identity.device_names import device_name
from kundenportal.identity.password_check import TooManyWrongPasswords, WrongPassword
from kundenportal.linking.holds import held_links
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.account import ChangeEmailForm
from kundenportal.ui.fresh_authentication import fresh_authentication_required
from kundenportal.ui.own_password import refuse_password


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.CHANGE_EMAIL)
def account_email(request: CustomerRequest) -> HttpResponse:
    """Take a new address; it becomes the login's when its mailbox confirms. A restricted login waits."""
    if held := held_links(request.user, now=timezone.now()):
        context = {"portal": get_account(request), "held": held}
        return render(request, "selfservice/account/email_held.html", context)
    data = request.POST if request.method == "POST" else None
    form = ChangeEmailForm(data, current_email=request.user.email)
    if not form.is_valid():
        return _page(request, form, status=422 if form.is_bound else 200)
    try:
        request_email_change(
            request.user,
            new_email=form.cleaned_data["email"],
            current_password=form.cleaned_data["current_password"],
            device=device_name(request),
            now=timezone.now(),
        )
    except (WrongPassword, TooManyWrongPasswords) as error:
        return refuse_password(request, request.user, form, error, page=_page)
    except TooManyEmailChanges:
        form.add_error(
            "email",
            _("Sie haben die Adresse gerade schon mehrmals geändert. Bitte versuchen Sie es später wieder."),
        )
        return _page(request, form, status=429)
    return HttpResponseRedirect(reverse("selfservice:account_email"), status=303)


@require_POST
@customer_required
def account_email_stop(request: CustomerRequest) -> HttpResponse:
    """Stop the change that waits; the address stays what it is."""
    stop_email_change(request.user, now=timezone.now())
    messages.success(request, _("Ihre E-Mail-Adresse bleibt, wie sie ist."))
    return HttpResponseRedirect(reverse("selfservice:account_email"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a new address by the link in its mailbox, without a sign-in. A GET changes nothing."""
    now = timezone.now()
    if email_change_of(token, now=now) is None:
        return _expired(request)
    if request.method != "POST":
        return render(request, "selfservice/account/email_confirm.html")
    try:
        user = confirm_email_change(token=token, session_key=request.session.session_key, now=now)
    except EmailLinkExpired:
        return _expired(request)
    messages.success(
        request, _("Ihre neue E-Mail-Adresse gilt jetzt. Auf anderen Geräten haben wir Sie abgemeldet.")
    )
    target = "account_email" if request.user.pk == user.pk else "sign_in"
    return HttpResponseRedirect(reverse(f"selfservice:{target}"), status=303)


def _page(request: CustomerRequest, form: ChangeEmailForm, *, status: int) -> HttpResponse:
    waiting = waiting_email_change(request.user, now=timezone.now())
    context = {"portal": get_account(request), "form": form, "waiting": waiting}
    return render(request, "selfservice/account/email.html", context, status=status)


def _expired(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/account/email_expired.html", status=410)
