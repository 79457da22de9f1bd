from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "kundenportal.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from kundenportal.campaigns.mails import register_kinds  # noqa: PLC0415

        register_kinds()
