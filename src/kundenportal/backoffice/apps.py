from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "kundenportal.backoffice"
    label = "backoffice"
