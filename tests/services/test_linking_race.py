"""What happens at the same moment while accounts are linked and parted."""

import pytest

from kundenportal.identity.models import User
from kundenportal.linking.models import AccountLink, LoginMerge
from kundenportal.linking.services import (
    AccessHeld,
    LastAccount,
    LinkExpired,
    LoginChanged,
    OtherPasswordWrong,
    disavow,
    link_account,
    link_same_email,
    undo_link,
    unlink_account,
)
from kundenportal.mailing.models import OutgoingMail
from tests.at_once import at_once
from tests.linking import (
    METER,
    NUMBER,
    OTHER_PASSWORD,
    ask,
    disavow_token,
    link,
    make_bauer,
    make_other,
    make_weber,
    numbers_of,
    undo_token,
)
from tests.make import NOW, PASSWORD, make_customer, make_premise, make_register

pytestmark = pytest.mark.django_db(transaction=True)


def refusals_in(results: list[object]) -> int:
    return sum(isinstance(each, Exception) for each in results)


def test_one_undo_link_used_32_times_undoes_once() -> None:
    user = make_bauer()
    other = make_other(make_weber())
    link(user, password=OTHER_PASSWORD)
    token = undo_token("accounts_linked", "petra@beispiel.de")
    results = at_once(*[lambda: undo_link(token=token, now=NOW)] * 32, refusals=(LinkExpired,))
    assert refusals_in(results) == 31
    assert numbers_of(other) == [NUMBER]
    assert OutgoingMail.objects.filter(kind="link_undone").count() == 3


def test_the_undo_links_of_both_sides_undo_once() -> None:
    user = make_bauer()
    make_other(make_weber())
    link(user, password=OTHER_PASSWORD)
    tokens = [undo_token("accounts_linked", f"{who}@beispiel.de") for who in ("m.bauer", "petra")]
    results = at_once(
        *[lambda token=token: undo_link(token=token, now=NOW) for token in tokens], refusals=(LinkExpired,)
    )
    assert refusals_in(results) == 1


def test_a_withdrawal_link_used_32_times_withdraws_once() -> None:
    user = make_bauer()
    make_weber()
    link(user)
    token = undo_token("registration_completed", "p.weber@beispiel.de")
    results = at_once(*[lambda: undo_link(token=token, now=NOW)] * 32, refusals=(LinkExpired,))
    assert refusals_in(results) == 31


def test_one_request_confirmed_many_times_links_once() -> None:
    user = make_bauer()
    make_weber()
    request = ask(user)
    results = at_once(
        *[lambda: link_account(user=user, request_id=request.public_id, now=NOW)] * 8,
        refusals=(LinkExpired,),
    )
    assert refusals_in(results) == 7
    assert AccountLink.objects.filter(ended_at=None).count() == 2


def test_of_many_logins_one_gets_an_account_that_nobody_had() -> None:
    make_weber()
    users = [make_other(make_customer(), email=f"m{index}@beispiel.de") for index in range(4)]
    requests = [(user, ask(user).public_id) for user in users]
    results = at_once(
        *[
            lambda user=user, request=request: link_account(user=user, request_id=request, now=NOW)
            for user, request in requests
        ],
        # Who comes after the first has linked is asked for its password.
        refusals=(LoginChanged, OtherPasswordWrong),
    )
    assert refusals_in(results) == 3
    assert AccountLink.objects.filter(customer__customer_number=NUMBER).count() == 1


def test_two_logins_that_absorb_each_other_leave_one() -> None:
    user = make_bauer()
    make_register(make_premise(user.account_links.get().customer), meter_number="7 ELS 2")
    other = make_other(make_weber())
    forth, back = ask(user), ask(other, "0014026/1", "7 ELS 2")
    results = at_once(
        lambda: link_account(user=user, request_id=forth.public_id, password=OTHER_PASSWORD, now=NOW),
        lambda: link_account(user=other, request_id=back.public_id, password=PASSWORD, now=NOW),
        # Who comes after the other's merge has a new, restricted access.
        refusals=(LoginChanged, AccessHeld),
    )
    assert refusals_in(results) == 1
    assert LoginMerge.objects.count() == 1
    assert sorted(numbers_of(user) + numbers_of(other)) == [NUMBER, "0014026/1"]


def test_many_sign_ins_by_one_mailbox_link_once() -> None:
    user = make_bauer()
    make_other(make_weber(), email="m.bauer@beispiel.de")
    results = at_once(*[lambda: link_same_email(user, now=NOW)] * 8)
    assert sorted(map(str, results)) == ["0"] * 7 + ["1"]
    assert User.objects.filter(is_active=True).count() == 1


def test_of_two_accounts_unlinked_at_once_one_stays() -> None:
    user = make_bauer()
    make_weber(contact_email="m.bauer@beispiel.de")
    link(user, meter=METER)
    ids = [each.public_id for each in AccountLink.objects.filter(user=user)]
    results = at_once(
        *[lambda each=each: unlink_account(user=user, link_id=each, now=NOW) for each in ids],
        refusals=(LastAccount,),
    )
    assert refusals_in(results) == 1
    assert len(numbers_of(user)) == 1


def test_both_sides_say_at_once_that_it_was_not_they() -> None:
    user = make_bauer()
    other = make_other(make_weber())
    link(user, password=OTHER_PASSWORD)
    tokens = [disavow_token(f"{who}@beispiel.de") for who in ("m.bauer", "petra")]
    at_once(*[lambda token=token: disavow(token=token, now=NOW) for token in tokens])
    assert (numbers_of(user), numbers_of(other)) == (["0014026/1"], [NUMBER])
    assert not any(each.has_usable_password() for each in User.objects.all())
