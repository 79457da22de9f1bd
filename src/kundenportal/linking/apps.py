"""Who may see which customer: grants, registration and its proofs."""

from django.apps import AppConfig


class LinkingConfig(AppConfig):
    name = "kundenportal.linking"
    label = "linking"

    def ready(self) -> None:
        from kundenportal.identity.security_events import add_contact_source  # noqa: PLC0415
        from kundenportal.linking.mails import register_mails  # noqa: PLC0415
        from kundenportal.linking.selectors import contact_addresses  # noqa: PLC0415

        register_mails()
        add_contact_source(contact_addresses)
