"""What is wrong with a typed postal code, in words."""

from django.utils.translation import gettext as _

from kundenportal.addresses.rules import POSTAL_CODE_DIGITS, PostalCodeFault

_EXAMPLES = {"DE": "91560", "AT": "1010", "CH": "8001"}


def why_no_postal_code(fault: PostalCodeFault, typed: str, country: str) -> str:
    """Say what is wrong with a postal code, with how many digits were typed."""
    facts = {"digits": POSTAL_CODE_DIGITS[country], "example": _EXAMPLES[country], "typed": typed}
    if fault is PostalCodeFault.NO_DIGITS_ONLY:
        text = _(
            "Die Postleitzahl besteht nur aus Ziffern, zum Beispiel %(example)s. "
            "Sie haben „%(typed)s“ eingegeben."
        )
        return text % facts
    text = _(
        "Die Postleitzahl hat %(digits)s Ziffern, zum Beispiel %(example)s. Sie haben %(count)s eingegeben."
    )
    return text % (facts | {"count": len(typed)})
