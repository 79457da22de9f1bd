"""``/verwaltung/einstellungen/mailvorlagen/``: what the portal's mails say, and whether mails arrive."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.mail_samples import sample_mail
from kundenportal.backoffice.mail_words import KINDS
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.identity.staff.test_mails import TooManyTestMails, send_test_mail
from kundenportal.mailing.kinds import UnknownMailKind, all_kinds
from kundenportal.mailing.messages import Written
from kundenportal.ui.texts.store import FALLBACK, LANGUAGES

_HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A mail carries its styles with it; nothing of it runs, loads anything or leads anywhere."""


@dataclass(frozen=True)
class MailRow:
    """A kind of mail in the list."""

    kind: str
    words: str | Promise
    subject: str
    is_optional: bool


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_mails(request: StaffRequest) -> HttpResponse:
    """Show every mail the portal sends."""
    rows = [
        MailRow(
            kind.name,
            KINDS[kind.name],
            sample_mail(kind.name, FALLBACK).subject,
            kind.category is not None,
        )
        for kind in all_kinds()
    ]
    context = {
        "rows": sorted(rows, key=lambda row: row.subject.casefold()),
        "may_test": has_permission(request.member, Permission.CHANGE_NUMBERS),
    }
    return render_page(request, "backoffice/settings/mails.html", context)


@require_POST
@staff_required(Permission.CHANGE_NUMBERS)
def settings_mails_test(request: StaffRequest) -> HttpResponse:
    """Send a test mail to the own address."""
    try:
        send_test_mail(request.member, now=timezone.now())
    except TooManyTestMails:
        text = _("Sie haben in dieser Stunde schon fünf Test-E-Mails gesendet. Bitte warten Sie etwas.")
        messages.warning(request, text)
    else:
        text = _("Die Test-E-Mail ist unterwegs an %(email)s. Sie kommt in der Regel in einer Minute.")
        messages.success(request, text % {"email": request.user.email})
    return HttpResponseRedirect(reverse("backoffice:settings_mails"), status=303)


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_mail(request: StaffRequest, kind: str) -> HttpResponse:
    """Show what a mail says as text, and lead to how it looks."""
    context = {"kind": kind, "language": _language(request), "mail": _mail_or_404(request, kind)}
    return render_page(request, "backoffice/settings/mail.html", context)


@require_safe
@staff_required(Permission.VIEW_SETTINGS)
def settings_mail_html(request: StaffRequest, kind: str) -> HttpResponse:
    """Show a mail as its reader sees it."""
    response = HttpResponse(_mail_or_404(request, kind).html)
    response["Content-Security-Policy"] = _HTML_POLICY
    return response


def _mail_or_404(request: StaffRequest, kind: str) -> Written:
    try:
        return sample_mail(kind, _language(request))
    except UnknownMailKind:
        raise Http404 from None


def _language(request: StaffRequest) -> str:
    wanted = request.GET.get("sprache", FALLBACK)
    return wanted if wanted in LANGUAGES else FALLBACK
