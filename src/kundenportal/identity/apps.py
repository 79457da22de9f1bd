"""Logins: users, passwords, one-time secrets, sessions and throttling."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kundenportal.identity"
    label = "identity"

    def ready(self) -> None:
        from kundenportal.identity import device_codes, mails  # noqa: PLC0415
        from kundenportal.identity.factors import mails as factor_mails  # noqa: PLC0415
        from kundenportal.identity.staff import set_up  # noqa: PLC0415

        mails.register_mails()
        factor_mails.register_mails()
        device_codes.register_mails()
        set_up.register_mails()
