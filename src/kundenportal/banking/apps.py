from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "kundenportal.banking"
    label = "banking"
