"""What can be a telephone number."""

import pytest

from kundenportal.core.phone_numbers import is_phone_number


@pytest.mark.parametrize(
    "text", ["09872 123456", "+49 (0)9872 / 123-456", "(09872) 1234", "0171.1234567", "110", "0" * 30]
)
def test_what_people_write_is_one(text: str) -> None:
    assert is_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "---",
        "12",
        "0" * 31,
        "0171 1234567 (abends)",
        "09872\n123",
        "٠٩٨٧٢",
        "++49 9872",
        "tel:110",
    ],
)
def test_what_cannot_be_dialled_is_none(text: str) -> None:
    assert not is_phone_number(text)
