from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "kundenportal.submissions"
    label = "submissions"
