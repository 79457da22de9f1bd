"""``/abmelden-von/<token>/``: ending mails of one category by the link in such a mail (RFC 8058)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kundenportal.privacy import services
from kundenportal.privacy.mail_choices import gets
from kundenportal.privacy.unsubscribe_links import subscription_of

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""What a mail program sends on behalf of its reader (RFC 8058, 3.1); it follows no redirect."""


@csrf_exempt  # A mail program has no cookie; who knows the token may end these mails, and nothing else.
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True, private=True)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and end the mails with a POST; nobody needs to be signed in. A GET changes nothing."""
    if request.method == "POST":
        try:
            services.unsubscribe(token=token, now=timezone.now())
        except services.UnsubscribeLinkUnknown:
            return _unknown(request)
        if request.POST.get(ONE_CLICK[0]) != ONE_CLICK[1]:
            return HttpResponseRedirect(request.path, status=303)
    subscription = subscription_of(token)
    if subscription is None:
        return _unknown(request)
    context = {
        "category": subscription.category.label,
        "is_wanted": gets(subscription.user, subscription.category),
    }
    return render(request, "selfservice/unsubscribe/page.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "selfservice/unsubscribe/unknown.html", status=410)
