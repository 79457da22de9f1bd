"""The mails about a login itself."""

from kundenportal.identity.security_events import register_security_mail
from kundenportal.mailing.kinds import register


def register_mails() -> None:
    """Make the kinds of mail known."""
    register_security_mail("password_changed")
    register("login_secured")
