"""The cards of the Kontoverwaltung (ux.md 1.6). A new topic adds one line."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class AccountCard:
    """A topic of the Kontoverwaltung.

    Attributes:
        url_name: the name of its first page's address.
        icon: its symbol in ``ui/icons``.
        label: its name.
        text: what can be done there, in a few words.

    """

    url_name: str
    icon: str
    label: str | Promise
    text: str | Promise

    @property
    def url(self) -> str:
        """The address of its first page."""
        return reverse(f"selfservice:{self.url_name}")


CARDS = (
    AccountCard(
        "account_linking", "link", _("Verknüpfte Konten"), _("Mehrere Kundennummern in einem Zugang.")
    ),
    AccountCard("account_email", "mail", _("E-Mail-Adresse"), _("Damit melden Sie sich an.")),
    AccountCard("account_password", "lock", _("Passwort"), _("Ein neues Passwort festlegen.")),
    AccountCard(
        "account_security",
        "key-round",
        _("Passkeys und zweiter Faktor"),
        _("Sicherer anmelden als nur mit Passwort."),
    ),
    AccountCard("account_devices", "monitor-smartphone", _("Geräte"), _("Sehen, wo Sie angemeldet sind.")),
    AccountCard(
        "account_notifications", "bell", _("Benachrichtigungen"), _("Welche E-Mails Sie von uns bekommen.")
    ),
    AccountCard(
        "account_privacy", "shield-check", _("Datenschutz"), _("Ihre Daten ansehen, Zugang löschen.")
    ),
)
