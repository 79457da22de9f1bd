"""Canonical e-mail addresses: which spellings are one mailbox, and which are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email, is_email, mask_email


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("m.bauer@beispiel.de", "m.bauer@beispiel.de"),
        ("  m.bauer@beispiel.de\n", "m.bauer@beispiel.de"),
        ("M.Bauer@Beispiel.DE", "m.bauer@beispiel.de"),
        ("m+strom@beispiel.de", "m+strom@beispiel.de"),
        ("o'brien@beispiel.de", "o'brien@beispiel.de"),
        ("a@exämple.org", "a@xn--exmple-cua.org"),
        ("a@EXÄMPLE.org", "a@xn--exmple-cua.org"),
        ("a@exa\u0308mple.org", "a@xn--exmple-cua.org"),
        ("a@xn--exmple-cua.org", "a@xn--exmple-cua.org"),
        ("A@XN--EXMPLE-CUA.ORG", "a@xn--exmple-cua.org"),
        ("a@straße.de", "a@xn--strae-oqa.de"),
        ("a@mail.stadt-werke.example", "a@mail.stadt-werke.example"),
        (f"{'a' * 64}@b.de", f"{'a' * 64}@b.de"),
    ],
)
def test_all_spellings_of_a_mailbox_have_one_canonical_form(typed: str, canonical: str) -> None:
    assert canonical_email(typed) == canonical
    assert canonical_email(canonical) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "m.bauer",
        "@beispiel.de",
        "m.bauer@",
        "m.bauer@beispiel",
        "m.bauer@beispiel.de.",
        "m.bauer@beispiel..de",
        "m.bauer@.de",
        "m.bauer@-beispiel.de",
        "m.bauer@bei_spiel.de",
        "m.bauer@[127.0.0.1]",
        "m.bauer@127.0.0.1",
        "m bauer@beispiel.de",
        "m..bauer@beispiel.de",
        ".bauer@beispiel.de",
        "bauer.@beispiel.de",
        '"m bauer"@beispiel.de',
        "m@bauer@beispiel.de",
        "m.bauer@beispiel.de\nBcc: x@y.de",
        "m.bauer\r\n@beispiel.de",
        "m.bauer@xn--.de",
        f"{'a' * 65}@b.de",
        f"a@{'b' * 64}.de",
        f"a@{'b.' * 130}de",
        f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 10}.de",
    ],
)
def test_a_malformed_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        canonical_email(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "m\u0131ke@example.org",
        "\u017ftefan@example.org",
        "mi\u212ae@example.org",
        "\u0130@example.org",
        "m\u0456ke@example.org",
        "\uff41@example.org",
        "mike@mi\u212ae.org",
        "mike@\u017ftefan.org",
        "mike@\uff45xample.org",
        "mike@example\u3002org",
        "mike@example\uff0eorg",
        "mike@example\uff61org",
        "mike\uff20example.org",
    ],
)
def test_a_unicode_twin_is_refused_and_never_folded(typed: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        canonical_email(typed)


@given(st.text(max_size=80), st.text(max_size=80))
def test_canonical_form_is_ascii_lower_case_and_stable(local: str, domain: str) -> None:
    typed = f"{local}@{domain}.de"
    if is_email(typed):
        canonical = canonical_email(typed)
        assert canonical.isascii()
        assert canonical == canonical.lower() == canonical_email(canonical)
        assert canonical.count("@") == 1
        assert not any(character.isspace() or ord(character) < 33 for character in canonical)


@given(st.emails())
def test_ordinary_addresses_keep_their_letters(address: str) -> None:
    if is_email(address):
        assert canonical_email(address) == canonical_email(address.upper())


def test_a_masked_address_shows_first_and_last_letter_and_hides_the_length() -> None:
    assert mask_email("m.bauer@beispiel.de") == "m•••••r@beispiel.de"
    assert mask_email("mr@beispiel.de") == "m•••••r@beispiel.de"
