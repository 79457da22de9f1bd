from django.apps import AppConfig
from django.core.checks import register


class ConfigConfig(AppConfig):
    name = "kundenportal.config"
    label = "config"

    def ready(self) -> None:
        from kundenportal.config.checks import CHECKS  # noqa: PLC0415 - settings are complete only now.

        for check in CHECKS:
            register(check, "kundenportal")
