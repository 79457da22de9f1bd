"""What a login shows beside its password."""

from dataclasses import dataclass

from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode, User


@dataclass(frozen=True)
class Factors:
    """The second factors of a login.

    Attributes:
        passkeys: the oldest first.
        app: its authenticator app, if it has one.
        codes_left: how many recovery codes were not used.

    """

    passkeys: tuple[Passkey, ...]
    app: AuthenticatorApp | None
    codes_left: int

    @property
    def count(self) -> int:
        """How many factors there are; recovery codes are none, they stand in for one."""
        return len(self.passkeys) + (self.app is not None)


def factors_of(user: User) -> Factors:
    """Return the second factors of a login; three queries."""
    return Factors(
        passkeys=tuple(Passkey.objects.filter(user=user).order_by("id")),
        app=AuthenticatorApp.objects.filter(user=user).first(),
        codes_left=RecoveryCode.objects.filter(user=user, used_at=None).count(),
    )


def has_second_factor(user: User) -> bool:
    """Tell whether a login asks for more than its password: for a passkey or the code of an app."""
    has_passkey = Passkey.objects.filter(user=user).exists()
    return has_passkey or AuthenticatorApp.objects.filter(user=user).exists()
