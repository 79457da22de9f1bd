"""``/konto/freischalten/<id>/``: entering the code of a letter for a restricted account."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kundenportal.linking import services
from kundenportal.linking.addressees import letter_of
from kundenportal.linking.models import AccountLink
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.linking import LetterCodeForm
from kundenportal.selfservice.link_refusals import refuse


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def account_unlock(request: CustomerRequest, link_id: str) -> HttpResponse:
    """Take the code of the letter; then nothing of the account is restricted any more.

    Raises:
        Http404: when the login has no such account that waits for a letter.

    """
    link = services.link_to_unlock(request.user, link_id)
    if link is None:
        raise Http404
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, link, form, status=422 if form.is_bound else 200)
    try:
        services.unlock_account(user=request.user, link_id=link_id, **form.cleaned_data, now=timezone.now())
    except services.LinkMissing:
        raise Http404 from None
    except (services.LetterCodeWrong, services.TooManyLinkTries) as refusal:
        return _page(request, link, form, status=refuse(form, refusal))
    number = link.customer.customer_number
    messages.success(request, _("Das Kundenkonto %(number)s ist freigeschaltet.") % {"number": number})
    return HttpResponseRedirect(reverse("selfservice:root"), status=303)


@require_POST
@customer_required
def account_unlock_letter(request: CustomerRequest, link_id: str) -> HttpResponse:
    """Ask for another letter when the code of the last one ran out.

    Raises:
        Http404: when the login has no such account that waits for a letter.

    """
    try:
        services.request_unlock_letter(user=request.user, link_id=link_id, now=timezone.now())
    except services.LinkMissing:
        raise Http404 from None
    messages.success(
        request, _("Wir schicken den Freischaltcode per Brief an die Anschrift, die wir kennen.")
    )
    return HttpResponseRedirect(reverse("selfservice:account_unlock", args=[link_id]), status=303)


def _page(request: CustomerRequest, link: AccountLink, form: LetterCodeForm, *, status: int) -> HttpResponse:
    context = {
        "portal": get_account(request),
        "form": form,
        "link": link,
        "letter": letter_of(link, now=timezone.now()),
    }
    return render(request, "selfservice/account/unlock.html", context, status=status)
