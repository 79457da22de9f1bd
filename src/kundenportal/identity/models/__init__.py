"""Logins, their one-time secrets, and the counters that slow guessing down."""

from kundenportal.identity.models.factors import AuthenticatorApp, Passkey, RecoveryCode, UsedChallenge
from kundenportal.identity.models.one_time_secrets import OneTimeSecret
from kundenportal.identity.models.security import EmailChange, SecurityEvent
from kundenportal.identity.models.sessions import KeptForm, SignedInDevice
from kundenportal.identity.models.staff import StaffMember
from kundenportal.identity.models.throttling import AttemptCounter, FailureStreak
from kundenportal.identity.models.user import User, UserManager

__all__ = [
    "AttemptCounter",
    "AuthenticatorApp",
    "EmailChange",
    "FailureStreak",
    "KeptForm",
    "OneTimeSecret",
    "Passkey",
    "RecoveryCode",
    "SecurityEvent",
    "SignedInDevice",
    "StaffMember",
    "UsedChallenge",
    "User",
    "UserManager",
]
