"""The chain of proofs: what each record says, and that nobody changes, takes or adds one unseen."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model

from kundenportal.banking import proofs
from kundenportal.banking.mandates import VERSION
from kundenportal.banking.models import MandateProof, ProofChain, WantedAccount
from kundenportal.banking.proofs import (
    KEPT_AFTER_END,
    BrokenProof,
    ChainFault,
    append_proof,
    erase_old_proofs,
    file_proof,
    verify_chain,
)
from kundenportal.banking.sealing import open_iban
from kundenportal.banking.services import MandatesChanged
from kundenportal.core.seals import seal_of
from kundenportal.customers.models import Customer
from kundenportal.mailing.models import OutgoingMail
from tests.at_once import at_once
from tests.banking import NEW_IBAN, THIRD_IBAN, consent_to, give_account, send_bank_change, wish
from tests.make import NOW, Household, make_customer, make_household, make_premise
from tests.snapshot import snapshot

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def household() -> Household:
    household = make_household()
    give_account(household.customer)
    return household


@pytest.fixture
def three(household: Household) -> list[MandateProof]:
    """A chain of two granted mandates and a filed one."""
    garden = make_premise(household.customer)
    send_bank_change(household, wish(), wish(garden, iban=THIRD_IBAN))
    file_proof(MandateProof.objects.get(number=1), document_sha256="ab" * 32, now=NOW + 3 * DAY)
    return list(MandateProof.objects.order_by("number"))


def broken(now: dt.datetime = NOW + 10 * DAY) -> BrokenProof | None:
    return verify_chain(now).broken


def test_a_record_says_what_was_agreed_to_by_whom_and_how(household: Household) -> None:
    submission = send_bank_change(household)
    proof = MandateProof.objects.get()
    assert (proof.number, proof.kind, proof.at) == (1, "granted", NOW)
    assert (proof.submission_reference, proof.mandate_reference) == (submission.reference, "KP-0014026-1-1")
    assert (proof.customer_number, proof.premise, proof.holder) == ("0014026/1", "", "Michael Bauer")
    assert (proof.creditor_id, proof.text_version) == ("DE98ZZZ09999999999", VERSION)
    assert open_iban(proof) == NEW_IBAN
    assert "Ich ermächtige Stadtwerke Musterbach, Zahlungen von meinem Konto" in proof.text
    assert "Mandatsreferenz: KP-0014026-1-1" in proof.text
    assert (proof.shown_at, proof.ticked_at) == (NOW - DAY / 1440, NOW - DAY / 720)
    assert (proof.proved_by, proof.proved_at) == ("password", NOW - DAY / 720)
    assert (proof.login, proof.device, proof.is_known_device) == (
        household.user.public_id,
        "Firefox, Windows",
        True,
    )
    mail = OutgoingMail.objects.get(kind="bank_requested", recipient=household.user.email)
    assert proof.message_id == mail.message_id
    assert NEW_IBAN[4:18] not in proof.text


def test_records_follow_each_other_and_the_filed_one_repeats_what_was_granted(
    three: list[MandateProof],
) -> None:
    first, second, filed = three
    assert [each.number for each in three] == [1, 2, 3]
    assert [each.previous_seal for each in three] == ["", first.seal, second.seal]
    assert (filed.kind, filed.mandate_reference, filed.text) == ("filed", first.mandate_reference, first.text)
    assert filed.document_sha256 == "ab" * 32
    assert open_iban(filed) == NEW_IBAN
    chain = ProofChain.objects.get()
    assert (chain.length, chain.last_seal) == (3, filed.seal)
    assert verify_chain(NOW) == proofs.Verification(3, filed.seal, None)


def test_an_empty_chain_is_whole() -> None:
    assert verify_chain(NOW) == proofs.Verification(0, "", None)


CHANGES: dict[str, Any] = {
    "kind": "filed",
    "at": NOW + DAY,
    "submission_reference": "V-2026-999999",
    "mandate_reference": "KP-0000000-1-9",
    "customer_number": "0099999/1",
    "premise": "VS1",
    "creditor_id": "DE98ABC09999999999",
    "iban_sealed": b"other",
    "iban_end": "9999",
    "holder": "Erika Bauer",
    "is_authorised": True,
    "language": "en",
    "text": "Ich ermächtige jeden.",
    "text_version": "0",
    "text_sha256": "00" * 32,
    "shown_at": None,
    "ticked_at": NOW,
    "login": "XXXXXXX",
    "proved_by": "passkey",
    "proved_at": NOW + DAY,
    "device": "Safari, iPhone",
    "is_known_device": False,
    "message_id": "<x@y>",
    "document_sha256": "cd" * 32,
    "content_sha256": "00" * 32,
    "erased_at": NOW,
    "previous_seal": "00" * 32,
    "seal": "00" * 32,
}


def test_every_column_is_tried() -> None:
    assert {field.name for field in MandateProof._meta.concrete_fields} - {"number"} == set(CHANGES)


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found(three: list[MandateProof], column: str) -> None:
    MandateProof.objects.filter(number=2).update(**{column: CHANGES[column]})
    found = broken()
    assert found is not None
    assert found.number == 2
    assert found.fault is (ChainFault.ERASED_TOO_EARLY if column == "erased_at" else ChainFault.CHANGED)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_record_that_was_taken_away_is_found(three: list[MandateProof], number: int) -> None:
    MandateProof.objects.filter(number=number).delete()
    assert broken() == (
        BrokenProof(ChainFault.CUT_SHORT, 3)
        if number == 3
        else BrokenProof(ChainFault.MISSING, number, three[number].mandate_reference)
    )


def test_a_chain_that_was_cut_together_with_its_end_is_found_by_its_mandates(household: Household) -> None:
    send_bank_change(household)
    MandateProof.objects.all().delete()
    ProofChain.objects.all().delete()
    assert broken() == BrokenProof(ChainFault.NO_PROOF, 0, "KP-0014026-1-1")


def test_two_records_that_changed_places_are_found(three: list[MandateProof]) -> None:
    MandateProof.objects.filter(number=1).update(number=99)
    MandateProof.objects.filter(number=2).update(number=1)
    MandateProof.objects.filter(number=99).update(number=2)
    found = broken()
    assert found is not None
    assert (found.fault, found.number) == (ChainFault.CHANGED, 1)


def test_who_has_not_the_key_cannot_make_the_seals_anew(
    three: list[MandateProof], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as thief:
        thief.setattr(proofs, "_key", lambda: b"guessed")
        proof = MandateProof.objects.get(number=3)
        proof.text = "Ich ermächtige jeden."
        proof.content_sha256 = proofs._content_hash(proof)
        proof.seal = seal_of(proofs._sealed(proof), key=proofs._key())
        proof.save()
        ProofChain.objects.update(last_seal=proof.seal)
        assert broken() is not None
    found = broken()
    assert found is not None
    assert (found.fault, found.number) == (ChainFault.CHANGED, 3)


def test_what_is_rolled_back_leaves_no_gap(household: Household) -> None:
    consent = consent_to(household, [wish()])
    with pytest.raises(RuntimeError):
        append_and_fail(household)
    send_bank_change(household, consent=consent)
    assert [each.number for each in MandateProof.objects.all()] == [1]
    assert broken() is None


def append_and_fail(household: Household) -> None:
    with transaction.atomic():
        append_proof(MandateProof(kind="granted", at=NOW, mandate_reference="KP-1", submission_reference="V"))
        raise RuntimeError


@pytest.mark.django_db(transaction=True)
def test_records_of_the_same_moment_follow_each_other() -> None:
    households = [make_household()]
    first = households[0]
    premises = [make_premise(first.customer) for _ in range(8)]
    results = at_once(
        *[
            lambda place=place, number=number: send_one(first, place, number)
            for number, place in enumerate(premises)
        ]
    )
    sent = [each for each in results if isinstance(each, str)]
    assert sent
    assert MandateProof.objects.count() == len(sent)
    assert verify_chain(NOW).broken is None
    assert verify_chain(NOW).length == len(sent)


def send_one(household: Household, premise: Any, number: int) -> str:
    """Send a change of one premise's account; try again when another one took its reference."""
    for _ in range(20):
        try:
            return send_bank_change(household, wish(premise), key=f"key-{number}").reference
        except MandatesChanged:
            continue
    return "never"


def test_old_records_of_who_left_long_ago_are_emptied_and_the_chain_stays_whole(
    three: list[MandateProof],
) -> None:
    stays = make_customer()
    Customer.objects.exclude(pk=stays.pk).update(ended_at=NOW + DAY)
    before = snapshot()
    assert erase_old_proofs(NOW + KEPT_AFTER_END) == 0
    assert snapshot() == before
    later = NOW + KEPT_AFTER_END + 5 * DAY
    assert erase_old_proofs(later) == 3
    assert erase_old_proofs(later) == 0
    for proof in MandateProof.objects.all():
        assert proof.iban_sealed is None
        assert not any(
            [proof.holder, proof.text, proof.login, proof.device, proof.iban_end, proof.customer_number]
        )
    assert broken(later) is None


def test_an_emptied_record_cannot_be_dated_into_the_future(three: list[MandateProof]) -> None:
    MandateProof.objects.filter(number=2).update(erased_at=NOW + KEPT_AFTER_END + DAY, text="")
    found = broken()
    assert found is not None
    assert (found.fault, found.number) == (ChainFault.ERASED_TOO_EARLY, 2)


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_mandates", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_that_all_is_well_and_where_the_chain_ends(three: list[MandateProof]) -> None:
    assert verify() == f"3 Nachweise, alle unversehrt.\n3:{three[2].seal}\n"
    assert verify("--known", f"2:{three[1].seal}").startswith("3 Nachweise, alle unversehrt.")


def test_the_command_of_an_empty_chain_says_so() -> None:
    assert verify() == "0 Nachweise, alle unversehrt.\n"


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (
            lambda: MandateProof.objects.filter(number=2).update(holder="x"),
            "Nachweis 2 (KP-0014026-1-2) wurde verändert.",
        ),
        (lambda: MandateProof.objects.filter(number=1).delete(), "Nachweis 1 fehlt."),
        (lambda: MandateProof.objects.filter(number=3).delete(), "Die Kette endet vor Nachweis 3"),
        (lambda: MandateProof.objects.filter(number=1).update(erased_at=NOW), "vor der Zeit geleert"),
        (
            lambda: WantedAccount.objects.filter(premise=None).update(mandate_reference="KP-X"),
            "Zum Mandat KP-X gibt es keinen Nachweis.",
        ),
    ],
)
def test_the_command_names_the_first_record_that_does_not_fit(
    three: list[MandateProof], tamper: Any, told: str
) -> None:
    tamper()
    with pytest.raises(CommandError) as refused:
        verify()
    assert told in str(refused.value)
    assert refused.value.returncode == 1


def test_a_chain_made_anew_with_the_key_is_told_from_the_one_that_was_noted_down(
    three: list[MandateProof],
) -> None:
    with pytest.raises(CommandError, match="trägt nicht mehr das Siegel"):
        verify("--known", "2:" + "0" * 64)
    with pytest.raises(CommandError, match="NUMMER:SIEGEL"):
        verify("--known", "2")


def test_models_of_proofs_point_to_nothing_that_could_take_them_along() -> None:
    models: list[type[Model]] = [MandateProof, ProofChain]
    assert not [field for model in models for field in model._meta.get_fields() if field.is_relation]
