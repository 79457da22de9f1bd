from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "kundenportal.demo"
    label = "demo"
