from django.apps import AppConfig


class AdvancePaymentsConfig(AppConfig):
    name = "kundenportal.advance_payments"
    label = "advance_payments"
