"""Reading the links out of the mails that wait."""

import re

from kundenportal.mailing.messages import build_message
from kundenportal.mailing.models import OutgoingMail
from tests.mail_parts import part_of
from tests.make import NOW


def text_of_mail(mail: OutgoingMail, *, now=NOW) -> str:
    """Return the text part of a mail, prepared as at the moment it is sent."""
    return part_of(build_message(mail, now=now), "plain")


def link_in(mail: OutgoingMail, path: str, *, now=NOW) -> str:
    """Return the address below ``path`` that a mail leads to, without its host."""
    match = re.search(rf"{path}[\w-]+/", text_of_mail(mail, now=now))
    assert match is not None
    return match[0]


def recipients(kind: str) -> list[str]:
    """Return whom mails of a kind wait for, sorted."""
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))
