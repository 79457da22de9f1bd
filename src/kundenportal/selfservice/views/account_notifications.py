"""``/konto/benachrichtigungen/``: which mails one gets, in which language; how invoices come (ux.md K6)."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.privacy import services
from kundenportal.privacy.consents import news_consent
from kundenportal.privacy.mail_choices import wanted_categories
from kundenportal.privacy.models import Consent
from kundenportal.privacy.wordings import WORDINGS
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.notifications import NotificationsForm, OnlineInvoicesForm
from kundenportal.selfservice.invoice_ways import InvoiceWay, invoice_ways


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def account_notifications(request: CustomerRequest) -> HttpResponse:
    """Show what one gets, and store what is ticked."""
    if request.method != "POST":
        return _page(request, None)
    form = NotificationsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        asks_first = services.choose_mails(
            user=request.user,
            wanted=form.wanted(),
            language=form.cleaned_data["language"],
            now=timezone.now(),
        )
    except services.TooManyConsents:
        form.add_error(
            "news", _("Sie haben die Neuigkeiten heute schon mehrmals bestellt. Morgen geht es wieder.")
        )
        return _page(request, form, status=429)
    messages.success(request, _("Ihre Auswahl ist gespeichert."))
    if asks_first:
        messages.info(request, _("Bitte bestätigen Sie die Neuigkeiten noch mit dem Link in unserer E-Mail."))
    return HttpResponseRedirect(reverse("selfservice:account_notifications"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def online_invoices(request: CustomerRequest, link_id: str) -> HttpResponse:
    """Say what it means to get invoices online only, and take the consent.

    Raises:
        Http404: when the login has no such grant, or the contract is over.

    """
    now = timezone.now()
    ways = invoice_ways(request.user, now=now)
    way = next((each for each in ways if each.link.public_id == link_id), None)
    if way is None:
        raise Http404
    if way.is_held or way.consent:
        return HttpResponseRedirect(reverse("selfservice:account_notifications"), status=303)
    form = OnlineInvoicesForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _online_page(request, way, form, status=422 if form.is_bound else 200)
    try:
        services.agree_to_online_invoices(user=request.user, link=way.link, now=now)
    except services.ConsentRefused:
        messages.info(request, _("Für diese Kundennummer geht das gerade nicht."))
    except services.TooManyConsents:
        form.add_error("agrees", _("Das haben Sie heute schon mehrmals geändert. Morgen geht es wieder."))
        return _online_page(request, way, form, status=429)
    else:
        messages.success(request, _("Ihre Rechnungen kommen jetzt nur noch online."))
    return HttpResponseRedirect(reverse("selfservice:account_notifications"), status=303)


def _page(request: CustomerRequest, form: NotificationsForm | None, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    news = news_consent(request.user, now=now)
    chosen = {category.value: True for category in wanted_categories(request.user)}
    present = {"language": request.user.language, "news": news is not None} | chosen
    context = {
        "portal": get_account(request),
        "form": form or NotificationsForm(initial=present),
        "waiting_news": news if news and news.given_at is None else None,
        "invoice_ways": invoice_ways(request.user, now=now),
    }
    return render(request, "selfservice/account/notifications.html", context, status=status)


def _online_page(
    request: CustomerRequest, way: InvoiceWay, form: OnlineInvoicesForm, *, status: int
) -> HttpResponse:
    wording = WORDINGS[Consent.Kind.ONLINE_INVOICES].text
    context = {"portal": get_account(request), "link": way.link, "form": form, "wording": wording}
    return render(request, "selfservice/account/online_invoices.html", context, status=status)
