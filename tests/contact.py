"""What tests of messages share: writing one, with files or without, and answering it."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from kundenportal.contact.models import ContactThread
from kundenportal.contact.services import WrittenMessage, answer_thread, reply_to_thread, send_contact_message
from kundenportal.customers.models import Premise
from kundenportal.files.services import store_file
from kundenportal.identity.models import User
from kundenportal.submissions.models import Submission, Upload
from tests.make import NOW, Household, make_user

SUBJECT = "Umzug"
BODY = "Wir ziehen am 1. Februar um.\n\nWas müssen wir tun?"
PHONE = "09872 123456"


def make_upload(
    user: User,
    premise: Premise,
    *,
    content: bytes = b"\xff\xd8picture",
    media_type: str = "image/jpeg",
    name: str = "Zähler.jpg",
    now: dt.datetime = NOW,
) -> Upload:
    """Return a file that waits for its form to be sent; its content was not made anew."""
    with transaction.atomic():
        stored = store_file(content, media_type=media_type, now=now)
        return Upload.objects.create(user=user, premise=premise, file=stored, name=name, kept_at=now)


def send_message(
    household: Household,
    *,
    key: str = "key-1",
    subject: str = SUBJECT,
    body: str = BODY,
    uploads: Sequence[Upload] = (),
    now: dt.datetime = NOW,
) -> Submission:
    """Send a message that opens a thread."""
    return send_contact_message(
        actor=household.user,
        premise=household.premise,
        subject=subject,
        written=WrittenMessage(body, PHONE, [each.public_id for each in uploads]),
        key=key,
        now=now,
    )


def send_reply(
    household: Household, thread: ContactThread, *, key: str, body: str = "Danke!", now: dt.datetime = NOW
) -> Submission:
    """Send a further message of a thread."""
    written = WrittenMessage(body, PHONE)
    return reply_to_thread(actor=household.user, thread=thread, written=written, key=key, now=now)


def answer(
    thread: ContactThread,
    *,
    body: str = "Gute Reise!",
    now: dt.datetime = NOW,
    seen: Mapping[str, str] | None = None,
) -> None:
    """Let somebody of the staff answer a thread."""
    staff = User.objects.filter(is_staff=True).first() or make_user(email="sb@werk.example", is_staff=True)
    answer_thread(staff=staff, thread=thread, body=body, now=now, seen=seen)
