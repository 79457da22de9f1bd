"""Every proof of a second factor, shown thirty-two times at the same moment: it counts once."""

import datetime as dt
from collections.abc import Callable

import pyotp
import pytest
from django.db import transaction

from kundenportal.identity.areas import Area
from kundenportal.identity.device_codes import DeviceCodeRefused, confirm_with_device_code
from kundenportal.identity.factors.authenticator_app import (
    HasAppAlready,
    add_authenticator_app,
    key_of_setup,
    new_setup,
)
from kundenportal.identity.factors.overview import factors_of
from kundenportal.identity.factors.passkeys import (
    add_passkey,
    options_to_add,
    options_to_sign_in,
    sign_in_with_passkey,
)
from kundenportal.identity.factors.second_step import (
    CodeRefused,
    TooManyCodes,
    confirm_with_app,
    confirm_with_recovery_code,
)
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode, User
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.at_once import at_once
from tests.make import NOW, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.second_factors import add_app

TIMES = 32
LATER = NOW + dt.timedelta(minutes=1)
REFUSALS = (CodeRefused, DeviceCodeRefused, HasAppAlready, PasskeyRefused, TooManyCodes)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return make_user()


def successes(act: Callable[[], object]) -> int:
    """Do the same many times at once; return how often it went well."""
    results = at_once(*[act] * TIMES, refusals=REFUSALS)
    return sum(not isinstance(each, REFUSALS) for each in results)


def test_a_code_of_the_app_counts_once(user: User) -> None:
    app, _ = add_app(user)
    code = app.at(NOW)
    assert successes(lambda: confirm_with_app(user, code=code, device="", now=NOW)) == 1


def test_a_recovery_code_counts_once(user: User) -> None:
    _, codes = add_app(user)
    assert successes(lambda: confirm_with_recovery_code(user, code=codes[0], device="", now=NOW)) == 1
    assert factors_of(user).codes_left == 9
    assert OutgoingMail.objects.filter(kind="recovery_code_used").count() == 1


def test_an_answer_of_a_passkey_signs_in_once(user: User) -> None:
    soft = SoftPasskey()
    make_passkey(user, soft)
    answer = soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW))
    assert (
        successes(
            lambda: sign_in_with_passkey(
                area=Area.CUSTOMERS, credential=answer, address="198.51.100.7", now=NOW
            )
        )
        == 1
    )


def test_a_passkey_is_added_once(user: User) -> None:
    answer = SoftPasskey().make(options_to_add(user, now=NOW))
    assert (
        successes(
            lambda: add_passkey(user, credential=answer, name="Handy", session_key=None, device="", now=NOW)
        )
        == 1
    )
    assert Passkey.objects.count() == 1
    assert RecoveryCode.objects.count() == 10


def test_an_app_is_set_up_once(user: User) -> None:
    setup = new_setup(user, now=NOW)
    code = pyotp.TOTP(key_of_setup(user, setup, now=NOW)).at(NOW)
    assert (
        successes(
            lambda: add_authenticator_app(user, setup=setup, code=code, session_key=None, device="", now=NOW)
        )
        == 1
    )
    assert AuthenticatorApp.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_a_mailed_code_counts_once(user: User) -> None:
    prepare = kind_named("device_code").prepare
    assert prepare is not None
    with transaction.atomic():
        code = str(prepare({"user_id": user.pk}, NOW)["code"])
    assert successes(lambda: confirm_with_device_code(user, code=code, now=LATER)) == 1
