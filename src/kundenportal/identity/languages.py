"""The language a login reads: that of its pages and of its mails."""

import datetime as dt

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.models import User


@transaction.atomic(durable=True)
def choose_language(*, user: User, language: str, now: dt.datetime) -> None:
    """Store the language of a login; the one it has already leaves no trace.

    Args:
        user: the login.
        language: a code of the setting ``LANGUAGES``.
        now: when, aware.

    """
    set_language(User.objects.select_for_update().get(pk=user.pk), language=language, now=now)


def set_language(locked: User, *, language: str, now: dt.datetime) -> None:
    """Give a login another language, in the caller's transaction and under its lock."""
    if language == locked.language:
        return
    locked.language = language
    locked.save(update_fields=["language"])
    record("language.chosen", actor=locked.actor, now=now, details={"language": language})
