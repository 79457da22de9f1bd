"""What the pages for messages have in common: who may write, the form's key, and refusals."""

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from kundenportal.contact.models import ContactMessage, ContactThread
from kundenportal.contact.rules import MESSAGES_A_DAY
from kundenportal.contact.selectors import messages_of, messages_sent_today
from kundenportal.contact.services import MessageRefused
from kundenportal.files.accepted import JPEG, PDF
from kundenportal.selfservice.access import CustomerRequest, PortalContext
from kundenportal.selfservice.forms.contact import FILES, KEY, MessageForm
from kundenportal.selfservice.forms.file_messages import files_lost
from kundenportal.submissions.models import Submission
from kundenportal.submissions.uploads import UploadGone
from kundenportal.ui.tones import TONES

KINDS = (PDF, JPEG)
"""What may come of the files that are attached."""

_KEY = re.compile(r"[\w-]{16,32}", re.ASCII)


@dataclass(frozen=True)
class ShownMessage:
    """A message of a thread; the customer's own with the submission it is, and the tone of its status."""

    message: ContactMessage
    submission: Submission | None
    tone: str = ""


def shown_messages(thread: ContactThread) -> list[ShownMessage]:
    """Return the messages of a thread, the oldest first."""
    return [_shown(each) for each in messages_of(thread)]


def new_key() -> str:
    """Return a random key for a form."""
    return secrets.token_urlsafe(16)


def form_key(request: CustomerRequest, portal: PortalContext) -> str:
    """Return the idempotency key of the form that was sent; it counts for the premise in view alone."""
    typed = request.POST.get(KEY, "")
    key = typed if _KEY.fullmatch(typed) else new_key()
    return f"{portal.premise.public_id}-{key}"


def closed_page(
    request: CustomerRequest, portal: PortalContext, now: dt.datetime, *, may_be_full: bool = False
) -> HttpResponse | None:
    """Return the page that says why nothing can be written now, or None.

    A restricted access reads no messages and writes none: who won it by a meter number alone could ask for
    what is kept from him (security.md A1).

    Args:
        request: the request.
        portal: who is there.
        now: when, aware.
        may_be_full: whether the page is for reading, which has no limit.

    """
    hold = portal.hold
    is_full = (
        not (hold or may_be_full or request.method == "POST")
        and messages_sent_today(portal.user, now=now) >= MESSAGES_A_DAY
    )
    if not (hold or is_full):
        return None
    context = {"portal": portal, "hold": hold, "most": MESSAGES_A_DAY}
    status = 422 if request.method == "POST" else 200
    return render(request, "selfservice/contact/closed.html", context, status=status)


def refuse(form: MessageForm, error: MessageRefused | UploadGone) -> None:
    """Say in the form why the message was not taken; what was typed stays in it."""
    if isinstance(error, UploadGone):
        form.add_error(FILES, files_lost())
    else:
        form.refuse(error.refusal, settings.UTILITY.phone)


def _shown(message: ContactMessage) -> ShownMessage:
    if message.is_answer:
        return ShownMessage(message, None)
    submission = message.contact.submission
    return ShownMessage(message, submission, TONES[submission.status])
