"""The demo's mail box: what the portal would have sent."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kundenportal.demo.mail_box import Mail, MailNotFound, list_mails, read_mail

SANDBOX = ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"]
"""What a mail's HTML may do: be looked at, and lead somewhere when a link is clicked. No script, no form."""

POLICY_HEADER = "Content-Security-Policy"
_POLICY_OF_HTML = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": SANDBOX,
}
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def demo_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a page one that does not exist outside the demo."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@demo_only
@require_safe
@never_cache
def list_box(request: HttpRequest) -> HttpResponse:
    """Show every mail, the newest first."""
    return render(request, "demo/mailbox.html", {"mails": list_mails(_directory())})


@demo_only
@require_safe
@never_cache
def show_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: its text as it is, and its HTML in a frame that can do nothing.

    Raises:
        Http404: when the box holds no such mail.

    """
    response = render(request, "demo/mail.html", {"mail": _mail_or_404(key), "sandbox": " ".join(SANDBOX)})
    response[POLICY_HEADER] = build_policy(update={"frame-src": [SELF]})
    return response


@demo_only
@require_safe
@never_cache
@xframe_options_sameorigin
def show_html(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """Return a mail's HTML part alone, as a mail program shows it: with its styles, without any rights.

    Raises:
        Http404: when the box holds no such mail.

    """
    html = _mail_or_404(key).html
    head = _HEAD.search(html)
    end = head.end() if head else 0
    # Links leave the frame: the portal refuses to be framed.
    response = HttpResponse(f'{html[:end]}<base target="_top">{html[end:]}')
    response[POLICY_HEADER] = build_policy(config=_POLICY_OF_HTML)
    return response


def _directory() -> Path:
    return Path(settings.SMTP_URL.removeprefix("maildir:"))


def _mail_or_404(key: str) -> Mail:
    try:
        return read_mail(_directory(), key)
    except MailNotFound:
        raise Http404 from None
