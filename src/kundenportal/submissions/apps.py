from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "kundenportal.submissions"
    label = "submissions"

    def ready(self) -> None:
        from kundenportal.submissions.mails import register_kinds  # noqa: PLC0415

        register_kinds()
