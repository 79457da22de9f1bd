"""``/konto/verknuepfen/`` and the pages behind it: linking accounts (guide lines 60 to 86; ux.md K1)."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.identity.acts import SensitiveAct
from kundenportal.linking import services
from kundenportal.linking.holds import held_links, may_link_further
from kundenportal.linking.link_requests import LinkStep, open_link_request, step_of, waiting_for_letter
from kundenportal.linking.models import LinkRequest
from kundenportal.linking.same_mailbox import logins_to_link
from kundenportal.linking.selectors import links_of
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.linking import (
    ConfirmLinkForm,
    LetterCodeForm,
    LinkForm,
    OtherPasswordForm,
)
from kundenportal.selfservice.link_refusals import refuse, too_many_tries
from kundenportal.ui.fresh_authentication import fresh_authentication_required

_FORMS: Mapping[LinkStep, type[forms.Form]] = {
    LinkStep.CONFIRMATION: ConfirmLinkForm,
    LinkStep.PASSWORD: OtherPasswordForm,
    LinkStep.LETTER: LetterCodeForm,
}


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def account_linking(request: CustomerRequest) -> HttpResponse:
    """List the linked accounts, and take number and meter of a further one."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _list_page(request, form, status=422 if form.is_bound else 200)
    try:
        link_request = services.request_link(user=request.user, **form.cleaned_data, now=timezone.now())
    except services.OwnAccount:
        form.add_error("customer_number", _("Das ist Ihr eigenes Konto."))
    except services.AlreadyLinked:
        form.add_error("customer_number", _("Dieses Konto ist schon verknüpft."))
    except services.AccessHeld:
        return HttpResponseRedirect(reverse("selfservice:account_linking"), status=303)
    except services.PairRefused:
        text = _("Diese beiden Nummern passen nicht zusammen. Bitte prüfen Sie beide.")
        form.add_error("meter_number", text)
    except services.TooManyLinkTries:
        form.add_error(None, too_many_tries())
        return _list_page(request, form, status=429)
    else:
        path = reverse("selfservice:account_linking_confirm", args=[link_request.public_id])
        return HttpResponseRedirect(path, status=303)
    return _list_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.LINK_ACCOUNT)
def account_linking_confirm(request: CustomerRequest, request_id: str) -> HttpResponse:
    """Say what linking does, ask for what is still missing, then link.

    Raises:
        Http404: when the request is another login's.

    """
    now = timezone.now()
    link_request = open_link_request(request.user, request_id, now=now)
    if link_request is None:
        return _gone(request, request_id)
    form = _FORMS[step_of(link_request)](request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _confirm_page(request, link_request, form, status=422 if form.is_bound else 200)
    try:
        customer = services.link_account(
            user=request.user, request_id=request_id, **form.cleaned_data, now=now
        )
    except (services.LinkExpired, services.LoginChanged):
        return _gone(request, request_id)
    except services.REFUSALS as refusal:
        return _confirm_page(request, link_request, form, status=refuse(form, refusal))
    text = _("%(number)s, %(name)s ist jetzt verknüpft.")
    values = {"number": customer.customer_number, "name": customer.full_name}
    messages.success(request, text % values)
    return _to_list()


@require_POST
@customer_required
@fresh_authentication_required(SensitiveAct.LINK_ACCOUNT)
def account_linking_letter(request: CustomerRequest, request_id: str) -> HttpResponse:
    """Ask for the code by post.

    Raises:
        Http404: when the request is another login's.

    """
    try:
        services.request_link_letter(user=request.user, request_id=request_id, now=timezone.now())
    except services.LinkExpired:
        return _gone(request, request_id)
    messages.success(
        request,
        _(
            "Wir schicken den Freischaltcode per Brief an die Anschrift, "
            "die wir zu diesem Kundenkonto kennen."
        ),
    )
    path = reverse("selfservice:account_linking_confirm", args=[request_id])
    return HttpResponseRedirect(path, status=303)


@require_POST
@customer_required
@fresh_authentication_required(SensitiveAct.LINK_ACCOUNT)
def account_linking_same_email(request: CustomerRequest) -> HttpResponse:
    """Link the other logins that share the proven address."""
    count = services.link_same_email(request.user, now=timezone.now())
    if count:
        messages.success(request, _("Die Kundenkonten mit Ihrer E-Mail-Adresse sind jetzt verknüpft."))
    return _to_list()


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
@fresh_authentication_required(SensitiveAct.UNLINK_ACCOUNT)
def account_linking_end(request: CustomerRequest, link_id: str) -> HttpResponse:
    """Ask whether an account shall leave the login, then unlink it.

    Raises:
        Http404: when the login holds no such grant.

    """
    links = links_of(request.user)
    link = next((each for each in links if each.public_id == link_id), None)
    if link is None:
        raise Http404
    if request.method != "POST":
        context = {"portal": get_account(request), "link": link, "is_last": len(links) == 1}
        return render(request, "selfservice/account/unlink.html", context)
    try:
        services.unlink_account(user=request.user, link_id=link_id, now=timezone.now())
    except services.LinkMissing:
        raise Http404 from None
    except services.LastAccount:
        messages.error(
            request,
            _("Das letzte Kundenkonto lässt sich nicht aufheben. Sie können Ihren Online-Zugang löschen."),
        )
        return HttpResponseRedirect(reverse("selfservice:account_privacy"), status=303)
    text = _("Die Verknüpfung zu %(number)s, %(name)s ist aufgehoben.")
    values = {"number": link.customer.customer_number, "name": link.customer.full_name}
    messages.success(request, text % values)
    return _to_list()


def _list_page(request: CustomerRequest, form: LinkForm, *, status: int) -> HttpResponse:
    now = timezone.now()
    context = {
        "portal": get_account(request),
        "form": form,
        "links": links_of(request.user),
        "held": held_links(request.user, now=now),
        "may_link": may_link_further(request.user, now=now),
        "waiting": waiting_for_letter(request.user, now=now),
        "same_email": logins_to_link(request.user, now=now),
    }
    return render(request, "selfservice/account/linking.html", context, status=status)


def _confirm_page(
    request: CustomerRequest, link_request: LinkRequest, form: forms.Form, *, status: int
) -> HttpResponse:
    context = {
        "portal": get_account(request),
        "form": form,
        "link_request": link_request,
        "step": step_of(link_request),
        "has_letter": link_request.letters.exists(),
    }
    return render(request, "selfservice/account/linking_confirm.html", context, status=status)


def _gone(request: CustomerRequest, request_id: str) -> HttpResponse:
    """Say that a request is over; one that never was this login's is not there."""
    if not request.user.link_requests.filter(public_id=request_id).exists():
        raise Http404
    context = {"portal": get_account(request)}
    return render(request, "selfservice/account/linking_gone.html", context, status=410)


def _to_list() -> HttpResponse:
    return HttpResponseRedirect(reverse("selfservice:account_linking"), status=303)
