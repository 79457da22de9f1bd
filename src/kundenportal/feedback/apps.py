from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "kundenportal.feedback"
    label = "feedback"

    def ready(self) -> None:
        from kundenportal.feedback.mails import register_kinds  # noqa: PLC0415

        register_kinds()
