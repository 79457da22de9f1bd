from django.apps import AppConfig


class SelfserviceConfig(AppConfig):
    name = "kundenportal.selfservice"
    label = "selfservice"
