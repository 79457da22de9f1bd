"""Undoing, unlinking, unlocking, deleting: how linked accounts part again."""

import datetime as dt

import pytest
from django.db import transaction

from kundenportal.identity.models import OneTimeSecret, Passkey, User
from kundenportal.identity.password_check import WrongPassword
from kundenportal.linking.models import AccountLink, ActivationLetter, LinkRequest, LoginMerge, Registration
from kundenportal.linking.services import (
    LastAccount,
    LetterCodeWrong,
    LinkExpired,
    LinkMissing,
    TooManyLinkTries,
    delete_login,
    disavow,
    export_letters,
    forget_absorbed_logins,
    link_same_email,
    link_same_email_at_sign_in,
    request_unlock_letter,
    undo_link,
    unlink_account,
    unlock_account,
)
from kundenportal.mailing.kinds import kind_named
from kundenportal.mailing.models import OutgoingMail
from tests.linking import (
    NUMBER,
    OTHER_PASSWORD,
    disavow_token,
    held_link,
    link,
    make_address,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
    undo_token,
)
from tests.make import NOW, PASSWORD, make_customer, make_premise, make_register
from tests.personas import sign_in
from tests.security_mails import recipients

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
BOTH = ["0010224/1", "0014026/1"]


def merged() -> tuple[User, User]:
    user, weber = make_bauer(), make_weber()
    other = make_other(weber)
    link(user, password=OTHER_PASSWORD)
    return user, other


# --- Undoing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["m.bauer@beispiel.de", "petra@beispiel.de", "p.weber@beispiel.de"])
def test_every_address_that_was_told_restores_login_password_and_numbers(who: str) -> None:
    user, other = merged()
    undo_link(token=undo_token("accounts_linked", who), now=NOW + 13 * DAY)
    other.refresh_from_db()
    assert other.is_active
    assert other.check_password(OTHER_PASSWORD)
    assert other.email == "petra@beispiel.de"
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], [NUMBER])
    assert recipients("link_undone") == ["m.bauer@beispiel.de", "p.weber@beispiel.de", "petra@beispiel.de"]


def test_an_undo_link_is_good_for_14_days_and_once_whoever_uses_it() -> None:
    merged()
    first, second = (undo_token("accounts_linked", f"{who}@beispiel.de") for who in ("m.bauer", "petra"))
    for token, now in ((first, NOW + 14 * DAY), ("erfunden", NOW)):
        with pytest.raises(LinkExpired):
            undo_link(token=token, now=now)
    undo_link(token=first, now=NOW)
    for token in (first, second):
        with pytest.raises(LinkExpired):
            undo_link(token=token, now=NOW)


def test_a_number_that_was_unlinked_meanwhile_comes_back_too() -> None:
    user, other = merged()
    unlink_account(
        user=user, link_id=AccountLink.objects.get(user=user, merge__isnull=False).public_id, now=NOW
    )
    undo_link(token=undo_token("accounts_linked", "petra@beispiel.de"), now=NOW + DAY)
    assert numbers_of(other) == [NUMBER]


@pytest.mark.parametrize(("proof", "comes_back"), [("meter", True), ("letter", False)])
def test_a_number_that_was_registered_anew_comes_back_from_the_weaker_proof(proof, comes_back) -> None:
    user, other = merged()
    unlink_account(
        user=user, link_id=AccountLink.objects.get(user=user, merge__isnull=False).public_id, now=NOW
    )
    customer = AccountLink.objects.filter(customer__customer_number=NUMBER).first().customer
    third = make_other(email="dritte@beispiel.de")
    AccountLink.objects.create(user=third, customer=customer, proof=proof, created_at=NOW + DAY)
    undo_link(token=undo_token("accounts_linked", "petra@beispiel.de"), now=NOW + 2 * DAY)
    assert numbers_of(other) == ([NUMBER] if comes_back else [])
    assert numbers_of(third) == ([] if comes_back else [NUMBER])


def test_logins_absorbed_in_turn_come_back_in_any_order() -> None:
    first, second = merged()
    token = undo_token("accounts_linked", "petra@beispiel.de")
    third = make_other(make_customer(customer_number="0010300/1"), email="dritte@beispiel.de")
    customer = make_customer(customer_number="0010400/1")
    AccountLink.objects.create(user=first, customer=customer, proof="mailbox", created_at=NOW)
    make_register(make_premise(customer), meter_number="8 SEN 1")
    first.email = "erste@beispiel.de"
    first.save()
    link(third, "0010400/1", "8SEN1", now=NOW + DAY, password=PASSWORD)
    assert numbers_of(third) == ["0010224/1", "0010300/1", "0010400/1", "0014026/1"]
    undo_link(token=token, now=NOW + 2 * DAY)
    undo_link(token=undo_token("accounts_linked", "erste@beispiel.de"), now=NOW + 2 * DAY)
    assert numbers_of(first) == ["0010400/1", "0014026/1"]
    assert (numbers_of(second), numbers_of(third)) == ([NUMBER], ["0010300/1"])


def test_the_contact_address_withdraws_a_linked_account() -> None:
    user, _ = make_bauer(), make_weber()
    link(user)
    undo_link(token=undo_token("registration_completed", "p.weber@beispiel.de"), now=NOW + DAY)
    assert numbers_of(user) == ["0014026/1"]
    user.refresh_from_db()
    assert user.is_active
    assert recipients("link_undone") == ["m.bauer@beispiel.de", "p.weber@beispiel.de"]


def test_after_a_withdrawal_only_a_letter_frees_the_next_try() -> None:
    user, weber = make_bauer(), make_weber()
    make_address(weber)
    link(user)
    undo_link(token=undo_token("registration_completed", "p.weber@beispiel.de"), now=NOW)
    link(user, now=NOW + DAY)
    grant = held_link(user, weber, now=NOW + 100 * DAY)
    assert grant is not None
    assert grant.awaits_letter


def test_a_login_that_held_nothing_else_is_dissolved() -> None:
    weber = make_weber()
    user = make_other(weber)
    grant = AccountLink.objects.get()
    AccountLink.objects.update(proof="meter")
    prepare = kind_named("registration_completed").prepare
    assert prepare is not None
    with transaction.atomic():
        token = prepare({"account_link_id": grant.pk}, NOW)["undo_token"]
    undo_link(token=token, now=NOW)
    user.refresh_from_db()
    assert not user.is_active
    assert numbers_of(user) == []


@pytest.mark.parametrize("proof", ["mailbox", "letter"])
def test_an_access_that_was_proven_well_cannot_be_withdrawn_by_a_link(proof: str) -> None:
    make_other(make_weber())
    AccountLink.objects.update(proof=proof)
    prepare = kind_named("registration_completed").prepare
    assert prepare is not None
    assert prepare({"account_link_id": AccountLink.objects.get().pk}, NOW) == {}
    assert not OneTimeSecret.objects.exists()


# --- "Das war ich nicht" -------------------------------------------------------------------------------


def test_who_lost_his_login_gets_it_back_with_a_password_nobody_knows() -> None:
    user, other = merged()
    disavow(token=disavow_token("petra@beispiel.de"), now=NOW + DAY)
    other.refresh_from_db()
    assert other.is_active
    assert not other.has_usable_password()
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], [NUMBER])
    assert recipients("password_reset") == ["petra@beispiel.de"]
    assert LoginMerge.objects.get().undone_at == NOW + DAY


def test_who_finds_a_stranger_s_account_in_his_login_gets_rid_of_it() -> None:
    user, _ = make_bauer(), make_weber()
    link(user)
    disavow(token=disavow_token("m.bauer@beispiel.de"), now=NOW + DAY)
    assert numbers_of(user) == ["0014026/1"]
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password()) == (True, False)


# --- Unlinking -----------------------------------------------------------------------------------------


def test_an_unlinked_number_is_free_at_once() -> None:
    user, weber = make_bauer(), make_weber()
    link(user)
    grant = AccountLink.objects.get(customer=weber)
    unlink_account(user=user, link_id=grant.public_id, now=NOW + DAY)
    assert numbers_of(user) == ["0014026/1"]
    assert recipients("account_unlinked") == ["m.bauer@beispiel.de", "p.weber@beispiel.de"]
    link(user, now=NOW + DAY)
    assert numbers_of(user) == BOTH


def test_the_last_number_and_those_of_others_stay() -> None:
    user, other = make_bauer(), make_other(make_weber())
    with pytest.raises(LastAccount):
        unlink_account(user=user, link_id=AccountLink.objects.get(user=user).public_id, now=NOW)
    with pytest.raises(LinkMissing):
        unlink_account(user=user, link_id=AccountLink.objects.get(user=other).public_id, now=NOW)
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], [NUMBER])
    assert not OutgoingMail.objects.exists()


# --- Deleting ------------------------------------------------------------------------------------------


def test_a_deleted_login_is_forgotten_and_its_numbers_are_free(client) -> None:
    user, weber = make_bauer(), make_weber()
    link(user)
    sign_in(client, user)
    delete_login(user=user, current_password=PASSWORD, now=NOW)
    user.refresh_from_db()
    assert (user.email, user.is_active, user.has_usable_password()) == ("", False, False)
    assert not AccountLink.objects.filter(ended_at=None).exists()
    assert client.get("/konto/").status_code == 303
    assert recipients("login_deleted") == ["m.bauer@beispiel.de", "p.weber@beispiel.de"]
    link(make_other(make_customer()), now=NOW)
    assert AccountLink.objects.get(ended_at=None, customer=weber).user.email == "petra@beispiel.de"


def test_what_was_typed_to_register_goes_with_the_login() -> None:
    user = make_bauer()
    typed = {"customer_number": "0014026/1", "name": "Michael Bauer", "created_at": NOW}
    Registration.objects.create(email=user.email, status="completed", user=user, **typed)
    other = Registration.objects.create(email="andere@beispiel.de", status="mailed", **typed)

    delete_login(user=user, current_password=PASSWORD, now=NOW)

    assert list(Registration.objects.all()) == [other]


def test_a_wrong_password_deletes_nothing() -> None:
    user = make_bauer()
    with pytest.raises(WrongPassword):
        delete_login(user=user, current_password="falsch", now=NOW)
    assert numbers_of(user) == ["0014026/1"]
    assert not OutgoingMail.objects.exists()


def test_who_absorbs_and_deletes_takes_nothing_with_him() -> None:
    user, other = merged()
    delete_login(user=user, current_password=PASSWORD, now=NOW + DAY)
    undo_link(token=undo_token("accounts_linked", "petra@beispiel.de"), now=NOW + 2 * DAY)
    assert numbers_of(other) == [NUMBER]


def test_an_absorbed_login_is_forgotten_after_30_days() -> None:
    _, other = merged()
    assert forget_absorbed_logins(NOW + 30 * DAY) == 0
    assert forget_absorbed_logins(NOW + 31 * DAY) == 1
    assert forget_absorbed_logins(NOW + 31 * DAY) == 0
    other.refresh_from_db()
    assert (other.email, other.has_usable_password()) == ("", False)


def test_requests_to_link_are_deleted_after_60_days() -> None:
    user, weber = make_bauer(), make_weber()
    LinkRequest.objects.create(user=user, customer=weber, created_at=NOW)
    assert forget_absorbed_logins(NOW + 60 * DAY) == 0
    assert forget_absorbed_logins(NOW + 61 * DAY) == 1
    assert not LinkRequest.objects.exists()


# --- Unlocking -----------------------------------------------------------------------------------------


@pytest.fixture
def locked() -> tuple[User, AccountLink]:
    user, weber = make_bauer(), make_weber(contact_email="")
    make_address(weber)
    link(user)
    return user, AccountLink.objects.get(customer=weber)


def code_of(tmp_path) -> str:
    path = export_letters(tmp_path, now=NOW)
    assert path is not None
    return path.read_text(encoding="utf-8").splitlines()[1].split(";")[6]


def test_the_letter_s_code_frees_an_account_for_good(locked, tmp_path) -> None:
    user, grant = locked
    unlock_account(user=user, link_id=grant.public_id, letter_code=code_of(tmp_path), now=NOW)
    grant.refresh_from_db()
    assert (grant.proof, grant.awaits_letter) == ("letter", False)
    with pytest.raises(LinkMissing):
        unlock_account(user=user, link_id=grant.public_id, letter_code="x", now=NOW)


def test_a_wrong_code_frees_nothing_and_five_close_the_day(locked, tmp_path) -> None:
    user, grant = locked
    code = code_of(tmp_path)
    for _round in range(5):
        with pytest.raises(LetterCodeWrong):
            unlock_account(user=user, link_id=grant.public_id, letter_code="7KQ2M-9XW4T", now=NOW)
    with pytest.raises(TooManyLinkTries):
        unlock_account(user=user, link_id=grant.public_id, letter_code=code, now=NOW)
    grant.refresh_from_db()
    assert grant.awaits_letter
    unlock_account(user=user, link_id=grant.public_id, letter_code=code, now=NOW + DAY)


def test_a_stranger_frees_nothing(locked, tmp_path) -> None:
    _, grant = locked
    with pytest.raises(LinkMissing):
        unlock_account(user=make_other(), link_id=grant.public_id, letter_code=code_of(tmp_path), now=NOW)


def test_a_new_letter_goes_out_when_the_last_code_ran_out(locked, tmp_path) -> None:
    user, grant = locked
    request_unlock_letter(user=user, link_id=grant.public_id, now=NOW)
    assert ActivationLetter.objects.count() == 1
    code_of(tmp_path)
    request_unlock_letter(user=user, link_id=grant.public_id, now=NOW + 30 * DAY)
    assert ActivationLetter.objects.count() == 2
    with pytest.raises(LinkMissing):
        request_unlock_letter(user=make_other(), link_id=grant.public_id, now=NOW)


# --- Logins of one mailbox -----------------------------------------------------------------------------


def twins(**values) -> tuple[User, User]:
    return make_bauer(), make_other(make_weber(), email="m.bauer@beispiel.de", **values)


def test_logins_of_one_proven_mailbox_are_linked_at_a_sign_in_by_it() -> None:
    user, other = twins()
    assert link_same_email_at_sign_in(user, now=NOW) == 1
    assert (numbers_of(user), numbers_of(other)) == (BOTH, [])
    assert recipients("accounts_linked") == ["m.bauer@beispiel.de", "p.weber@beispiel.de"]
    undo_link(token=undo_token("accounts_linked", "m.bauer@beispiel.de"), now=NOW)
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], [NUMBER])
    assert link_same_email_at_sign_in(user, now=NOW + DAY) == 0


@pytest.mark.parametrize(("setting", "at_sign_in", "on_wish"), [("confirm", 0, 1), ("off", 0, 0)])
def test_the_setting_says_whether_it_is_asked_first(settings, setting, at_sign_in, on_wish) -> None:
    settings.AUTO_LINK = setting
    user, _ = twins()
    assert link_same_email_at_sign_in(user, now=NOW) == at_sign_in
    assert link_same_email(user, now=NOW) == on_wish


@pytest.mark.parametrize("reason", ["unproven", "own unproven", "factor", "held", "own held", "staff", "off"])
def test_no_other_logins_are_linked(reason: str) -> None:
    user, other = twins()
    if reason == "factor":
        Passkey.objects.create(user=other, credential_id="x", credential=b"x", name="x", created_at=NOW)
    elif reason in {"held", "own held"}:
        whose = user if reason == "own held" else other
        AccountLink.objects.filter(user=whose).update(held_until=NOW + DAY)
    changes = {
        "unproven": (other, {"email_verified_at": None}),
        "own unproven": (user, {"email_verified_at": None}),
        "staff": (other, {"is_staff": True}),
        "off": (other, {"is_active": False}),
    }
    whose, values = changes.get(reason, (other, {"language": "de"}))
    User.objects.filter(pk=whose.pk).update(**values)
    user.refresh_from_db()
    assert link_same_email_at_sign_in(user, now=NOW) == 0
    assert numbers_of(other) == [NUMBER]


def test_a_twin_in_another_alphabet_is_another_mailbox() -> None:
    user = make_bauer()
    other = make_other(make_weber(), email="m.bauer@beispıel.de")
    assert link_same_email_at_sign_in(user, now=NOW) == 0
    assert numbers_of(other) == [NUMBER]
