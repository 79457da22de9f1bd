from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "kundenportal.statistics"
    label = "statistics"
