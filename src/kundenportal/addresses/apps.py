from django.apps import AppConfig


class AddressesConfig(AppConfig):
    name = "kundenportal.addresses"
    label = "addresses"
