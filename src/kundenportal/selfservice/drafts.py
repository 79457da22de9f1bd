"""What was typed on an entry page, kept until it is checked and sent (ux.md C5, C6; security.md A6).

A draft lives in the session under a random key, never changes, and is for one topic and one premise, or for
no premise at all. It is sealed: sessions lie in the database, and what is typed may be an IBAN. Its key is
the idempotency key of what is sent: pressing "Daten senden" twice, the back button and a second tab with the
same draft all lead to one submission.
"""

import base64
import datetime as dt
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404

from kundenportal.core.encryption import decrypt_field, encrypt_field
from kundenportal.customers.models import Premise

SESSION_KEY = "drafts"
LIFETIME = dt.timedelta(minutes=60)
MOST = 5
"""How many drafts a session keeps; the oldest goes first."""


def save_draft(
    session: SessionBase, premise: Premise | None, typed: Mapping[str, str], *, topic: str, now: dt.datetime
) -> str:
    """Keep what was typed, and return the new draft's key.

    Args:
        session: the session of who typed.
        premise: the place of consumption it is for, None for none.
        typed: what was typed, field by field.
        topic: whose pages may read it again, such as ``address``.
        now: when, aware.

    """
    drafts: dict[str, Any] = session.get(SESSION_KEY, {})
    key = secrets.token_urlsafe(16)
    drafts[key] = {
        "topic": topic,
        "premise": _place(premise),
        "saved_at": now.timestamp(),
        "sealed": _seal(key, typed),
    }
    session[SESSION_KEY] = dict(list(drafts.items())[-MOST:])
    return key


def load_draft(
    session: SessionBase, premise: Premise | None, key: str, *, topic: str, now: dt.datetime
) -> dict[str, str] | None:
    """Return what was typed, or None when there is no such draft of the topic any more.

    Args:
        session: the session of who typed.
        premise: the place of consumption in view, None for none.
        key: the draft's key, as the address of the page has it, so it may be anything.
        topic: whose page reads it.
        now: when, aware.

    Raises:
        Http404: when the draft is for another premise.

    """
    draft = session.get(SESSION_KEY, {}).get(key)
    if (
        draft is None
        or draft["topic"] != topic
        or now.timestamp() - draft["saved_at"] > LIFETIME.total_seconds()
    ):
        return None
    if draft["premise"] != _place(premise):
        raise Http404
    return _open(key, draft["sealed"])


def _seal(key: str, typed: Mapping[str, str]) -> str:
    """Return what was typed as the session may hold it; it opens under the draft's own key alone."""
    sealed = encrypt_field(json.dumps(dict(typed)), key=settings.FIELD_KEY, bound_to=f"draft:{key}")
    return base64.b64encode(sealed).decode()


def _open(key: str, sealed: str) -> dict[str, str]:
    plain = decrypt_field(base64.b64decode(sealed), key=settings.FIELD_KEY, bound_to=f"draft:{key}")
    typed: dict[str, str] = json.loads(plain)
    return typed


def _place(premise: Premise | None) -> str:
    return premise.public_id if premise else ""
