"""The sensitive acts: what nobody does with a found session alone (security.md A0).

This table is the whole list. A test opens each of them with an old session and finds it refused.
"""

from collections.abc import Mapping
from enum import StrEnum


class SensitiveAct(StrEnum):
    """Something that asks again who is there."""

    CHANGE_PASSWORD = "change_password"  # noqa: S105
    CHANGE_EMAIL = "change_email"
    LINK_ACCOUNT = "link_account"
    UNLINK_ACCOUNT = "unlink_account"
    DELETE_LOGIN = "delete_login"
    CHANGE_FACTORS = "change_factors"
    CHANGE_ADDRESS = "change_address"
    CHANGE_BANK_ACCOUNT = "change_bank_account"
    EXPORT_DATA = "export_data"


class AskedBy(StrEnum):
    """Where the proof is asked for."""

    OWN_FORM = "own_form"
    """The act's own form has a field for the password, as the guide words it."""

    PAGE_BEFORE = "page_before"
    """A page before it asks for password or passkey, unless one was shown within five minutes."""


ACTS: Mapping[SensitiveAct, AskedBy] = {
    SensitiveAct.CHANGE_PASSWORD: AskedBy.OWN_FORM,
    SensitiveAct.CHANGE_EMAIL: AskedBy.OWN_FORM,
    SensitiveAct.LINK_ACCOUNT: AskedBy.PAGE_BEFORE,
    SensitiveAct.UNLINK_ACCOUNT: AskedBy.PAGE_BEFORE,
    SensitiveAct.DELETE_LOGIN: AskedBy.OWN_FORM,
    SensitiveAct.CHANGE_FACTORS: AskedBy.PAGE_BEFORE,
    SensitiveAct.CHANGE_ADDRESS: AskedBy.PAGE_BEFORE,
    SensitiveAct.CHANGE_BANK_ACCOUNT: AskedBy.PAGE_BEFORE,
    SensitiveAct.EXPORT_DATA: AskedBy.PAGE_BEFORE,
}
