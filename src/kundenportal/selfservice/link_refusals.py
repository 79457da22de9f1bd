"""How refusals of linking are worded."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from kundenportal.linking import services

TOO_MANY_STATUS, REFUSED_STATUS = 429, 422


def refuse(form: forms.Form, refusal: Exception) -> int:
    """Say in a form why linking was refused, and return the status of the answer.

    Args:
        form: the form that was sent.
        refusal: one of ``linking.services.REFUSALS``.

    """
    if isinstance(refusal, services.TooManyLinkTries):
        form.add_error(None, too_many_tries())
        return TOO_MANY_STATUS
    if isinstance(refusal, services.OtherPasswordWrong):
        form.add_error("password", _("Das Passwort dieses Kundenkontos stimmt nicht."))
    elif isinstance(refusal, services.LetterCodeWrong):
        text = _(
            "Der Freischaltcode stimmt nicht oder ist abgelaufen. Bitte vergleichen Sie ihn mit dem Brief."
        )
        form.add_error("letter_code", text)
    elif isinstance(refusal, services.StrongerLogin):
        form.add_error(None, _stronger_login())
    else:
        form.add_error(None, _access_held())
    return REFUSED_STATUS


def too_many_tries() -> str:
    """Return what is said after too many wrong tries a day."""
    text = _(
        "Für heute waren es zu viele Versuche. Bitte versuchen Sie es morgen wieder oder rufen Sie uns an: "
        "%(phone)s."
    )
    return text % {"phone": settings.UTILITY.phone}


def _stronger_login() -> str:
    return _(
        "Dieses Kundenkonto ist mit einem zweiten Faktor gesichert. Melden Sie sich bitte damit an und "
        "verknüpfen Sie von dort aus. Sind beide Zugänge so gesichert, entfernen Sie dort zuerst den zweiten "
        "Faktor."
    )


def _access_held() -> str:
    return _(
        "Dieser Zugang ist noch neu und deshalb eingeschränkt. Zum Schutz der Kunden lässt er sich erst "
        "verknüpfen, wenn die Einschränkung endet."
    )
