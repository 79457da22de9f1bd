"""Showing staff what a mail says, without what only its reader may have: its links and codes."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from kundenportal.mailing.failures import NoLongerNeeded
from kundenportal.mailing.messages import Written, prepare, write
from kundenportal.mailing.models import OutgoingMail

HIDDEN = "verborgen"
"""What stands in the place of a secret."""

_SECRET = re.compile(r"(^|_)(token|code|password|secret|url)$")
_LONG_PART = re.compile(r"(?<=/)[A-Za-z0-9_-]{20,}(?=[/\"?\s])")
"""A part of an address that looks like a secret, whatever it is called."""


class NoPreview(Exception):
    """What the mail said is forgotten, or what it was about is gone."""


@dataclass(frozen=True)
class Preview:
    """What a mail says if it is sent now."""

    subject: str
    text: str
    html: str


def preview_mail(mail: OutgoingMail, *, now: dt.datetime) -> Preview:
    """Write a mail as it would be sent now, with every secret hidden.

    Whatever the kind prepares is undone again: a secret that is made on the way has never been valid.

    Args:
        mail: the mail.
        now: when, aware.

    Raises:
        NoPreview: when it cannot be written any more.

    """
    if not mail.context:
        raise NoPreview
    try:
        with transaction.atomic():
            prepared = prepare(mail, now=now)
            written = write(mail, {**hide_secrets(prepared), "base_url": prepared["base_url"]})
            transaction.set_rollback(True)
    except (NoLongerNeeded, ObjectDoesNotExist, LookupError, ValueError, TypeError) as error:
        raise NoPreview from error
    return _without_long_parts(written)


def hide_secrets(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills a template with its secrets hidden, wherever they stand in it."""
    return {name: _hidden(name, value) for name, value in context.items()}


def _hidden(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return hide_secrets(value)
    if isinstance(value, list | tuple):
        return [_hidden(name, each) for each in value]
    return HIDDEN if isinstance(value, str) and value and _SECRET.search(name) else value


def _without_long_parts(written: Written) -> Preview:
    return Preview(*(_LONG_PART.sub(HIDDEN, part) for part in (written.subject, written.text, written.html)))
