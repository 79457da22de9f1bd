from django.apps import AppConfig


class CustomerCareConfig(AppConfig):
    name = "kundenportal.customer_care"
    label = "customer_care"
