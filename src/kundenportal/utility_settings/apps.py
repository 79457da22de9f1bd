from django.apps import AppConfig
from django.conf import settings


class UtilitySettingsConfig(AppConfig):
    name = "kundenportal.utility_settings"
    label = "utility_settings"

    def ready(self) -> None:
        from kundenportal.utility_settings.current import CurrentUtility  # noqa: PLC0415
        from kundenportal.utility_settings.selectors import read_stored  # noqa: PLC0415

        if isinstance(settings.UTILITY, CurrentUtility):
            settings.UTILITY.read_with(read_stored)
