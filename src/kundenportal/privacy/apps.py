from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kundenportal.privacy"
    label = "privacy"

    def ready(self) -> None:
        from kundenportal.mailing.choices import find_choices_with  # noqa: PLC0415
        from kundenportal.privacy.mail_choices import find_choice  # noqa: PLC0415

        find_choices_with(find_choice)
