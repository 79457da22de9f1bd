from django.apps import AppConfig


class AddressesConfig(AppConfig):
    name = "kundenportal.addresses"
    label = "addresses"

    def ready(self) -> None:
        from kundenportal.addresses.mails import register_kinds  # noqa: PLC0415

        register_kinds()
