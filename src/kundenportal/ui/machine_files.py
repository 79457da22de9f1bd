"""Two files for programs: whom finders of weaknesses write to, and what search engines may show."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kundenportal.core.utility import Utility

VALID_FOR = dt.timedelta(days=180)
"""How long what ``security.txt`` says may be believed; RFC 9116 (2.5.5) advises less than a year."""

INDEXED = (
    "sign_in",
    "register",
    "public_reading",
    "imprint",
    "privacy",
    "accessibility",
    "plain_language",
    "disclosure",
    "help",
)
"""The pages search engines may show; all others are about somebody, or about nothing."""

_TEXT = "text/plain; charset=utf-8"


@require_safe
@cache_control(public=True, max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say whom to tell of a weakness (RFC 9116)."""
    utility: Utility = settings.UTILITY
    contact = utility.security.contact or utility.email
    policy = utility.security.policy or settings.BASE_URL + reverse("selfservice:disclosure")
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact if contact.startswith('https://') else f'mailto:{contact}'}",
        f"Expires: {(midnight + VALID_FOR).astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.BASE_URL}{reverse('ui:security_txt')}",
        f"Policy: {policy}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_TEXT)


@require_safe
@cache_control(public=True, max_age=86_400)
def robots_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Let search engines show the pages for everybody, and nothing else (RFC 9309)."""
    allowed = [f"Allow: {reverse(f'selfservice:{name}')}$" for name in INDEXED]
    lines = [
        "User-agent: *",
        *allowed,
        f"Allow: {reverse('selfservice:help')}",
        "Allow: /static/",
        "Disallow: /",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=_TEXT)
