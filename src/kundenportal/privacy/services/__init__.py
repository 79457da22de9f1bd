"""Choosing mails, and handing out copies of one's data."""

from kundenportal.privacy.services.data_exports import (
    DataExportGone,
    DataExportRefused,
    HandedOut,
    delete_old_data_exports,
    forget_data_exports,
    hand_out,
    make_data_exports,
    request_data_export,
)
from kundenportal.privacy.services.mail_choices import (
    UnsubscribeLinkUnknown,
    choose_mails,
    forget_mail_choices,
    unsubscribe,
)

__all__ = [
    "DataExportGone",
    "DataExportRefused",
    "HandedOut",
    "UnsubscribeLinkUnknown",
    "choose_mails",
    "delete_old_data_exports",
    "forget_data_exports",
    "forget_mail_choices",
    "hand_out",
    "make_data_exports",
    "request_data_export",
    "unsubscribe",
]
