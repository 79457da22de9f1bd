"""Numbers with check digits, made up for the demo."""

BANK_CODE = "76599999"
"""The code of no bank."""

_GERMANY = "131400"
"""``DE00`` in digits, as the check of an IBAN reads it (ISO 13616)."""


def german_iban(account: str) -> str:
    """Return the IBAN of an account of ten digits at a bank that does not exist."""
    number = f"{BANK_CODE}{account}"
    return f"DE{98 - int(number + _GERMANY) % 97:02d}{number}"


def market_location(number: int) -> str:
    """Return a market location id (MaLo): ten digits and their check digit (BDEW, MaLo-ID 2017)."""
    digits = [int(digit) for digit in f"{number:010d}"]
    return f"{number:010d}{-(sum(digits[::2]) + 2 * sum(digits[1::2])) % 10}"
