"""``/sprache/``: reading the portal in another language (ux.md 1.0)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from kundenportal.identity.languages import choose_language
from kundenportal.identity.local_paths import local_path
from kundenportal.ui.appearance import COOKIE_SECONDS


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Keep the language for this browser, and for the login that is signed in; go back to the page.

    A language that there is not changes nothing.
    """
    path = local_path(request.POST.get("weiter", ""), otherwise=reverse("selfservice:root"))
    response = HttpResponseRedirect(path, status=303)
    language = request.POST.get("sprache", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        choose_language(user=request.user, language=language, now=timezone.now())
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIE_SECONDS,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response
