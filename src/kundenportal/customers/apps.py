from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "kundenportal.customers"
    label = "customers"
