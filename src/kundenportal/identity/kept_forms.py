"""Keeping what somebody typed while the portal asks who he is (ux.md 1.0, "Session"; WCAG 2.2.5)."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from kundenportal.core.encryption import decrypt_field, encrypt_field
from kundenportal.identity.models import KeptForm, User

KEPT_FOR = dt.timedelta(hours=1)
MAX_LENGTH = 60_000
"""How many characters a form may hold to be kept."""

MAX_FORMS = 5
"""How many forms are kept for one login; an older one makes room."""

_SECRETS = ("password", "passwort", "csrf", "code", "token", "credential")


@dataclass(frozen=True)
class TypedForm:
    """What was typed, and where it was to go.

    Attributes:
        path: the address of the form, with its query.
        fields: names and values in their order; a name may occur twice.
        is_sent_at_once: whether it may go there without another click: it came from our own page, and
            the proof it waited for has been given.

    """

    path: str
    fields: tuple[tuple[str, str], ...]
    is_sent_at_once: bool


def keep_form(
    user: User, path: str, fields: Mapping[str, Iterable[str]], *, is_sent_at_once: bool, now: dt.datetime
) -> KeptForm | None:
    """Keep a form for an hour, encrypted; passwords, codes and tokens are left out.

    Args:
        user: the login it is kept for.
        path: the address of the form, with its query.
        fields: all values of each name.
        is_sent_at_once: see ``TypedForm``.
        now: when, aware.

    Returns:
        The kept form, or None when it is too long to be kept.

    """
    kept = [(name, value) for name, values in fields.items() if not is_secret(name) for value in values]
    plain = json.dumps([path, kept])
    if len(plain) > MAX_LENGTH:
        return None
    form = KeptForm(user=user, is_sent_at_once=is_sent_at_once, created_at=now)
    form.sealed = encrypt_field(plain, key=settings.FIELD_KEY, bound_to=_name_of(form))
    form.save()
    newest = KeptForm.objects.filter(user=user).order_by("-id").values_list("pk", flat=True)[:MAX_FORMS]
    KeptForm.objects.filter(user=user).exclude(pk__in=list(newest)).delete()
    return form


def kept_form_of(user: User, public_id: str, *, now: dt.datetime) -> TypedForm | None:
    """Return what a login had typed, or None when there is no such form (any more) or it is another's."""
    form = KeptForm.objects.filter(public_id=public_id, user=user, created_at__gt=now - KEPT_FOR).first()
    if form is None:
        return None
    plain = decrypt_field(bytes(form.sealed), key=settings.FIELD_KEY, bound_to=_name_of(form))
    path, fields = json.loads(plain)
    return TypedForm(path, tuple((name, value) for name, value in fields), form.is_sent_at_once)


def is_secret(name: str) -> bool:
    """Tell whether a field holds a password, a code or a token, which never goes back into a page."""
    return any(word in name.casefold() for word in _SECRETS)


def _name_of(form: KeptForm) -> str:
    return f"kept-form:{form.public_id}"
