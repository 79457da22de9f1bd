from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "kundenportal.ui"
    label = "ui"
