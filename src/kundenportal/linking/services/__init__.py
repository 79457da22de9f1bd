"""Registration, sign-in, forgotten passwords, letters, linking and its undoing, disavowal, viewing."""

from kundenportal.identity.sign_in_door import TooManyTries
from kundenportal.linking.services.activation import (
    AlreadyRegistered,
    ProofFailed,
    ProofLocked,
    complete_registration,
)
from kundenportal.linking.services.disavowal import disavow, event_of
from kundenportal.linking.services.errors import AccessHeld, LinkExpired, StrongerLogin
from kundenportal.linking.services.for_customers import (
    LetterOnItsWay,
    NoAddress,
    NoLetter,
    SentOften,
    address_of_access_data,
    restrict_until_letter,
    send_access_data,
)
from kundenportal.linking.services.idle_logins import tidy_idle_logins
from kundenportal.linking.services.letters import export_letters, request_letter
from kundenportal.linking.services.linking import (
    AlreadyLinked,
    LetterCodeWrong,
    OtherPasswordWrong,
    OwnAccount,
    PairRefused,
    TooManyLinkTries,
    link_account,
    request_link,
    request_link_letter,
)
from kundenportal.linking.services.merging import LoginChanged
from kundenportal.linking.services.password_reset import (
    process_password_resets,
    request_password_reset,
    reset_password,
)
from kundenportal.linking.services.registration import (
    delete_old_registrations,
    process_registrations,
    renew_registration,
    request_registration,
)
from kundenportal.linking.services.same_email import link_same_email, link_same_email_at_sign_in
from kundenportal.linking.services.sign_in import (
    MustSetPassword,
    SignedIn,
    SignInRefused,
    sign_in,
)
from kundenportal.linking.services.sign_in_link import (
    process_sign_in_links,
    request_sign_in_link,
    sign_in_by_link,
)
from kundenportal.linking.services.undo import undo_link, undoable_of
from kundenportal.linking.services.unlinking import (
    LastAccount,
    LinkMissing,
    delete_login,
    forget_absorbed_logins,
    forget_deletion_notice,
    unlink_account,
)
from kundenportal.linking.services.unlocking import link_to_unlock, request_unlock_letter, unlock_account
from kundenportal.linking.services.viewing import (
    VIEWING_LASTS,
    NothingToView,
    ViewingOver,
    end_overdue_viewings,
    end_viewing,
    forget_viewings,
    start_viewing,
    view_page,
)

REFUSALS = (AccessHeld, LetterCodeWrong, OtherPasswordWrong, StrongerLogin, TooManyLinkTries)
"""Why ``link_account`` refuses what somebody can do something about."""

__all__ = [
    "REFUSALS",
    "VIEWING_LASTS",
    "AccessHeld",
    "AlreadyLinked",
    "AlreadyRegistered",
    "LastAccount",
    "LetterCodeWrong",
    "LetterOnItsWay",
    "LinkExpired",
    "LinkMissing",
    "LoginChanged",
    "MustSetPassword",
    "NoAddress",
    "NoLetter",
    "NothingToView",
    "OtherPasswordWrong",
    "OwnAccount",
    "PairRefused",
    "ProofFailed",
    "ProofLocked",
    "SentOften",
    "SignInRefused",
    "SignedIn",
    "StrongerLogin",
    "TooManyLinkTries",
    "TooManyTries",
    "ViewingOver",
    "address_of_access_data",
    "complete_registration",
    "delete_login",
    "delete_old_registrations",
    "disavow",
    "end_overdue_viewings",
    "end_viewing",
    "event_of",
    "export_letters",
    "forget_absorbed_logins",
    "forget_deletion_notice",
    "forget_viewings",
    "link_account",
    "link_same_email",
    "link_same_email_at_sign_in",
    "link_to_unlock",
    "process_password_resets",
    "process_registrations",
    "process_sign_in_links",
    "renew_registration",
    "request_letter",
    "request_link",
    "request_link_letter",
    "request_password_reset",
    "request_registration",
    "request_sign_in_link",
    "request_unlock_letter",
    "reset_password",
    "restrict_until_letter",
    "send_access_data",
    "sign_in",
    "sign_in_by_link",
    "start_viewing",
    "tidy_idle_logins",
    "undo_link",
    "undoable_of",
    "unlink_account",
    "unlock_account",
    "view_page",
]
