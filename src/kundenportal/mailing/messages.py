"""Turning a row of the outbox into a message."""

import datetime as dt
import textwrap
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

import css_inline
from django.conf import settings
from django.db import transaction
from django.template import engines
from django.urls import reverse
from django.utils import translation

from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail

TEXT_ENGINE = "text"
"""The template engine of subjects and text parts: the same as for pages, without HTML's escapes."""

_COLUMNS = 72
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Written:
    """What a mail says: its subject, its text in lines of 72 columns, and its HTML, styles in place."""

    subject: str
    text: str
    html: str


def build_message(mail: OutgoingMail, *, now: dt.datetime, unsubscribe_token: str = "") -> EmailMessage:
    """Prepare and render a mail.

    The kind's ``prepare`` runs in a transaction of its own. The Message-ID is the row's, so that a mail
    that is sent again after a crash is told from a new one.

    Args:
        mail: the row.
        now: when, aware.
        unsubscribe_token: what ends mails of its category, if it has one (``mailing.choices``).

    Raises:
        UnknownMailKind: when no topic registered the mail's kind.
        django.template.TemplateDoesNotExist: when the kind lacks a template.

    """
    with transaction.atomic(durable=True):
        prepared = prepare(mail, now=now)
    unsubscribe_url = _unsubscribe_url(unsubscribe_token)
    written = write(mail, {**prepared, "unsubscribe_url": unsubscribe_url})
    message = EmailMessage(policy=SMTP)
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    _add_headers(message, mail, written.subject, now=now)
    if unsubscribe_token:
        _add_unsubscribe_headers(message, unsubscribe_url)
    return message


def prepare(mail: OutgoingMail, *, now: dt.datetime) -> dict[str, Any]:
    """Return what fills a mail's templates, in the caller's transaction; makes the secrets it carries.

    Raises:
        UnknownMailKind: when no topic registered the mail's kind.
        NoLongerNeeded: when the kind says that the mail's occasion is over.

    """
    kind = kind_named(mail.kind)
    added = kind.prepare(mail.context, now) if kind.prepare is not None else {}
    return {**mail.context, "utility": settings.UTILITY, "base_url": settings.BASE_URL, **added}


def write(mail: OutgoingMail, context: dict[str, Any]) -> Written:
    """Render a mail from what fills its templates."""
    kind = kind_named(mail.kind)
    with translation.override(mail.language):
        subject = engines[TEXT_ENGINE].get_template(kind.template("subject.txt")).render(context)
        text = engines[TEXT_ENGINE].get_template(kind.template("body.txt")).render(context)
        html = engines["django"].get_template(kind.template("body.html")).render(context)
    return Written(" ".join(subject.split()), _in_columns(text), _inliner.inline(html))


def sender_address() -> str:
    """Return whom mails come from: ``KUNDENPORTAL_MAIL_FROM``, else the utility's own address."""
    return str(settings.MAIL_FROM or settings.UTILITY.email)


def _unsubscribe_url(token: str) -> str:
    return settings.BASE_URL + reverse("selfservice:unsubscribe", args=[token]) if token else ""


def _in_columns(text: str) -> str:
    """Return a text part with long lines wrapped at 72 columns; addresses of pages stay whole."""
    lines = []
    for line in text.strip().splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += textwrap.wrap(
            line, _COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines) + "\n"


def _add_headers(message: EmailMessage, mail: OutgoingMail, subject: str, *, now: dt.datetime) -> None:
    """Add the headers; the message's policy refuses any value with a line break."""
    message["Subject"] = subject
    message["From"] = Address(settings.UTILITY.name, addr_spec=sender_address())
    message["To"] = Address(addr_spec=mail.recipient)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = mail.message_id
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"


def _add_unsubscribe_headers(message: EmailMessage, url: str) -> None:
    """Let the reader's mail program end mails of this category with one click (RFC 2369, RFC 8058)."""
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
