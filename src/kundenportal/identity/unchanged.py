"""Making sure, under a lock, that a login is still what it was when it proved who it is."""

from kundenportal.identity.models import User


class LoginSecured(Exception):
    """The login's password was changed or taken away meanwhile; nothing was stored."""


def lock_unchanged_login(actor: User) -> User:
    """Lock a login and return it, in the caller's transaction.

    "Das war ich nicht" pressed meanwhile finds what the caller is about to store, or prevents it.

    Args:
        actor: the login as it was when its proof was checked.

    Raises:
        LoginSecured: when its password is another one by now, or it is no login any more.

    """
    user = User.objects.select_for_update().get(pk=actor.pk)
    if not user.is_active or user.password != actor.password:
        raise LoginSecured
    return user
