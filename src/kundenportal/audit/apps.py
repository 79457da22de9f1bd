from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kundenportal.audit"
    label = "audit"
