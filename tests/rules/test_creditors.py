"""Creditor identifiers and mandate references."""

import pytest

from kundenportal.core.creditors import canonical_creditor_id, is_good_template, mandate_reference


@pytest.mark.parametrize("text", ["DE98ZZZ09999999999", "de98 zzz0 9999 9999 99", "DE98ABC09999999999"])
def test_a_right_identifier_is_read_and_its_business_code_is_free(text: str) -> None:
    creditor_id = canonical_creditor_id(text)
    assert creditor_id is not None
    assert creditor_id.startswith("DE98")
    assert len(creditor_id) == 18


@pytest.mark.parametrize(
    "text", ["DE99ZZZ09999999999", "DE98ZZZ0999999999", "DE98", "", "XX98ZZZ09999999999"]
)
def test_another_one_is_none(text: str) -> None:
    assert canonical_creditor_id(text) is None


def test_a_reference_names_customer_and_sequence() -> None:
    template = "KP-{customer}-{sequence}"
    assert mandate_reference(template, customer_number="0012345/1", sequence=2) == "KP-0012345-1-2"


@pytest.mark.parametrize(
    ("template", "is_good"),
    [
        ("KP-{customer}-{sequence}", True),
        ("{customer}+{sequence}", True),
        ("KP-{customer}", False),
        ("KP-{sequence}", False),
        ("KP-{customer}-{sequence}-{year}", False),
        ("KP {customer}-{sequence}", False),
        ("/{customer}-{sequence}", False),
        ("K//{customer}-{sequence}", False),
        ("Mandat-Nr.-ü-{customer}-{sequence}", False),
        ("Stadtwerke-Musterbach-{customer}-{sequence}", False),
        ("{customer:>40}-{sequence}", False),
        ("{customer:>99999999999999}-{sequence}", False),
        ("{customer!r}-{sequence}", False),
        ("{customer.__class__}-{sequence}", False),
        ("{}-{sequence}", False),
        ("{customer}-{sequence", False),
        ("{customer}-{customer}-{sequence}", False),
    ],
)
def test_a_template_gives_references_that_fit_and_differ(template: str, is_good: bool) -> None:
    assert is_good_template(template, example_number="0012345/1") is is_good
