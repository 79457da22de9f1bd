"""Adding an authenticator app or a passkey, on either site: what the page shows, and what it answers."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.core.qr_codes import qr_path
from kundenportal.identity.device_names import device_name
from kundenportal.identity.factors.authenticator_app import (
    SetupExpired,
    WrongCode,
    add_authenticator_app,
    key_of_setup,
    new_setup,
)
from kundenportal.identity.factors.passkeys import MAX_PASSKEYS, TooManyPasskeys, add_passkey
from kundenportal.identity.factors.totp import key_in_groups, provisioning_uri
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import User
from kundenportal.ui.forms.second_factors import CODE_REFUSED, AppSetupForm, NewPasskeyForm

PASSKEY_NOT_MADE = gettext_lazy("Der Passkey wurde nicht angelegt. Bitte versuchen Sie es noch einmal.")


@dataclass(frozen=True)
class ShownSetup:
    """The key of a new app as a page shows it.

    Attributes:
        token: the sealed key, which the form sends back.
        key: the same for people who type it, in groups.
        qr_path: the same as the path of a picture.
        qr_width: how wide the picture is, in modules.
        is_renewed: whether the key that the form sent was too old, or none of ours.

    """

    token: str
    key: str
    qr_path: str
    qr_width: int
    is_renewed: bool


def shown_setup(user: User, form: AppSetupForm, *, now: dt.datetime) -> ShownSetup:
    """Return the key to show to a login: that of the form, or a new one where it is too old or none yet.

    Args:
        user: the login.
        form: the page's form, bound or not.
        now: when, aware.

    """
    token = form["setup_token"].value() or ""
    is_renewed = False
    try:
        key = key_of_setup(user, token, now=now)
    except SetupExpired:
        is_renewed = form.is_bound
        token = new_setup(user, now=now)
        key = key_of_setup(user, token, now=now)
    path, width = qr_path(provisioning_uri(key, account=user.email, issuer=settings.UTILITY.name))
    return ShownSetup(token, key_in_groups(key), path, width, is_renewed)


def add_app_of(request: HttpRequest, user: User, form: AppSetupForm, *, now: dt.datetime) -> list[str] | None:
    """Set up the app whose first code was typed, and return new recovery codes, if there are any.

    Returns:
        None when the code was refused; the form says why.

    Raises:
        HasAppAlready: when another app was set up meanwhile.

    """
    if not form.is_valid():
        return None
    try:
        return add_authenticator_app(
            user,
            setup=form.cleaned_data["setup_token"],
            code=form.cleaned_data["code"],
            session_key=request.session.session_key,
            device=device_name(request),
            now=now,
        )
    except (WrongCode, SetupExpired):
        form.add_error("code", CODE_REFUSED)
        return None


def add_passkey_of(
    request: HttpRequest, user: User, form: NewPasskeyForm, *, now: dt.datetime
) -> list[str] | None:
    """Add the passkey that the browser made, and return new recovery codes, if there are any.

    Returns:
        None when it was refused; the form says why.

    """
    if not form.is_valid():
        return None
    try:
        return add_passkey(
            user,
            **form.cleaned_data,
            session_key=request.session.session_key,
            device=device_name(request),
            now=now,
        )
    except PasskeyRefused:
        form.add_error(None, str(PASSKEY_NOT_MADE))
    except TooManyPasskeys:
        text = _("Sie haben schon %(most)s Passkeys. Bitte entfernen Sie zuerst einen davon.")
        form.add_error(None, text % {"most": MAX_PASSKEYS})
    return None
