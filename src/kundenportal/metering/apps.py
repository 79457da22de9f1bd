from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "kundenportal.metering"
    label = "metering"
