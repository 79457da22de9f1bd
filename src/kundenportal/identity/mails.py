"""The mails about a login itself."""

from kundenportal.identity.change_email import add_confirmation_link, is_waiting_change
from kundenportal.identity.security_events import register_security_mail
from kundenportal.identity.staff.test_mails import TEST_MAIL
from kundenportal.mailing.kinds import register


def register_mails() -> None:
    """Make the kinds of mail known."""
    register_security_mail("password_changed")
    register_security_mail("email_change_requested")
    register_security_mail("email_changed")
    register_security_mail("new_device")
    register_security_mail("sign_in_blocked")
    register_security_mail("own_password_guessed")
    register("email_change_confirm", add_confirmation_link, may_repeat=is_waiting_change)
    register("login_secured")
    register(TEST_MAIL)
    register("login_locked")
    register("login_unlocked")
