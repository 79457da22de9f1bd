from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kundenportal.files"
    label = "files"
