from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "kundenportal.metering"
    label = "metering"

    def ready(self) -> None:
        from kundenportal.metering.mails import register_kinds  # noqa: PLC0415

        register_kinds()
