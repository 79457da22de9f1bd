from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kundenportal.documents"
    label = "documents"

    def ready(self) -> None:
        from kundenportal.documents.mails import register_kinds  # noqa: PLC0415

        register_kinds()
