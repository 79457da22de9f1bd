from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "kundenportal.config"
    label = "config"
