"""What is wrong with a typed e-mail address, in words."""

from django.utils.translation import gettext as _


def why_no_address(typed: str) -> str:
    """Say why an e-mail address that ``canonical_email`` refused cannot be written to."""
    if "@" not in typed:
        return _("In der E-Mail-Adresse fehlt das @-Zeichen, zum Beispiel name@beispiel.de.")
    text = _(
        "An „%(typed)s“ können wir nicht schreiben. Bitte prüfen Sie die Adresse, "
        "zum Beispiel name@beispiel.de."
    )
    return text % {"typed": typed}
