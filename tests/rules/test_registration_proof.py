"""What a registration is asked for beside its mailbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.linking.rules import Claim, KnownCustomer, Proof, needed_proof, same_mailbox

KNOWN = KnownCustomer("Michael", "Bauer", "M.Bauer@Beispiel.de")
RIGHT = Claim("Bauer, Michael", "m.bauer@beispiel.de")
OTHER_MAILBOX = Claim("Michael Bauer", "andere@beispiel.de")
OTHER_NAME = Claim("Petra Weber", "m.bauer@beispiel.de")


@pytest.mark.parametrize(
    ("claim", "known", "setting", "proof"),
    [
        (RIGHT, KNOWN, "meter", Proof.NOTHING),
        (RIGHT, KNOWN, "name", Proof.NOTHING),
        (RIGHT, KNOWN, "letter", Proof.NOTHING),
        (OTHER_MAILBOX, KNOWN, "meter", Proof.METER),
        (OTHER_MAILBOX, KNOWN, "name", Proof.NOTHING),
        (OTHER_MAILBOX, KNOWN, "letter", Proof.LETTER),
        (OTHER_NAME, KNOWN, "meter", Proof.METER),
        (OTHER_NAME, KNOWN, "name", Proof.METER),
        (OTHER_NAME, KNOWN, "letter", Proof.LETTER),
        (RIGHT, None, "meter", Proof.METER),
        (RIGHT, None, "name", Proof.METER),
        (RIGHT, None, "letter", Proof.LETTER),
        (RIGHT, KnownCustomer("Michael", "Bauer", ""), "meter", Proof.METER),
        (RIGHT, KnownCustomer("", "", "m.bauer@beispiel.de"), "meter", Proof.METER),
    ],
)
def test_proof_depends_on_what_fits_and_on_the_setting(
    claim: Claim, known: KnownCustomer | None, setting: str, proof: Proof
) -> None:
    assert needed_proof(claim, known, setting) is proof


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["meter", "letter"]))
def test_no_name_and_no_address_but_the_known_ones_go_without_proof(
    name: str, email: str, setting: str
) -> None:
    proof = needed_proof(Claim(name, email), KNOWN, setting)
    assert proof is not Proof.NOTHING or same_mailbox(email, KNOWN.contact_email)


@pytest.mark.parametrize(
    ("contact_email", "is_same"),
    [
        ("a@xn--exmple-cua.org", True),
        ("A@Exämple.ORG", True),
        ("a@example.org", False),
        ("", False),
        ("kein Postfach", False),
    ],
)
def test_mailboxes_are_compared_in_their_canonical_form(contact_email: str, is_same: bool) -> None:
    assert same_mailbox("a@xn--exmple-cua.org", contact_email) is is_same
