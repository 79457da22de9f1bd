"""``/registrieren/`` and the link of its mail, ``/passwort-festlegen/<token>/`` (guide 5, 18; ux.md P2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.identity.client_address import client_address
from kundenportal.linking import services
from kundenportal.linking.password_links import own_data_of_registration
from kundenportal.linking.registrations import OpenRegistration, open_registration
from kundenportal.linking.rules import Proof
from kundenportal.selfservice.forms.passwords import LetterProofForm, MeterProofForm
from kundenportal.selfservice.forms.registration import RegistrationForm
from kundenportal.selfservice.signing_in import complete_sign_in
from kundenportal.ui.forms.passwords import NewPasswordForm

_FORMS: dict[Proof, type[NewPasswordForm]] = {
    Proof.NOTHING: NewPasswordForm,
    Proof.METER: MeterProofForm,
    Proof.LETTER: LetterProofForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Take number, name and address; the answer is the same whatever they are."""
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "selfservice/registration/register.html", {"form": form})
    if not form.is_valid() or form.email_hint:
        return render(request, "selfservice/registration/register.html", {"form": form}, status=422)
    services.request_registration(
        **form.cleaned_data,
        language=get_language() or "de",
        address=client_address(request),
        now=timezone.now(),
    )
    return _sent_redirect()


@require_safe
def register_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens next."""
    return render(request, "selfservice/registration/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password of a registration and sign in; ask for proof where the master data do not suffice.

    Opening the page changes nothing: mail scanners follow links, too.
    """
    opened = open_registration(token, now=timezone.now())
    if opened is None:
        return _expired(request, token)
    if opened.is_locked:
        return _locked(request)
    if opened.proof is Proof.LETTER and not opened.is_letter_requested:
        return render(request, "selfservice/registration/ask_letter.html", {"token": token})
    form = _FORMS[opened.proof](
        request.POST if request.method == "POST" else None,
        own_data=own_data_of_registration(opened.registration),
    )
    if request.method == "POST" and form.is_valid():
        return _complete(request, token, opened, form)
    return _password_page(request, opened, form)


@require_POST
@cache_control(no_store=True, private=True)
def request_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the activation code by post."""
    try:
        services.request_letter(token=token, now=timezone.now())
    except services.LinkExpired:
        return _expired(request, token)
    except services.ProofLocked:
        return _locked(request)
    messages.success(
        request,
        _("Wir schicken Ihnen einen Freischaltcode per Brief an die uns bekannte Anschrift."),
    )
    return HttpResponseRedirect(reverse("selfservice:set_password", args=[token]), status=303)


@require_POST
def renew_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send a new link for an expired one; the answer is the same whatever the link was."""
    services.renew_registration(token=token, address=client_address(request), now=timezone.now())
    return _sent_redirect()


def _complete(
    request: HttpRequest, token: str, opened: OpenRegistration, form: NewPasswordForm
) -> HttpResponse:
    """Complete the registration with a valid form and sign in, or say kindly why not."""
    now = timezone.now()
    given = {key: value for key, value in form.cleaned_data.items() if key != "password_repeat"}
    try:
        user = services.complete_registration(token=token, **given, now=now)
    except services.ProofFailed:
        form.add_error(*_proof_error(opened.proof))
        return _password_page(request, opened, form)
    except services.ProofLocked:
        return _locked(request)
    except services.LinkExpired:
        return _expired(request, token)
    except services.AlreadyRegistered:
        return render(request, "selfservice/registration/taken.html", status=409)
    response = complete_sign_in(request, user, is_new=True, now=now)
    messages.success(request, _("Ihr Passwort ist gespeichert. Sie sind jetzt angemeldet."))
    return response


def _proof_error(proof: Proof) -> tuple[str, str]:
    """Return the field of a wrong proof and what to say beside it."""
    if proof is Proof.METER:
        return "meter_number", _(
            "Diese Zählernummer passt nicht zu Ihrer Kundennummer. "
            "Sie steht auf dem Zähler neben dem Strichcode."
        )
    return "letter_code", _(
        "Der Freischaltcode stimmt nicht oder ist abgelaufen. Bitte vergleichen Sie ihn mit dem Brief."
    )


def _password_page(request: HttpRequest, opened: OpenRegistration, form: NewPasswordForm) -> HttpResponse:
    context = {"form": form, "customer_number": opened.registration.customer_number, "proof": opened.proof}
    status = 422 if form.errors else 200
    return render(request, "selfservice/registration/set_password.html", context, status=status)


def _expired(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "selfservice/registration/expired.html", {"token": token}, status=410)


def _locked(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/registration/locked.html", status=403)


def _sent_redirect() -> HttpResponse:
    return HttpResponseRedirect(reverse("selfservice:register_sent"), status=303)
