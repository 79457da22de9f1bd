"""Linking a further account: who may, by which proof, how often, and what follows."""

import csv
import datetime as dt

import pytest

from kundenportal.audit.models import AuditEntry
from kundenportal.identity.models import AttemptCounter, OneTimeSecret, Passkey, SignedInDevice, User
from kundenportal.linking.holds import held_links, may_link_further
from kundenportal.linking.models import AccountLink, ActivationLetter, LinkRequest, LoginMerge
from kundenportal.linking.services import (
    AccessHeld,
    AlreadyLinked,
    LetterCodeWrong,
    LinkExpired,
    OtherPasswordWrong,
    OwnAccount,
    PairRefused,
    SignedIn,
    SignInRefused,
    StrongerLogin,
    TooManyLinkTries,
    export_letters,
    link_account,
    request_link_letter,
    sign_in,
)
from kundenportal.mailing.models import OutgoingMail
from tests.linking import (
    METER,
    NUMBER,
    OTHER_PASSWORD,
    ask,
    held_link,
    link,
    make_address,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
)
from tests.make import NOW, PASSWORD, make_customer, make_premise, make_register
from tests.personas import sign_in as open_browser
from tests.security_mails import recipients

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
BOTH = ["0010224/1", "0014026/1"]


def nothing_changed() -> None:
    assert not LoginMerge.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not AuditEntry.objects.exclude(action="link.requested").exists()


# --- Number and meter ---------------------------------------------------------------------------------


@pytest.mark.parametrize("meter", [METER, "1emh0004512873", "01-EMH00-0451-2873"])
def test_number_and_meter_are_enough_to_ask(meter: str) -> None:
    user, weber = make_bauer(), make_weber()
    assert ask(user, meter=meter).customer == weber
    assert numbers_of(user) == ["0014026/1"]


@pytest.mark.parametrize(("number", "meter"), [(NUMBER, "9"), ("0099999/1", METER), (NUMBER, "")])
def test_a_wrong_pair_is_refused_in_one_way(number: str, meter: str) -> None:
    user, _ = make_bauer(), make_weber()
    with pytest.raises(PairRefused):
        ask(user, number, meter)
    assert not LinkRequest.objects.exists()
    nothing_changed()


@pytest.mark.parametrize("ending", ["meter", "premise", "customer"])
def test_a_previous_tenant_s_meter_proves_nothing(ending: str) -> None:
    user, weber = make_bauer(), make_weber()
    premise = weber.premises.get()
    if ending == "meter":
        premise.meters.update(removed_date=NOW.date() - DAY)
    elif ending == "premise":
        premise.end_date = NOW.date() - DAY
        premise.save()
    else:
        weber.ended_at = NOW
        weber.save()
    with pytest.raises(PairRefused):
        ask(user)


def test_the_own_number_and_a_linked_one_are_told_apart() -> None:
    user = make_bauer()
    with pytest.raises(OwnAccount):
        ask(user, "0014026/1", "9")
    make_weber()
    link(user)
    with pytest.raises(AlreadyLinked) as refusal:
        ask(user, NUMBER, "9")
    assert not isinstance(refusal.value, OwnAccount)
    assert not AttemptCounter.objects.filter(count__gt=0).exists()


@pytest.mark.parametrize("counted", ["login", "number", "meter", "unknown number"])
def test_five_wrong_pairs_a_day_and_no_more(counted: str) -> None:
    make_weber()
    users = [make_bauer(), *(make_other(make_customer(), email=f"m{n}@beispiel.de") for n in range(5))]
    for index in range(5):
        user = users[0] if counted == "login" else users[index + 1]
        number = {"number": NUMBER, "unknown number": "0099999/1"}.get(counted, f"000900{index}/1")
        with pytest.raises(PairRefused):
            ask(user, number, METER if counted == "meter" else f"9{index}")
    last = {"login": (NUMBER, METER), "number": (NUMBER, "9x"), "meter": ("0099998/1", METER)}
    number, meter = last.get(counted, ("0099999/1", METER))
    with pytest.raises(TooManyLinkTries):
        ask(users[0], number, meter)
    with pytest.raises(PairRefused):
        ask(users[0], "0099997/1", "8", now=NOW + DAY)


def test_right_pairs_do_not_count() -> None:
    user, _ = make_bauer(), make_weber()
    for _round in range(7):
        ask(user)


# --- Nobody has registered it --------------------------------------------------------------------------


def test_an_account_that_nobody_registered_is_linked_and_restricted() -> None:
    user, weber = make_bauer(), make_weber()
    assert link(user) == weber
    assert numbers_of(user) == BOTH
    grant = AccountLink.objects.get(customer=weber)
    assert (grant.proof, grant.held_until, grant.awaits_letter) == ("meter", NOW + 3 * DAY, False)
    assert held_link(user, weber, now=NOW + 3 * DAY - dt.timedelta(seconds=1)) == grant
    assert held_link(user, weber, now=NOW + 3 * DAY) is None
    assert recipients("registration_completed") == ["p.weber@beispiel.de"]
    assert recipients("accounts_linked") == ["m.bauer@beispiel.de"]


def test_an_account_with_the_login_s_own_mailbox_is_linked_freely() -> None:
    user, weber = make_bauer(), make_weber(contact_email="M.Bauer@beispiel.de")
    link(user)
    assert AccountLink.objects.get(customer=weber).proof == "mailbox"
    assert not held_links(user, now=NOW)
    assert not recipients("registration_completed")


def test_without_a_contact_address_a_letter_goes_out() -> None:
    user, weber = make_bauer(), make_weber(contact_email="")
    make_address(weber)
    link(user)
    grant = AccountLink.objects.get(customer=weber)
    assert (grant.held_until, grant.awaits_letter) == (None, True)
    assert ActivationLetter.objects.get().account_link == grant
    assert held_link(user, weber, now=NOW + 1000 * DAY) == grant


def test_the_restriction_lasts_as_long_as_the_setting_says(settings) -> None:
    settings.NEW_ACCESS_HOLD_HOURS = 0
    user, weber = make_bauer(), make_weber(contact_email="")
    link(user)
    assert held_link(user, weber, now=NOW) is None
    assert not ActivationLetter.objects.exists()


def test_who_holds_nothing_but_a_restricted_account_links_no_other() -> None:
    user, _ = make_bauer(), make_weber()
    AccountLink.objects.update(held_until=NOW + DAY)
    assert not may_link_further(user, now=NOW)
    with pytest.raises(AccessHeld):
        ask(user)
    request = ask(user, now=NOW + DAY)
    AccountLink.objects.update(held_until=NOW + 2 * DAY)
    with pytest.raises(AccessHeld):
        link_account(user=user, request_id=request.public_id, now=NOW + DAY)
    nothing_changed()


def test_a_request_waits_an_hour_for_its_own_login_and_works_once() -> None:
    user, _ = make_bauer(), make_weber()
    other = make_other(make_customer())
    request = ask(user)
    for who, now in ((other, NOW), (user, NOW + dt.timedelta(hours=1))):
        with pytest.raises(LinkExpired):
            link_account(user=who, request_id=request.public_id, now=now)
    nothing_changed()
    link_account(user=user, request_id=request.public_id, now=NOW)
    with pytest.raises(LinkExpired):
        link_account(user=user, request_id=request.public_id, now=NOW)


# --- Somebody has registered it ------------------------------------------------------------------------


def test_the_password_dissolves_the_other_login_with_all_its_numbers() -> None:
    user, weber, second = make_bauer(), make_weber(), make_customer(customer_number="0010300/1")
    other = make_other(weber, second)
    link(user, password=OTHER_PASSWORD)
    assert numbers_of(user) == ["0010224/1", "0010300/1", "0014026/1"]
    assert numbers_of(other) == []
    other.refresh_from_db()
    assert not other.is_active
    assert not held_links(user, now=NOW)


def signs_in(identifier: str, password: str) -> bool:
    try:
        found = sign_in(identifier=identifier, password=password, address="192.0.2.1", now=NOW)
    except SignInRefused:
        return False
    return isinstance(found, SignedIn)


def test_every_number_signs_in_with_the_one_password_and_the_lost_address_no_more() -> None:
    user, weber = make_bauer(), make_weber()
    make_other(weber)
    link(user, password=OTHER_PASSWORD)
    assert all(signs_in(each, PASSWORD) for each in (*BOTH, "m.bauer@beispiel.de"))
    assert not any(signs_in(each, OTHER_PASSWORD) for each in (*BOTH, "petra@beispiel.de"))


def test_sessions_and_links_of_the_dissolved_login_end(client) -> None:
    user, weber = make_bauer(), make_weber()
    other = make_other(weber)
    open_browser(client, other)
    OneTimeSecret.objects.create(
        purpose="password_reset", subject="x", digest="x", user=other, created_at=NOW, expires_at=NOW + DAY
    )
    link(user, password=OTHER_PASSWORD)
    assert not SignedInDevice.objects.filter(user=other).exists()
    assert OneTimeSecret.objects.get(digest="x").used_at == NOW


def test_both_addresses_and_the_contact_address_are_told() -> None:
    user, weber = make_bauer(), make_weber()
    make_other(weber)
    link(user, password=OTHER_PASSWORD)
    assert recipients("accounts_linked") == [
        "m.bauer@beispiel.de",
        "p.weber@beispiel.de",
        "petra@beispiel.de",
    ]


def test_a_wrong_password_changes_nothing_and_five_close_the_day() -> None:
    user, weber = make_bauer(), make_weber()
    other = make_other(weber)
    request = ask(user)
    for _round in range(5):
        with pytest.raises(OtherPasswordWrong):
            link_account(user=user, request_id=request.public_id, password="falsch", now=NOW)
    with pytest.raises(TooManyLinkTries):
        link_account(user=user, request_id=request.public_id, password=OTHER_PASSWORD, now=NOW)
    third = make_other(make_customer(), email="dritte@beispiel.de")
    with pytest.raises(TooManyLinkTries):
        link(third, password=OTHER_PASSWORD)
    assert numbers_of(other) == [NUMBER]
    assert not LoginMerge.objects.exists()
    # Whose password it was is told of the fifth wrong one, and only then, with the contact of the contract.
    assert recipients("link_password_guessed") == ["p.weber@beispiel.de", "petra@beispiel.de"]
    assert OutgoingMail.objects.count() == 2
    entry = AuditEntry.objects.get(action="security.link_password_guessed")
    assert entry.actor == f"user:{user.pk}"


def test_a_login_with_a_second_factor_is_not_dissolved_by_a_password() -> None:
    user, weber = make_bauer(), make_weber()
    other = make_other(weber)
    Passkey.objects.create(user=other, credential_id="x", credential=b"x", name="x", created_at=NOW)
    with pytest.raises(StrongerLogin):
        link(user, password=OTHER_PASSWORD)
    assert numbers_of(other) == [NUMBER]
    nothing_changed()


def test_a_restricted_account_goes_to_no_other_login() -> None:
    user, weber = make_bauer(), make_weber()
    make_other(weber)
    AccountLink.objects.filter(customer=weber).update(held_until=NOW + DAY)
    with pytest.raises(AccessHeld):
        link(user, password=OTHER_PASSWORD)
    nothing_changed()


def test_proof_and_beginning_move_along() -> None:
    user, weber = make_bauer(), make_weber()
    make_other(weber)
    AccountLink.objects.filter(customer=weber).update(proof="letter")
    link(user, password=OTHER_PASSWORD)
    grant = AccountLink.objects.get(customer=weber, ended_at=None)
    assert (grant.proof, grant.moved_from.user.email) == ("letter", "petra@beispiel.de")


# --- By letter -----------------------------------------------------------------------------------------


def print_code(letter: ActivationLetter, tmp_path) -> str:
    path = export_letters(tmp_path, now=NOW)
    with path.open(encoding="utf-8") as file:
        return next(row["code"] for row in csv.DictReader(file, delimiter=";"))


def test_where_only_a_letter_proves_enough_its_code_links(settings, tmp_path) -> None:
    settings.LINKING_PROOF = "letter"
    user, weber = make_bauer(), make_weber()
    make_address(weber)
    request = ask(user)
    request_link_letter(user=user, request_id=request.public_id, now=NOW)
    request_link_letter(user=user, request_id=request.public_id, now=NOW)
    letter = ActivationLetter.objects.get()
    with pytest.raises(LetterCodeWrong):
        link_account(user=user, request_id=request.public_id, letter_code="", now=NOW)
    code = print_code(letter, tmp_path)
    with pytest.raises(LetterCodeWrong):
        link_account(user=user, request_id=request.public_id, letter_code="7KQ2M-9XW4T", now=NOW)
    link_account(user=user, request_id=request.public_id, letter_code=code.lower(), now=NOW + 20 * DAY)
    grant = AccountLink.objects.get(customer=weber)
    assert (grant.proof, held_links(user, now=NOW)) == ("letter", [])
    letter.refresh_from_db()
    assert letter.secret.used_at is not None


def test_five_wrong_codes_close_the_day(settings) -> None:
    settings.LINKING_PROOF = "letter"
    user, _ = make_bauer(), make_weber()
    request = ask(user)
    for _round in range(5):
        with pytest.raises(LetterCodeWrong):
            link_account(user=user, request_id=request.public_id, letter_code="1", now=NOW)
    with pytest.raises(TooManyLinkTries):
        link_account(user=user, request_id=request.public_id, letter_code="1", now=NOW)


def test_no_letter_is_written_where_none_is_needed(settings) -> None:
    user, _ = make_bauer(), make_weber()
    request = ask(user)
    with pytest.raises(LinkExpired):
        request_link_letter(user=user, request_id=request.public_id, now=NOW)
    assert not ActivationLetter.objects.exists()


def test_the_master_data_s_own_mailbox_needs_no_letter(settings) -> None:
    settings.LINKING_PROOF = "letter"
    user, _ = make_bauer(), make_weber(contact_email="m.bauer@beispiel.de")
    link(user)
    assert numbers_of(user) == BOTH


def test_a_second_premise_s_meter_proves_the_same_customer() -> None:
    user, weber = make_bauer(), make_weber()
    make_register(make_premise(weber), meter_number="7 ELS 2")
    assert link(user, meter="7ELS2") == weber
    assert User.objects.count() == 1
