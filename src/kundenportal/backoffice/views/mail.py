"""``/verwaltung/mails/<nr>/``: one mail, what it says, why it did not arrive, and sending it once more."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kundenportal.backoffice.access import StaffRequest, staff_required
from kundenportal.backoffice.mail_words import NOT_REPEATED, mail_row
from kundenportal.backoffice.pages import render_page
from kundenportal.backoffice.parameters import found_or_404
from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.core.email_addresses import mask_emails_in
from kundenportal.mail_log.preview import NoPreview, Preview, preview_mail
from kundenportal.mail_log.selectors import customer_of, mail_numbered
from kundenportal.mail_log.services import (
    NotRepeatable,
    note_opening,
    repeat_mail,
    settle_address,
    why_not_again,
)
from kundenportal.mailing.models import OutgoingMail

_HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""A mail carries its styles with it; nothing of it runs, loads anything or leads anywhere."""


@require_safe
@staff_required(Permission.VIEW_MAILS)
def mails_one(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Show a mail; that it was opened is written down."""
    mail = found_or_404(mail_numbered, mail_id)
    _note(request, mail)
    return _page(request, mail, "one")


@require_safe
@staff_required(Permission.READ_MAILS)
def mails_html(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Show a mail as its reader sees it, without links and codes."""
    mail = found_or_404(mail_numbered, mail_id)
    preview = _preview(mail)
    if preview is None:
        raise Http404
    _note(request, mail)
    response = HttpResponse(preview.html)
    response["Content-Security-Policy"] = _HTML_POLICY
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Permission.REPEAT_MAILS)
def mails_repeat(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Say what sending a mail once more does, and do it."""
    mail = found_or_404(mail_numbered, mail_id)
    if request.method != "POST":
        return _page(request, mail, "repeat")
    try:
        again = repeat_mail(mail, actor=request.user.actor, now=timezone.now())
    except NotRepeatable as error:
        messages.warning(request, str(NOT_REPEATED[error.reason]))
        return _to_mail(mail)
    messages.success(request, _("Die E-Mail ist noch einmal auf dem Weg. Hier sehen Sie die neue."))
    return _to_mail(again)


@require_POST
@staff_required(Permission.REPEAT_MAILS)
def mails_settle(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Note that somebody has seen to the address."""
    mail = found_or_404(mail_numbered, mail_id)
    settle_address(mail, actor=request.user.actor, now=timezone.now())
    messages.success(request, _("Die Adresse ist als geklärt gekennzeichnet."))
    return _to_mail(mail)


def _note(request: StaffRequest, mail: OutgoingMail) -> None:
    if request.method == "GET":
        note_opening(mail, actor=request.user.actor, now=timezone.now())


def _preview(mail: OutgoingMail) -> Preview | None:
    try:
        return preview_mail(mail, now=timezone.now())
    except NoPreview:
        return None


def _to_mail(mail: OutgoingMail) -> HttpResponse:
    return HttpResponseRedirect(reverse("backoffice:mails_one", args=[mail.pk]), status=303)


def _page(request: StaffRequest, mail: OutgoingMail, page: str) -> HttpResponse:
    may_read = has_permission(request.member, Permission.READ_MAILS)
    why_not = why_not_again(mail, now=timezone.now())
    context = {
        "mail": mail,
        "row": mail_row(mail),
        "customer": customer_of(mail) if may_read else None,
        "preview": _preview(mail) if may_read else None,
        "repetitions": list(mail.repetitions.order_by("pk")),
        "answer": mail.last_error if may_read else mask_emails_in(mail.last_error),
        "may_read": may_read,
        "may_repeat": has_permission(request.member, Permission.REPEAT_MAILS),
        "why_not": NOT_REPEATED[why_not] if why_not else "",
        "list_query": request.GET.get("liste", ""),
    }
    return render_page(request, f"backoffice/mails/{page}.html", context)
