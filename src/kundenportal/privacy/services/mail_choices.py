"""Choosing which mails one gets."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from kundenportal.audit.services import record
from kundenportal.identity.languages import set_language
from kundenportal.identity.models import User
from kundenportal.mailing.categories import Category
from kundenportal.privacy.mail_choices import REFUSABLE, wanted_categories
from kundenportal.privacy.models import MailOptOut
from kundenportal.privacy.services.consents import set_news
from kundenportal.privacy.unsubscribe_links import subscription_of


class UnsubscribeLinkUnknown(Exception):
    """Nobody made the link, or its login is gone; nothing was changed."""


@transaction.atomic(durable=True)
def choose_mails(*, user: User, wanted: Collection[Category], language: str, now: dt.datetime) -> bool:
    """Store which optional mails a login gets, and in which language its mails are.

    What is as it was leaves no trace. News come only after the mailbox has confirmed that it wants them.

    Args:
        user: the login.
        wanted: the categories it wants.
        language: the language of all its mails.
        now: when, aware.

    Returns:
        Whether a mail asks first.

    Raises:
        TooManyConsents: when news were ordered several times today; nothing was stored.

    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    before = wanted_categories(locked)
    for category in REFUSABLE:
        if (category in wanted) != (category in before):
            _set_choice(locked, category, is_wanted=category in wanted, now=now)
    set_language(locked, language=language, now=now)
    return set_news(locked, is_wanted=Category.NEWS in wanted, now=now)


@transaction.atomic(durable=True)
def unsubscribe(*, token: str, now: dt.datetime) -> None:
    """End mails of one category by the link of such a mail; a second time changes nothing.

    Args:
        token: the link's token.
        now: when, aware.

    Raises:
        UnsubscribeLinkUnknown: when nobody made the link, or its login is gone.

    """
    subscription = subscription_of(token)
    if subscription is None:
        raise UnsubscribeLinkUnknown
    user = User.objects.select_for_update().get(pk=subscription.user.pk)
    if subscription.category is Category.NEWS:
        set_news(user, is_wanted=False, now=now)
    elif subscription.category in wanted_categories(user):
        _set_choice(user, subscription.category, is_wanted=False, now=now)


def forget_mail_choices(user: User, now: dt.datetime) -> None:  # noqa: ARG001
    """Delete the choices of a login that is forgotten, in the caller's transaction."""
    MailOptOut.objects.filter(user=user).delete()


def _set_choice(user: User, category: Category, *, is_wanted: bool, now: dt.datetime) -> None:
    """Store one choice of a locked login and its audit entry, in the caller's transaction."""
    if is_wanted:
        MailOptOut.objects.filter(user=user, category=category).delete()
    else:
        MailOptOut.objects.create(user=user, category=category, created_at=now)
    action = "mail.ordered" if is_wanted else "mail.refused"
    record(action, actor=user.actor, now=now, details={"category": category})
