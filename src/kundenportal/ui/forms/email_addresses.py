"""Typed e-mail addresses, and what is wrong with them in words."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email


def checked_email(typed: str) -> str:
    """Return the canonical form of an address, for the ``clean`` method of a form's field.

    Raises:
        ValidationError: when nobody could write to it; it says why.

    """
    try:
        return canonical_email(typed)
    except InvalidEmailAddress as error:
        raise ValidationError(why_no_address(typed)) from error


def why_no_address(typed: str) -> str:
    """Say why an e-mail address that ``canonical_email`` refused cannot be written to."""
    if "@" not in typed:
        return _("In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de.")
    text = _(
        "An „%(typed)s“ können wir nicht schreiben. Bitte prüfen Sie die Adresse, "
        "zum Beispiel name@beispiel.de."
    )
    return text % {"typed": typed}
