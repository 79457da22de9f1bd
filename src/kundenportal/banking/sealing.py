"""IBANs at rest: sealed, and bound to the row they stand in, so that one copied elsewhere does not open."""

from django.conf import settings

from kundenportal.banking.models import BankAccount, MandateProof, WantedAccount
from kundenportal.core.encryption import decrypt_field, encrypt_field

SealedRow = BankAccount | WantedAccount | MandateProof


def seal_iban(row: SealedRow, iban: str) -> None:
    """Put an IBAN into a row that is not saved yet, sealed and with the end that may be shown."""
    row.iban_sealed = encrypt_field(iban, key=settings.FIELD_KEY, bound_to=_name_of(row))
    row.iban_end = iban[-4:]
    if not isinstance(row, MandateProof):
        row.country = iban[:2]


def open_iban(row: SealedRow) -> str:
    """Return the IBAN of a row that has one.

    Raises:
        cryptography.exceptions.InvalidTag: when the row was tampered with, or the key is another one.

    """
    assert row.iban_sealed is not None
    return decrypt_field(bytes(row.iban_sealed), key=settings.FIELD_KEY, bound_to=_name_of(row))


def _name_of(row: SealedRow) -> str:
    """Return the immutable name of a row; deliveries bind accounts to the same (``erp.inbound``)."""
    if isinstance(row, BankAccount):
        return row.premise.erp_id if row.premise else row.customer.customer_number
    # A reference is given once, and both rows of a mandate open with it, but not with each other's prefix.
    kind = "wanted-account" if isinstance(row, WantedAccount) else "mandate-proof"
    return f"{kind}:{row.mandate_reference}"
