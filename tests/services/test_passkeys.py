"""Passkeys: adding, signing in, proving, and every wrong answer."""

import datetime as dt
import json
import string
from collections.abc import Callable

import pytest
from django.db import connection
from fido2.webauthn import AuthenticatorData
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.areas import Area
from kundenportal.identity.factors.challenges import delete_used_challenges
from kundenportal.identity.factors.passkeys import (
    MAX_PASSKEYS,
    TooManyPasskeys,
    TooManyPasskeyTries,
    add_passkey,
    check_own_passkey,
    options_to_add,
    options_to_confirm,
    options_to_sign_in,
    rename_passkey,
    sign_in_with_passkey,
)
from kundenportal.identity.factors.webauthn import PasskeyRefused
from kundenportal.identity.models import Passkey, SecurityEvent, UsedChallenge, User
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_user
from tests.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + dt.timedelta(minutes=2)
ADDRESS = "198.51.100.7"
BASE64 = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def user(db: None) -> User:
    return make_user()


@pytest.fixture
def soft(user: User) -> SoftPasskey:
    """A passkey that the login has."""
    soft = SoftPasskey()
    add(user, soft)
    return soft


def add(user: User, soft: SoftPasskey, **values) -> Passkey:
    credential = soft.make(options_to_add(user, now=NOW))
    add_passkey(
        user,
        **{
            "credential": credential,
            "name": "Handy",
            "session_key": None,
            "device": "Chrome, Android",
            "now": NOW,
        }
        | values,
    )
    return Passkey.objects.latest("id")


def sign_in(credential: str, *, now: dt.datetime = LATER, address: str = ADDRESS) -> User:
    return sign_in_with_passkey(area=Area.CUSTOMERS, credential=credential, address=address, now=now)


def test_the_options_ask_for_a_passkey_and_for_finger_face_or_pin(user: User) -> None:
    options = options_to_add(user, now=NOW)["publicKey"]
    assert options["rp"] == {"id": "localhost", "name": "Stadtwerke Musterbach"}
    assert options["user"]["name"] == "m.bauer@beispiel.de"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    asked = options_to_sign_in(Area.CUSTOMERS, now=NOW)["publicKey"]
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert not asked.get("allowCredentials")


def test_options_change_nothing(user: User, soft: SoftPasskey) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "cursor", None)
        options_to_sign_in(Area.CUSTOMERS, now=NOW)
    options_to_add(user, now=NOW)
    options_to_confirm(user, now=NOW)
    assert UsedChallenge.objects.count() == 1


def test_a_passkey_is_added_and_everybody_who_must_know_is_told(user: User) -> None:
    passkey = add(user, SoftPasskey())
    assert (passkey.name, passkey.created_at, passkey.last_used_at) == ("Handy", NOW, None)
    assert SecurityEvent.objects.get().kind == "factor_added"
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("factor_added", "m.bauer@beispiel.de")
    assert mail.context["factor"] == "passkey"
    assert AuditEntry.objects.get().action == "security.factor_added"


def test_a_device_that_has_a_passkey_is_named_so_that_it_makes_no_second(user: User, soft) -> None:
    known = options_to_add(user, now=NOW)["publicKey"]["excludeCredentials"]
    assert [each["id"] for each in known] == [Passkey.objects.get().credential_id]


def test_nobody_has_more_passkeys_than_allowed(user: User) -> None:
    for _ in range(MAX_PASSKEYS):
        add(user, SoftPasskey())
    with pytest.raises(TooManyPasskeys):
        add(user, SoftPasskey())
    assert user.passkeys.count() == MAX_PASSKEYS


def test_a_credential_belongs_to_one_login_only(user: User, soft: SoftPasskey) -> None:
    other = make_user(email="andere@beispiel.de")
    with pytest.raises(PasskeyRefused):
        add(other, soft)
    assert Passkey.objects.get().user == user


def test_the_same_answer_adds_nothing_twice(user: User) -> None:
    soft = SoftPasskey()
    credential = soft.make(options_to_add(user, now=NOW))
    add(user, soft, credential=credential)
    Passkey.objects.all().delete()
    with pytest.raises(PasskeyRefused):
        add(user, soft, credential=credential)
    assert not Passkey.objects.exists()


def test_a_passkey_signs_in_without_a_name_and_without_a_password(user: User, soft: SoftPasskey) -> None:
    assert sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW))) == user
    assert Passkey.objects.get().last_used_at == LATER
    assert AuditEntry.objects.filter(action="sign_in.succeeded", actor=f"user:{user.pk}").count() == 1


def test_an_answer_is_good_once(soft: SoftPasskey) -> None:
    credential = soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW))
    sign_in(credential)
    with pytest.raises(PasskeyRefused):
        sign_in(credential)


def test_an_answer_is_good_for_an_hour(soft: SoftPasskey) -> None:
    credential = soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW))
    with pytest.raises(PasskeyRefused):
        sign_in(credential, now=NOW + dt.timedelta(hours=1, seconds=1))
    assert sign_in(credential, now=NOW + dt.timedelta(hours=1))


def not_verified(soft: SoftPasskey) -> None:
    soft.flags = AuthenticatorData.FLAG.UP


def not_present(soft: SoftPasskey) -> None:
    soft.flags = AuthenticatorData.FLAG.UV


def other_host(soft: SoftPasskey) -> None:
    soft.host = "boese.example"


def other_origin(soft: SoftPasskey) -> None:
    soft.origin = "https://boese.example"


def other_port(soft: SoftPasskey) -> None:
    soft.origin = "http://localhost:8001"


def subdomain(soft: SoftPasskey) -> None:
    soft.origin = "http://x.localhost:8000"


def other_key(soft: SoftPasskey) -> None:
    soft.key = SoftPasskey().key


def unknown_credential(soft: SoftPasskey) -> None:
    soft.credential_id = SoftPasskey().credential_id


WRONG = [not_verified, not_present, other_host, other_origin, other_port, subdomain]


@pytest.mark.parametrize("make_wrong", [*WRONG, other_key, unknown_credential])
def test_a_wrong_answer_signs_nobody_in(soft: SoftPasskey, make_wrong: Callable[[SoftPasskey], None]) -> None:
    make_wrong(soft)
    with pytest.raises(PasskeyRefused):
        sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)))
    assert Passkey.objects.get().last_used_at is None
    assert not AuditEntry.objects.filter(action="sign_in.succeeded").exists()


@pytest.mark.parametrize("make_wrong", WRONG)
def test_a_wrong_answer_adds_nothing(user: User, make_wrong: Callable[[SoftPasskey], None]) -> None:
    soft = SoftPasskey()
    make_wrong(soft)
    with pytest.raises(PasskeyRefused):
        add(user, soft)
    assert not Passkey.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_an_answer_counts_only_for_what_was_asked(user: User, soft: SoftPasskey) -> None:
    with pytest.raises(PasskeyRefused):
        sign_in(soft.sign(options_to_confirm(user, now=NOW)))
    with pytest.raises(PasskeyRefused):
        check_own_passkey(user, credential=soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)), now=LATER)
    with pytest.raises(PasskeyRefused):
        sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW), type_="webauthn.create"))


def test_a_challenge_of_somebody_else_is_refused(soft: SoftPasskey) -> None:
    made_up = {"publicKey": {"challenge": "A" * 71}}
    with pytest.raises(PasskeyRefused):
        sign_in(soft.sign(made_up))


def test_a_passkey_proves_its_own_login_only(user: User, soft: SoftPasskey) -> None:
    check_own_passkey(user, credential=soft.sign(options_to_confirm(user, now=NOW)), now=LATER)
    other = make_user(email="andere@beispiel.de")
    with pytest.raises(PasskeyRefused):
        check_own_passkey(other, credential=soft.sign(options_to_confirm(other, now=NOW)), now=LATER)


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_staff": True}])
def test_who_may_not_sign_in_here_cannot_with_a_passkey(user: User, soft, values: dict[str, bool]) -> None:
    User.objects.update(**values)
    with pytest.raises(PasskeyRefused):
        sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)))


@pytest.mark.parametrize(
    ("before", "after", "is_good"), [(0, 0, True), (0, 5, True), (5, 6, True), (5, 5, False), (5, 0, False)]
)
def test_a_copied_passkey_is_told_by_its_count(
    soft: SoftPasskey, before: int, after: int, is_good: bool
) -> None:
    Passkey.objects.update(sign_count=before)
    soft.count = after
    credential = soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW))
    if is_good:
        assert sign_in(credential)
        assert Passkey.objects.get().sign_count == after
    else:
        with pytest.raises(PasskeyRefused):
            sign_in(credential)
        assert Passkey.objects.get().sign_count == before


def test_a_place_that_tries_too_much_is_slowed_down(soft: SoftPasskey) -> None:
    for _ in range(60):
        with pytest.raises(PasskeyRefused):
            sign_in("{}")
    with pytest.raises(TooManyPasskeyTries):
        sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)))
    assert sign_in(soft.sign(options_to_sign_in(Area.CUSTOMERS, now=NOW)), address="203.0.113.9")


def test_a_passkey_gets_another_name(user: User, soft: SoftPasskey) -> None:
    rename_passkey(Passkey.objects.get(), name="Tablet", now=LATER)
    assert Passkey.objects.get().name == "Tablet"
    assert AuditEntry.objects.filter(action="passkey.renamed").exists()


def test_used_challenges_go_when_nobody_could_answer_them_any_more(soft: SoftPasskey) -> None:
    assert delete_used_challenges(NOW + dt.timedelta(hours=2)) == 0
    assert delete_used_challenges(NOW + dt.timedelta(hours=2, seconds=1)) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "rawId", "response", "type", "clientDataJSON", "authenticatorData", "signature"]
            ),
            inner,
            max_size=7,
        )
    ),
    max_leaves=12,
)


@given(answer=JSON | st.text(max_size=50))
@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_reader(user: User, answer) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    with pytest.raises(PasskeyRefused):
        check_own_passkey(user, credential=text, now=NOW)
    with pytest.raises(PasskeyRefused):
        add_passkey(user, credential=text, name="x", session_key=None, device="", now=NOW)


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature"])
@given(place=st.integers(0, 47), shift=st.integers(1, 63))
@hypothesis_settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_byte_passes(user: User, soft: SoftPasskey, part: str, place: int, shift: int) -> None:
    answer = json.loads(soft.sign(options_to_confirm(user, now=NOW)))
    text = answer["response"][part]
    other = BASE64[(BASE64.index(text[place]) + shift) % 64]
    answer["response"][part] = text[:place] + other + text[place + 1 :]
    with pytest.raises(PasskeyRefused):
        check_own_passkey(user, credential=json.dumps(answer), now=LATER)
