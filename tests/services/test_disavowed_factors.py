"""Somebody added his own passkey or app to another's login: one link in the owner's mail ends that."""

import datetime as dt

import pytest

from kundenportal.identity.areas import Area
from kundenportal.identity.factors.passkeys import add_passkey, options_to_add, options_to_sign_in
from kundenportal.identity.factors.passkeys import sign_in_with_passkey as sign_in
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import Passkey, User
from kundenportal.linking.services import disavow
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_customer, make_passkey, make_user
from tests.passkeys import SoftPasskey
from tests.security_mails import link_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user() -> User:
    return make_user(make_customer())


def test_a_strangers_passkey_opens_nothing_after_that_and_the_owners_stays(user: User) -> None:
    own = make_passkey(user, created_at=NOW - dt.timedelta(days=11))
    thief = SoftPasskey()
    credential = thief.make(options_to_add(user, now=NOW))
    add_passkey(user, credential=credential, name="Meiner", session_key=None, device="Chrome, Linux", now=NOW)
    assert sign_in(
        area=Area.CUSTOMERS,
        credential=thief.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)),
        address="203.0.113.9",
        now=NOW,
    )

    token = link_in(OutgoingMail.objects.get(), "/das-war-ich-nicht/").strip("/").split("/")[-1]
    disavow(token=token, now=NOW)

    with pytest.raises(PasskeyRefused):
        sign_in(
            area=Area.CUSTOMERS,
            credential=thief.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)),
            address="203.0.113.9",
            now=NOW,
        )
    assert Passkey.objects.get() == own
