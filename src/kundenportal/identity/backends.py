"""How Django's session login finds its user again."""

from django.contrib.auth.backends import BaseBackend

from kundenportal.identity.models import User


class SessionBackend(BaseBackend):
    """Loads the user of a session. Passwords are checked by ``identity.services``, never here."""

    def get_user(self, user_id: int) -> User | None:
        """Return the active user with this key, with the role of one who works here, or None."""
        return User.objects.select_related("staff_member").filter(pk=user_id, is_active=True).first()
