"""The link in an optional mail by which one click ends mails of its category (RFC 8058).

It is signed and stored nowhere, good for as long as the secret key, and opens nothing else.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from kundenportal.identity.models import User
from kundenportal.mailing.categories import Category

_SALT = "kundenportal.unsubscribe"


@dataclass(frozen=True)
class Subscription:
    """The mails of one category that a login gets."""

    user: User
    category: Category


def unsubscribe_token(user: User, category: Category) -> str:
    """Return the last part of the link that ends mails of a category for a login."""
    return _signer().sign_object([user.public_id, category])


def subscription_of(token: str) -> Subscription | None:
    """Return what a link ends, or None when nobody made it or its login is gone."""
    try:
        public_id, category = _signer().unsign_object(token)
    except (BadSignature, ValueError):
        return None
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    return Subscription(user, Category(category)) if user else None


def _signer() -> Signer:
    # A dot, because mail programs end an address at some of the other signs.
    return Signer(salt=_SALT, sep=".")
