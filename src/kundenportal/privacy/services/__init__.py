"""Choosing mails, agreeing to things, and handing out copies of one's data."""

from kundenportal.privacy.services.consents import (
    ConsentLinkExpired,
    ConsentRefused,
    TooManyConsents,
    agree_to_online_invoices,
    confirm_consent,
    forget_consents,
    revoke_consent,
    tidy_consents,
)
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
    "ConsentLinkExpired",
    "ConsentRefused",
    "DataExportGone",
    "DataExportRefused",
    "HandedOut",
    "TooManyConsents",
    "UnsubscribeLinkUnknown",
    "agree_to_online_invoices",
    "choose_mails",
    "confirm_consent",
    "delete_old_data_exports",
    "forget_consents",
    "forget_data_exports",
    "forget_mail_choices",
    "hand_out",
    "make_data_exports",
    "request_data_export",
    "revoke_consent",
    "tidy_consents",
    "unsubscribe",
]
