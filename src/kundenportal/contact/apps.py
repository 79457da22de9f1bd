from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "kundenportal.contact"
    label = "contact"

    def ready(self) -> None:
        from kundenportal.contact.mails import register_kinds  # noqa: PLC0415

        register_kinds()
