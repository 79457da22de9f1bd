from django.apps import AppConfig


class ErpConfig(AppConfig):
    name = "kundenportal.erp"
    label = "erp"

    def ready(self) -> None:
        from kundenportal.erp.mails import register_kinds  # noqa: PLC0415

        register_kinds()
