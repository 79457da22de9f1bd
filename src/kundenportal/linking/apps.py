from django.apps import AppConfig


class LinkingConfig(AppConfig):
    name = "kundenportal.linking"
    label = "linking"
