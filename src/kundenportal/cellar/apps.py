from django.apps import AppConfig


class CellarConfig(AppConfig):
    name = "kundenportal.cellar"
    label = "cellar"

    def ready(self) -> None:
        from kundenportal.cellar.mails import register_kinds  # noqa: PLC0415
        from kundenportal.cellar.services import forget_waiting, move_waiting  # noqa: PLC0415
        from kundenportal.identity.forget_login import also_forget  # noqa: PLC0415
        from kundenportal.linking.moving import also_move  # noqa: PLC0415

        register_kinds()
        also_forget(forget_waiting)
        also_move(move_waiting)
