"""The authenticator app, recovery codes, and removing factors."""

import datetime as dt
import re

import pyotp
import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity import password_hashing
from kundenportal.identity.factors.authenticator_app import (
    HasAppAlready,
    SetupExpired,
    WrongCode,
    add_authenticator_app,
    key_of_setup,
    new_setup,
)
from kundenportal.identity.factors.overview import factors_of, has_second_factor
from kundenportal.identity.factors.passkeys import add_passkey, options_to_add
from kundenportal.identity.factors.recovery_codes import NoFactorYet, code_in_groups, renew_recovery_codes
from kundenportal.identity.factors.removal import (
    LastFactorNeeded,
    remove_factor,
    withdraw_factors_added_since,
)
from kundenportal.identity.factors.second_step import (
    CodeRefused,
    TooManyCodes,
    confirm_with_app,
    confirm_with_recovery_code,
)
from kundenportal.identity.models import AuthenticatorApp, Passkey, RecoveryCode, SecurityEvent, User
from kundenportal.mailing.models import OutgoingMail
from tests.make import NOW, make_passkey, make_user
from tests.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db(transaction=True)

STEP = dt.timedelta(seconds=30)
LATER = NOW + dt.timedelta(minutes=5)
DEVICE = "Firefox, Windows"


@pytest.fixture
def user(db: None) -> User:
    return make_user()


def set_up(user: User, *, now: dt.datetime = NOW) -> pyotp.TOTP:
    """Set an app up and return it."""
    setup = new_setup(user, now=now)
    app = pyotp.TOTP(key_of_setup(user, setup, now=now))
    add_authenticator_app(user, setup=setup, code=app.at(now), session_key=None, device=DEVICE, now=now)
    return app


def wrong_code(app: pyotp.TOTP, now: dt.datetime) -> str:
    """Return six digits that are no code within a minute of now."""
    good = {app.at(now + steps * STEP) for steps in range(-2, 3)}
    return next(code for code in (f"{number:06d}" for number in range(10)) if code not in good)


def use(user: User, code: str, *, now: dt.datetime = LATER) -> None:
    confirm_with_app(user, code=code, device=DEVICE, now=now)


def use_recovery(user: User, code: str, *, now: dt.datetime = LATER) -> None:
    confirm_with_recovery_code(user, code=code, device=DEVICE, now=now)


def kinds() -> list[str]:
    return list(OutgoingMail.objects.order_by("id").values_list("kind", flat=True))


def test_an_app_is_set_up_by_its_first_code_and_its_owner_is_told(user: User) -> None:
    assert not has_second_factor(user)
    set_up(user)
    assert has_second_factor(user)
    assert kinds() == ["factor_added"]
    assert OutgoingMail.objects.get().context["factor"] == "app"
    assert AuditEntry.objects.get().action == "security.factor_added"


def test_the_key_stands_nowhere_in_the_clear(user: User) -> None:
    app = set_up(user)
    row = AuthenticatorApp.objects.get()
    assert app.secret.encode() not in bytes(row.sealed_key)
    assert app.secret not in str(OutgoingMail.objects.get().context)


def test_a_wrong_first_code_sets_nothing_up(user: User) -> None:
    setup = new_setup(user, now=NOW)
    code = wrong_code(pyotp.TOTP(key_of_setup(user, setup, now=NOW)), NOW)
    with pytest.raises(WrongCode):
        add_authenticator_app(user, setup=setup, code=code, session_key=None, device=DEVICE, now=NOW)
    assert not AuthenticatorApp.objects.exists()
    assert kinds() == []


@pytest.mark.parametrize("setup", ["", "x", "ä", "AAAA" * 20, None])
def test_a_made_up_setup_is_refused(user: User, setup: str | None) -> None:
    setup = setup if setup is not None else new_setup(make_user(email="andere@beispiel.de"), now=NOW)
    with pytest.raises(SetupExpired):
        add_authenticator_app(user, setup=setup, code="000000", session_key=None, device=DEVICE, now=NOW)


def test_a_setup_is_good_for_an_hour(user: User) -> None:
    setup = new_setup(user, now=NOW)
    assert key_of_setup(user, setup, now=NOW + dt.timedelta(hours=1))
    with pytest.raises(SetupExpired):
        key_of_setup(user, setup, now=NOW + dt.timedelta(hours=1, seconds=1))


def test_a_second_app_is_refused_while_there_is_one(user: User) -> None:
    app = set_up(user)
    with pytest.raises(HasAppAlready):
        set_up(user, now=LATER)
    use(user, app.at(LATER))


def test_a_code_is_taken_once(user: User) -> None:
    app = set_up(user)
    use(user, app.at(LATER))
    with pytest.raises(CodeRefused):
        use(user, app.at(LATER))
    use(user, app.at(LATER + STEP), now=LATER + STEP)


def test_the_code_that_set_the_app_up_signs_nobody_in(user: User) -> None:
    app = set_up(user)
    with pytest.raises(CodeRefused):
        use(user, app.at(NOW), now=NOW)


def test_a_code_is_another_logins_code_never(user: User) -> None:
    app = set_up(user)
    other = make_user(email="andere@beispiel.de")
    set_up(other)
    with pytest.raises(CodeRefused):
        use(other, app.at(LATER))


def test_who_has_no_app_has_no_code(user: User) -> None:
    with pytest.raises(CodeRefused):
        use(user, "123456")
    with pytest.raises(CodeRefused):
        use_recovery(user, "0" * 15)


def test_five_wrong_codes_close_the_quarter_of_an_hour_and_the_owner_is_told_once(user: User) -> None:
    app = set_up(user)
    OutgoingMail.objects.all().delete()
    now = NOW + dt.timedelta(hours=1)
    for _ in range(5):
        with pytest.raises(CodeRefused):
            use(user, wrong_code(app, now), now=now)
    for _ in range(3):
        with pytest.raises(TooManyCodes):
            use(user, app.at(now), now=now)
    assert kinds() == ["second_step_blocked"]
    use(user, app.at(now + dt.timedelta(minutes=15)), now=now + dt.timedelta(minutes=15))


def test_fifty_wrong_codes_close_the_day(user: User) -> None:
    app = set_up(user)
    # A window of a day begins at midnight UTC.
    now = NOW.replace(hour=0, minute=0) + dt.timedelta(days=1)
    for quarter in range(10):
        for _ in range(5):
            at = now + quarter * dt.timedelta(minutes=15)
            with pytest.raises(CodeRefused):
                use(user, wrong_code(app, at), now=at)
    with pytest.raises(TooManyCodes):
        use(user, app.at(now + dt.timedelta(hours=12)), now=now + dt.timedelta(hours=12))
    tomorrow = now + dt.timedelta(days=1)
    use(user, app.at(tomorrow), now=tomorrow)


def test_right_codes_are_not_counted(user: User) -> None:
    app = set_up(user)
    for steps in range(1, 12):
        use(user, app.at(LATER + steps * STEP), now=LATER + steps * STEP)


def test_the_first_factor_brings_recovery_codes_and_the_second_none(user: User) -> None:
    setup = new_setup(user, now=NOW)
    code = pyotp.TOTP(key_of_setup(user, setup, now=NOW)).at(NOW)
    codes = add_authenticator_app(user, setup=setup, code=code, session_key=None, device=DEVICE, now=NOW)
    assert len(codes) == factors_of(user).codes_left == 10
    passkey = SoftPasskey().make(options_to_add(user, now=NOW))
    assert add_passkey(user, credential=passkey, name="Handy", session_key=None, device=DEVICE, now=NOW) == []
    use_recovery(user, codes[0])


def test_there_are_no_recovery_codes_without_a_factor(user: User) -> None:
    with pytest.raises(NoFactorYet):
        renew_recovery_codes(user, device=DEVICE, now=NOW)
    assert not RecoveryCode.objects.exists()
    assert kinds() == []


def test_recovery_codes_are_ten_different_ones_that_stand_nowhere_in_the_clear(user: User) -> None:
    make_passkey(user)
    codes = renew_recovery_codes(user, device=DEVICE, now=NOW)
    assert len({code[0] for code in codes}) == len(codes) == RecoveryCode.objects.count() == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{15}", code) for code in codes)
    stored = str(list(RecoveryCode.objects.values_list("digest", flat=True)))
    assert not any(code[1:] in stored for code in codes)
    assert OutgoingMail.objects.get().context["factor"] == "recovery_codes"


def test_a_recovery_code_is_read_as_a_person_types_it_and_good_once(user: User) -> None:
    set_up(user)
    code = renew_recovery_codes(user, device=DEVICE, now=NOW)[3]
    use_recovery(user, f" {code_in_groups(code).lower()} ")
    with pytest.raises(CodeRefused):
        use_recovery(user, code)
    assert factors_of(user).codes_left == 9
    assert OutgoingMail.objects.latest("id").kind == "recovery_code_used"
    assert OutgoingMail.objects.latest("id").context["codes_left"] == 9


def test_new_recovery_codes_end_the_earlier_ones(user: User) -> None:
    set_up(user)
    old = renew_recovery_codes(user, device=DEVICE, now=NOW)
    new = renew_recovery_codes(user, device=DEVICE, now=NOW)
    with pytest.raises(CodeRefused):
        use_recovery(user, old[0])
    use_recovery(user, new[0])


@pytest.mark.parametrize("typed", ["", "0", "7KQ2M-9XW4T-0B3FH", "ÄÖÜ", "0" * 60])
def test_every_wrong_recovery_code_costs_one_hash(user: User, typed: str, monkeypatch) -> None:
    make_passkey(user)
    renew_recovery_codes(user, device=DEVICE, now=NOW)
    compared: list[str] = []
    verify = password_hashing.verify_password

    def counting(password: str, encoded: str):
        compared.append(encoded)
        return verify(password, encoded)

    monkeypatch.setattr(password_hashing, "verify_password", counting)
    with pytest.raises(CodeRefused):
        use_recovery(user, typed)
    assert len(compared) == 1


def test_wrong_recovery_codes_and_wrong_app_codes_share_their_limit(user: User) -> None:
    app = set_up(user)
    now = NOW + dt.timedelta(hours=1)
    for _ in range(3):
        with pytest.raises(CodeRefused):
            use_recovery(user, "0" * 15, now=now)
    for _ in range(2):
        with pytest.raises(CodeRefused):
            use(user, wrong_code(app, now), now=now)
    with pytest.raises(TooManyCodes):
        use_recovery(user, "0" * 15, now=now)


def test_the_recovery_codes_go_with_the_last_factor(user: User) -> None:
    set_up(user)
    passkey = make_passkey(user)
    renew_recovery_codes(user, device=DEVICE, now=NOW)
    remove_factor(AuthenticatorApp.objects.get(), session_key=None, device=DEVICE, now=LATER)
    assert factors_of(user).codes_left == 10
    remove_factor(passkey, session_key=None, device=DEVICE, now=LATER)
    assert (factors_of(user).count, factors_of(user).codes_left) == (0, 0)
    assert kinds()[-2:] == ["factor_removed", "factor_removed"]


def test_the_last_passkey_of_a_login_without_password_stays(user: User) -> None:
    user.set_unusable_password()
    user.save()
    passkeys = [make_passkey(user), make_passkey(user)]
    set_up(user)
    remove_factor(passkeys[0], session_key=None, device=DEVICE, now=LATER)
    with pytest.raises(LastFactorNeeded):
        remove_factor(passkeys[1], session_key=None, device=DEVICE, now=LATER)
    assert Passkey.objects.get() == passkeys[1]
    remove_factor(AuthenticatorApp.objects.get(), session_key=None, device=DEVICE, now=LATER)


def test_the_last_factor_of_somebody_who_works_here_stays() -> None:
    clerk = make_user(is_staff=True)
    set_up(clerk)
    with pytest.raises(LastFactorNeeded):
        remove_factor(AuthenticatorApp.objects.get(), session_key=None, device=DEVICE, now=LATER)
    assert AuthenticatorApp.objects.exists()
    assert not SecurityEvent.objects.filter(kind="factor_removed").exists()


def test_disowned_factors_go_and_older_ones_stay(user: User) -> None:
    old = make_passkey(user)
    set_up(user, now=LATER)
    make_passkey(user, created_at=LATER)
    renew_recovery_codes(user, device=DEVICE, now=LATER)
    withdraw_factors_added_since(user, since=LATER, now=LATER)
    assert list(Passkey.objects.all()) == [old]
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert AuditEntry.objects.latest("id").details == {"passkeys": 1, "apps": 1}
