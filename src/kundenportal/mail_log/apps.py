from django.apps import AppConfig


class MailLogConfig(AppConfig):
    name = "kundenportal.mail_log"
    label = "mail_log"
