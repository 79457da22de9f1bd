"""What the functions are called that a utility can do without, and what it means that one is off."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _

from kundenportal.backoffice.setting_fields import ModuleField, Words

MODULES_TEXT = _(
    "Ohne Häkchen gibt es eine Funktion für Kunden nicht: Kein Link führt hin, und wer die Adresse kennt, "
    "liest, dass es sie nicht gibt. Was schon gesendet ist, bearbeiten Sie weiter. Zählerstände melden, "
    "Anmeldung, Kontoverwaltung und die rechtlichen Seiten lassen sich nicht abschalten."
)


def _module(label: Words, help_text: Words) -> Callable[[], ModuleField]:
    return lambda: ModuleField(label, help_text=help_text)


MODULE_FIELDS: Mapping[str, Callable[[], ModuleField]] = {
    "modules.consumption": _module(
        _("Verbrauch ansehen"),
        _("Aus: Kunden sehen nicht, wie viel sie verbraucht haben. Zählerstände melden sie weiter."),
    ),
    "modules.documents": _module(
        _("Dokumente"),
        _(
            "Aus: Kunden sehen keine Dokumente und bekommen keine E-Mails dazu. "
            "Wer seine Rechnungen nur online bekommt, braucht sie dann wieder per Post."
        ),
    ),
    "modules.advance_payments": _module(
        _("Abschlag ändern"), _("Aus: Kunden sehen ihren Abschlag noch, ändern ihn aber nicht selbst.")
    ),
    "modules.addresses": _module(
        _("Rechnungsadresse ändern"), _("Aus: Kunden sagen Ihnen am Telefon, wohin die Rechnung geht.")
    ),
    "modules.bank_accounts": _module(
        _("Bankverbindung ändern"),
        _(
            "Aus: Kunden geben kein neues Konto an und beenden keine Lastschrift. "
            "Links, die eine Änderung anhalten, gelten weiter."
        ),
    ),
    "modules.contact": _module(
        _("Kontaktformular"),
        _("Aus: Kunden beginnen keine neue Nachricht. Auf Ihre Rückfragen antworten sie weiter."),
    ),
    "modules.public_readings": _module(
        _("Zählerstand ohne Anmeldung melden"),
        _(
            "Aus: Kunden anderer Anbieter melden nichts mehr. "
            "Links auf Ablesekarten und in E-Mails gelten weiter."
        ),
    ),
}
"""By its key, what makes the box of a function."""
