"""Who may see which customer: grants, registration and its proofs."""

from django.apps import AppConfig


class LinkingConfig(AppConfig):
    name = "kundenportal.linking"
    label = "linking"

    def ready(self) -> None:
        from kundenportal.identity.access_changes import add_access_change_source  # noqa: PLC0415
        from kundenportal.identity.forget_login import also_forget  # noqa: PLC0415
        from kundenportal.identity.security_events import (  # noqa: PLC0415
            add_contact_source,
            add_former_source,
        )
        from kundenportal.linking.mail_recipients import find_recipient  # noqa: PLC0415
        from kundenportal.linking.mails import register_mails  # noqa: PLC0415
        from kundenportal.linking.selectors import (  # noqa: PLC0415
            absorbed_addresses,
            changes_of_access,
            contact_addresses,
            former_contact_addresses,
        )
        from kundenportal.linking.services import forget_deletion_notice, forget_viewings  # noqa: PLC0415
        from kundenportal.mailing.recipients import find_recipients_with  # noqa: PLC0415

        register_mails()
        also_forget(forget_viewings)
        also_forget(forget_deletion_notice)
        add_contact_source(contact_addresses)
        add_former_source(absorbed_addresses)
        add_former_source(former_contact_addresses)
        add_access_change_source(changes_of_access)
        find_recipients_with(find_recipient)
