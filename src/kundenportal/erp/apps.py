from django.apps import AppConfig


class ErpConfig(AppConfig):
    name = "kundenportal.erp"
    label = "erp"
