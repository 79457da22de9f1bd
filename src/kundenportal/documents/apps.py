from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kundenportal.documents"
    label = "documents"
