from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kundenportal.privacy"
    label = "privacy"

    def ready(self) -> None:
        from kundenportal.identity.forget_login import also_forget  # noqa: PLC0415
        from kundenportal.mailing.choices import find_choices_with, find_refusals_with  # noqa: PLC0415
        from kundenportal.privacy.mail_choices import find_choice, refusing_logins  # noqa: PLC0415
        from kundenportal.privacy.mails import register_mails  # noqa: PLC0415
        from kundenportal.privacy.services import (  # noqa: PLC0415
            forget_consents,
            forget_data_exports,
            forget_mail_choices,
        )

        register_mails()
        find_choices_with(find_choice)
        find_refusals_with(refusing_logins)
        also_forget(forget_mail_choices)
        also_forget(forget_consents)
        also_forget(forget_data_exports)
