"""The mails about second factors (ux.md M6)."""

from kundenportal.identity.security_events import register_security_mail


def register_mails() -> None:
    """Make the kinds of mail known."""
    register_security_mail("factor_added")
    register_security_mail("factor_removed")
    register_security_mail("recovery_code_used")
    register_security_mail("second_step_blocked")
