from django.apps import AppConfig


class MailingConfig(AppConfig):
    name = "kundenportal.mailing"
    label = "mailing"
