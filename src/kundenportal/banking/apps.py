from django.apps import AppConfig


class BankingConfig(AppConfig):
    name = "kundenportal.banking"
    label = "banking"

    def ready(self) -> None:
        from kundenportal.banking.mails import register_kinds  # noqa: PLC0415
        from kundenportal.banking.services import release_accounts  # noqa: PLC0415
        from kundenportal.submissions.models import Submission  # noqa: PLC0415
        from kundenportal.submissions.services import when_settled  # noqa: PLC0415

        register_kinds()
        when_settled(Submission.Kind.BANK_CHANGE, release_accounts)
