"""Registration, sign-in, forgotten passwords, activation letters and disavowal."""

from kundenportal.linking.services.activation import (
    AlreadyRegistered,
    LinkExpired,
    ProofFailed,
    ProofLocked,
    complete_registration,
)
from kundenportal.linking.services.disavowal import disavow, event_of
from kundenportal.linking.services.letters import export_letters, request_letter
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
from kundenportal.linking.services.sign_in import (
    MustSetPassword,
    SignedIn,
    SignInRefused,
    TooManyTries,
    sign_in,
)

__all__ = [
    "AlreadyRegistered",
    "LinkExpired",
    "MustSetPassword",
    "ProofFailed",
    "ProofLocked",
    "SignInRefused",
    "SignedIn",
    "TooManyTries",
    "complete_registration",
    "delete_old_registrations",
    "disavow",
    "event_of",
    "export_letters",
    "process_password_resets",
    "process_registrations",
    "renew_registration",
    "request_letter",
    "request_password_reset",
    "request_registration",
    "reset_password",
    "sign_in",
]
