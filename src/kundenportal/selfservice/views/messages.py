"""``/vs/<id>/nachrichten/``: what was written, what the utility answered, and writing again (ux.md 1.7)."""

import datetime as dt
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundenportal.contact.models import ContactMessage, ContactThread
from kundenportal.contact.rules import FILES_A_MESSAGE
from kundenportal.contact.selectors import messages_of, thread_of_premise, threads_of
from kundenportal.contact.services import (
    MessageRefused,
    WrittenMessage,
    mark_answers_read,
    reply_to_thread,
)
from kundenportal.selfservice.access import (
    CustomerRequest,
    PortalContext,
    customer_required,
    get_premise_or_404,
)
from kundenportal.selfservice.change_pages import redirect_to
from kundenportal.selfservice.contact_pages import (
    KINDS,
    closed_page,
    form_key,
    new_key,
    refuse,
    shown_messages,
)
from kundenportal.selfservice.forms.contact import BODY, FILES, KEY, MessageForm
from kundenportal.selfservice.handed_in import REMOVE, HandedIn, take_in_files
from kundenportal.submissions.selectors import submission_by_key
from kundenportal.submissions.uploads import UploadGone
from kundenportal.ui.tones import TONES
from kundenportal.ui.viewing import viewing_of

THREADS_ON_A_PAGE = 20
_MOST_PAGES = 500


@require_safe
@customer_required
def contact_messages(request: CustomerRequest, premise_id: str) -> HttpResponse:
    """List the threads of a premise, those with the latest message first."""
    portal = get_premise_or_404(request, premise_id)
    if closed := closed_page(request, portal, timezone.now(), may_be_full=True):
        return closed
    number = _page_number(request.GET.get("seite", ""))
    page = threads_of(portal.premise, number=number, size=THREADS_ON_A_PAGE)
    rows = [(thread, TONES[thread.opened_by.status]) for thread in page.threads]
    context = {"portal": portal, "rows": rows, "page": page, "is_first": number == 1}
    return render(request, "selfservice/messages/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def contact_thread(request: CustomerRequest, premise_id: str, reference: str) -> HttpResponse:
    """Show a thread, which makes its answers read, and take in a further message."""
    portal = get_premise_or_404(request, premise_id)
    now = timezone.now()
    thread = _thread_or_404(portal, reference)
    if closed := closed_page(request, portal, now, may_be_full=True):
        return closed
    if request.method != "POST":
        return _page(request, portal, thread, MessageForm(initial={KEY: new_key()}))
    if submission_by_key(portal.premise, form_key(request, portal)):
        return redirect_to("contact_thread", portal.premise, thread.reference)
    handed_in = take_in_files(request, portal, field=FILES, kinds=KINDS, most=FILES_A_MESSAGE, now=now)
    if REMOVE in request.POST:
        return _page(request, portal, thread, MessageForm(initial=request.POST.dict()), handed_in)
    form = MessageForm(request.POST, faults=handed_in.faults)
    if not form.is_valid():
        return _page(request, portal, thread, form, handed_in)
    return _send(request, portal, thread, form, handed_in, now)


def _send(
    request: CustomerRequest,
    portal: PortalContext,
    thread: ContactThread,
    form: MessageForm,
    handed_in: HandedIn,
    now: dt.datetime,
) -> HttpResponse:
    phone = _last_phone(messages_of(thread)) or portal.customer.phone
    try:
        reply_to_thread(
            actor=portal.user,
            thread=thread,
            written=WrittenMessage(form.cleaned_data[BODY], phone, handed_in.ids),
            key=form_key(request, portal),
            now=now,
        )
    except (MessageRefused, UploadGone) as error:
        refuse(form, error)
        return _page(request, portal, thread, form, handed_in)
    messages.success(request, _("Wir haben Ihre Nachricht erhalten."))
    return redirect_to("contact_thread", portal.premise, thread.reference)


def _page(
    request: CustomerRequest,
    portal: PortalContext,
    thread: ContactThread,
    form: MessageForm,
    handed_in: HandedIn | None = None,
) -> HttpResponse:
    shown = shown_messages(thread)
    unread = sum(each.message.is_unread for each in shown)
    if request.method == "GET" and unread and not viewing_of(request):
        mark_answers_read(thread, now=timezone.now())
        portal = replace(portal, news={**portal.news, "contact": portal.news["contact"] - unread})
    context = {
        "portal": portal,
        "thread": thread,
        "shown": shown,
        "form": form,
        "uploads": handed_in.uploads if handed_in else (),
    }
    status = 422 if form.errors else 200
    return render(request, "selfservice/messages/thread.html", context, status=status)


def _last_phone(written: list[ContactMessage]) -> str:
    """Return the telephone number the customer gave last in a thread."""
    return [each.contact.phone for each in written if each.author == ContactMessage.Author.CUSTOMER][-1]


def _thread_or_404(portal: PortalContext, reference: str) -> ContactThread:
    try:
        return thread_of_premise(portal.premise, reference)
    except ContactThread.DoesNotExist:
        raise Http404 from None


def _page_number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 6
    return min(max(int(text), 1), _MOST_PAGES) if is_number else 1
