from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "kundenportal.casework"
    label = "casework"
