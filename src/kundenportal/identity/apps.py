from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kundenportal.identity"
    label = "identity"
