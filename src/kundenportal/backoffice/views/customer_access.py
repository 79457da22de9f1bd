"""What one does for the access of a customer: each act says first what will happen, and is one POST."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.confirming import unless_confirmed
from kundenportal.backoffice.forms.confirming import ConfirmForm
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission
from kundenportal.customer_care.access import access_of, linked_customers
from kundenportal.customer_care.selectors import customer_named
from kundenportal.customer_care.services import look_at_customer
from kundenportal.customers.models import Customer
from kundenportal.identity.end_devices import end_all_devices
from kundenportal.identity.factors.removal import NothingToRemove, remove_all_factors
from kundenportal.identity.locking import NotLockable, NotLocked, lock_login, unlock_login
from kundenportal.identity.models import User
from kundenportal.linking.services import (
    LetterOnItsWay,
    NoAddress,
    NoLetter,
    SentOften,
    address_of_access_data,
    restrict_until_letter,
    send_access_data,
)

Result = TypeVar("Result")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_ACCESS)
def customers_access_data(request: StaffRequest, slug: str) -> HttpResponse:
    """Send the customer a link, to the address on file."""
    customer = found_or_404(customer_named, slug)
    if request.method != "POST":
        access = access_of(customer, now=timezone.now())
        to = address_of_access_data(customer, access.user)
        return _ask(request, customer, "access_data", {"to": to, "user": access.user})
    try:
        address = send_access_data(customer, actor=request.user.actor, now=timezone.now())
    except NoAddress:
        return _not_done(request, customer, _("Wir kennen keine E-Mail-Adresse für Zugangsdaten."))
    except SentOften:
        return _not_done(request, customer, _("Heute gingen schon fünfmal Zugangsdaten hinaus."))
    return _done(request, customer, _("Die Zugangsdaten gehen an %(address)s.") % {"address": address})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_ACCESS)
def customers_end_sessions(request: StaffRequest, slug: str) -> HttpResponse:
    """Sign the customer out everywhere."""
    return _act(request, slug, "end_sessions", end_all_devices, done=_signed_out)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_ACCESS)
def customers_lock(request: StaffRequest, slug: str) -> HttpResponse:
    """Lock the customer's access."""
    return _act(
        request,
        slug,
        "lock",
        lock_login,
        done=lambda _nothing: _("Der Zugang ist gesperrt. Der Kunde bekommt eine E-Mail."),
        refusal=NotLockable,
        why_not=_("Der Zugang ist schon gesperrt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_ACCESS)
def customers_unlock(request: StaffRequest, slug: str) -> HttpResponse:
    """Open the customer's access again."""
    return _act(
        request,
        slug,
        "unlock",
        unlock_login,
        done=lambda _nothing: _("Der Zugang ist wieder offen. Der Kunde bekommt eine E-Mail."),
        refusal=NotLocked,
        why_not=_("Der Zugang ist nicht gesperrt."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.CHANGE_ACCESS)
def customers_letter(request: StaffRequest, slug: str) -> HttpResponse:
    """Restrict the access until the customer enters the code of a letter."""
    customer = found_or_404(customer_named, slug)
    if request.method != "POST":
        return _ask(request, customer, "letter")
    try:
        restrict_until_letter(customer, actor=request.user.actor, now=timezone.now())
    except LetterOnItsWay:
        return _not_done(request, customer, _("Ein Brief ist schon unterwegs. Sein Code gilt noch."))
    except NoLetter:
        text = _(
            "Ein Brief ist nicht möglich: Es gibt keinen offenen Zugang, wir kennen keine Anschrift seit "
            "30 Tagen, oder der Kunde hat in 90 Tagen schon drei Briefe bekommen."
        )
        return _not_done(request, customer, text)
    return _done(request, customer, _("Der Brief wird gedruckt. Bis zum Code ist der Zugang eingeschränkt."))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.REMOVE_FACTORS)
def customers_factors(request: StaffRequest, slug: str) -> HttpResponse:
    """Remove the second factors of a customer who lost them, with the own password."""
    customer = found_or_404(customer_named, slug)
    user = _user_of(customer)
    if user is None:
        return _not_done(request, customer, _no_access())
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if refused := unless_confirmed(request, form, partial(_ask_for_password, customer=customer)):
        return refused
    try:
        remove_all_factors(user, actor=request.user.actor, customer_id=customer.pk, now=timezone.now())
    except NothingToRemove:
        return _not_done(request, customer, _("Der Zugang hat keinen zweiten Faktor."))
    return _done(request, customer, _("Die zweiten Faktoren sind entfernt. Der Kunde bekommt eine E-Mail."))


def _act(
    request: StaffRequest,
    slug: str,
    name: str,
    act: Callable[..., Result],
    *,
    done: Callable[[Result], str],
    refusal: type[Exception] | tuple[()] = (),
    why_not: str = "",
) -> HttpResponse:
    """Ask, and then do something with a customer's login.

    Args:
        request: the request; it is done when it is a POST.
        slug: the customer's part of the address.
        name: the page that says what will happen.
        act: what is done: gets the login, who does it, the customer's id and the moment.
        done: says what came of it.
        refusal: what ``act`` raises when it cannot be done; nothing if it always can.
        why_not: what is said then.

    """
    customer = found_or_404(customer_named, slug)
    user = _user_of(customer)
    if user is None:
        return _not_done(request, customer, _no_access())
    if request.method != "POST":
        return _ask(request, customer, name)
    try:
        result = act(user, actor=request.user.actor, customer_id=customer.pk, now=timezone.now())
    except refusal:
        return _not_done(request, customer, why_not)
    return _done(request, customer, done(result))


def _signed_out(count: int) -> str:
    text = ngettext("%(count)s Gerät ist abgemeldet.", "%(count)s Geräte sind abgemeldet.", count)
    return text % {"count": count}


def _user_of(customer: Customer) -> User | None:
    return access_of(customer, now=timezone.now()).user


def _no_access() -> str:
    return _("Der Kunde hat keinen Zugang zum Kundenportal.")


def _ask(
    request: StaffRequest,
    customer: Customer,
    act: str,
    more: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Say what will happen, and ask."""
    now = timezone.now()
    look_at_customer(customer, member=request.member, now=now)
    access = access_of(customer, now=now)
    linked = linked_customers(access, but=customer)
    context = {"customer": customer, "access": access, "linked": linked, **(more or {})}
    return render_page(request, f"backoffice/customers/acts/{act}.html", context, status=status)


def _ask_for_password(
    request: StaffRequest, form: ConfirmForm, *, status: int, customer: Customer
) -> HttpResponse:
    more = {"form": form, "username": request.user.email}
    return _ask(request, customer, "factors", more, status=status)


def _done(request: StaffRequest, customer: Customer, text: str) -> HttpResponse:
    messages.success(request, text)
    return _to_customer(customer)


def _not_done(request: StaffRequest, customer: Customer, reason: str) -> HttpResponse:
    messages.warning(request, _("%(reason)s Es wurde nichts geändert.") % {"reason": reason})
    return _to_customer(customer)


def _to_customer(customer: Customer) -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:customers_customer", args=[customer.slug]), status=303)
