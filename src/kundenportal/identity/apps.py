"""Logins: users, passwords, one-time secrets, sessions and throttling."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kundenportal.identity"
    label = "identity"

    def ready(self) -> None:
        from kundenportal.identity.mails import register_mails  # noqa: PLC0415

        register_mails()
