"""``/konto/benachrichtigungen/``: which mails one gets, and in which language (ux.md K6)."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kundenportal.privacy import services
from kundenportal.privacy.mail_choices import wanted_categories
from kundenportal.selfservice.access import CustomerRequest, customer_required, get_account
from kundenportal.selfservice.forms.notifications import NotificationsForm


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def account_notifications(request: CustomerRequest) -> HttpResponse:
    """Show what one gets, and store what is ticked."""
    if request.method != "POST":
        chosen = {category.value: True for category in wanted_categories(request.user)}
        return _page(request, NotificationsForm(initial={"language": request.user.language} | chosen))
    form = NotificationsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    services.choose_mails(
        user=request.user,
        wanted=form.wanted(),
        language=form.cleaned_data["language"],
        now=timezone.now(),
    )
    messages.success(request, _("Ihre Auswahl ist gespeichert."))
    return HttpResponseRedirect(reverse("selfservice:account_notifications"), status=303)


def _page(request: CustomerRequest, form: NotificationsForm, *, status: int = 200) -> HttpResponse:
    context = {"portal": get_account(request), "form": form}
    return render(request, "selfservice/account/notifications.html", context, status=status)
