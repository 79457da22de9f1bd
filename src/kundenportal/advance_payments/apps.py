from django.apps import AppConfig


class AdvancePaymentsConfig(AppConfig):
    name = "kundenportal.advance_payments"
    label = "advance_payments"

    def ready(self) -> None:
        from kundenportal.advance_payments.mails import register_kinds  # noqa: PLC0415

        register_kinds()
