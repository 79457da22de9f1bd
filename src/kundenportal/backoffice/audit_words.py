"""What the audit trail's actions are called in words, by group. A test finds an action that has none.

A new ``record("topic.verb", …)`` anywhere adds its line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class ActionGroup:
    """Actions that people look for together.

    Attributes:
        key: its name in an address.
        label: its name.
        words: what was done, by action.

    """

    key: str
    label: Words
    words: Mapping[str, Words]


SIGN_IN = ActionGroup(
    "anmeldung",
    _("Anmeldung"),
    {
        "sign_in.succeeded": _("angemeldet"),
        "sign_in.by_link": _("mit einem Link angemeldet"),
        "sign_in.spraying": _("viele Namen mit falschen Passwörtern probiert"),
        "sign_in_link.requested": _("Link zum Anmelden angefordert"),
        "second_step.app": _("mit Authenticator-App bestätigt"),
        "second_step.recovery_code": _("mit Wiederherstellungscode bestätigt"),
        "passkey.confirmed": _("mit Passkey bestätigt"),
        "device_code.requested": _("Code per E-Mail angefordert"),
        "device_code.confirmed": _("Code aus der E-Mail eingegeben"),
        "start_password.used": _("Startpasswort benutzt"),
        "cellar.prepared": _("ein Gerät für den Keller vorbereitet"),
        "cellar.ended": _("ein Gerät nicht mehr für den Keller bereitgehalten"),
        "cellar.waiting": _("Zählerstand aus dem Keller wartet auf den Kunden"),
        "device.ended": _("ein Gerät abgemeldet"),
        "device.others_ended": _("alle anderen Geräte abgemeldet"),
        "device.all_ended": _("alle Geräte abgemeldet"),
        "session.ended_by_guessing": _("nach zu vielen falschen Passwörtern abgemeldet"),
        "security.new_device": _("an einem neuen Gerät angemeldet"),
        "security.sign_in_blocked": _("Anmeldung nach Fehlversuchen gebremst"),
        "security.second_step_blocked": _("zweiter Schritt nach Fehlversuchen gebremst"),
        "security.own_password_guessed": _("eigenes Passwort zu oft falsch eingegeben"),
    },
)

ACCESS = ActionGroup(
    "zugang",
    _("Zugang und Registrierung"),
    {
        "registration.requested": _("Registrierung angefragt"),
        "registration.received": _("Registrierung eingegangen"),
        "registration.mailed": _("Zugangsdaten gesendet"),
        "registration.letter_requested": _("Zugangscode per Brief bestellt"),
        "registration.locked": _("Registrierung gesperrt"),
        "registration.closed": _("Registrierung ohne Zugangsdaten beendet"),
        "registration.proof_failed": _("Nachweis bei der Registrierung stimmte nicht"),
        "registration.completed": _("Registrierung abgeschlossen"),
        "access_data.sent": _("Zugangsdaten senden lassen"),
        "letter.requested": _("Brief mit Code bestellt"),
        "letter.ordered": _("Zugang bis zum Code eines Briefs eingeschränkt"),
        "letter.printed": _("Briefe mit Codes gedruckt"),
        "link.requested": _("Verknüpfung angefragt"),
        "link.granted": _("Kundenkonto verknüpft"),
        "link.moved": _("Kundenkonto zu anderem Zugang verschoben"),
        "link.ended": _("Verknüpfung beendet"),
        "link.undone": _("Verknüpfung rückgängig gemacht"),
        "link.returned": _("Kundenkonto zurückgegeben"),
        "link.unlocked": _("eingeschränkten Zugang freigeschaltet"),
        "login.deleted": _("Zugang gelöscht"),
        "login.deletion_announced": _("Löschung des Zugangs angekündigt"),
        "login.deletion_called_off": _("Löschung des Zugangs abgesagt"),
        "login.expired": _("Zugang ohne Vertrag gelöscht"),
        "login.disavowed": _("„Das war ich nicht“ gemeldet und Zugang gesichert"),
        "login.locked": _("Zugang gesperrt"),
        "login.unlocked": _("Zugang entsperrt"),
        "password.changed": _("Passwort geändert"),
        "password.reset": _("Passwort neu festgelegt"),
        "password.reset_requested": _("neues Passwort angefordert"),
        "email.change_requested": _("Änderung der E-Mail-Adresse angefordert"),
        "email.changed": _("E-Mail-Adresse geändert"),
        "email.change_stopped": _("Änderung der E-Mail-Adresse gestoppt"),
        "language.chosen": _("Sprache gewählt"),
        "passkey.renamed": _("Passkey umbenannt"),
        "factors.removed_by_utility": _("zweite Faktoren entfernt"),
        "factors.withdrawn": _("zweite Faktoren zurückgenommen"),
        "security.factor_added": _("zweiten Faktor hinzugefügt"),
        "security.factor_removed": _("zweiten Faktor entfernt"),
        "security.recovery_code_used": _("Wiederherstellungscode verbraucht"),
        "security.password_changed": _("Passwort geändert"),
        "security.email_change_requested": _("Änderung der E-Mail-Adresse angefordert"),
        "security.email_changed": _("E-Mail-Adresse geändert"),
        "security.accounts_linked": _("Kundenkonten verknüpft"),
        "security.account_unlinked": _("Verknüpfung aufgehoben"),
        "security.link_password_guessed": _("Passwort beim Verknüpfen zu oft falsch eingegeben"),
    },
)

SUBMISSIONS = ActionGroup(
    "vorgaenge",
    _("Vorgänge"),
    {
        "reading.submitted": _("Zählerstand gesendet"),
        "reading.reported": _("Zählerstand ohne Anmeldung gesendet"),
        "reading.placed": _("Zählerstand zugeordnet"),
        "reading.matched": _("Zählerstand von Hand zugeordnet"),
        "reading.accepted": _("Zählerstand übernommen"),
        "reading.rejected": _("Zählerstand abgelehnt"),
        "reading.disavowed": _("Zählerstand: „Das war ich nicht“ gemeldet"),
        "advance_payment.submitted": _("Abschlag geändert"),
        "advance_payment.accepted": _("Abschlag übernommen"),
        "advance_payment.rejected": _("Abschlag abgelehnt"),
        "advance_payment.disavowed": _("Abschlag: „Das war ich nicht“ gemeldet"),
        "address.submitted": _("Rechnungsadresse geändert"),
        "address.accepted": _("Rechnungsadresse übernommen"),
        "address.rejected": _("Rechnungsadresse abgelehnt"),
        "address.disavowed": _("Rechnungsadresse: „Das war ich nicht“ gemeldet"),
        "security.address_change_requested": _("Änderung der Rechnungsadresse mitgeteilt"),
        "bank.submitted": _("Bankverbindung geändert"),
        "bank.accepted": _("Bankverbindung übernommen"),
        "bank.rejected": _("Bankverbindung abgelehnt"),
        "bank.disavowed": _("Bankverbindung: „Das war ich nicht“ gemeldet"),
        "bank.stopped": _("Änderung der Bankverbindung über den Link gestoppt"),
        "bank.disputed": _("Änderung der Bankverbindung nach der Übergabe bestritten"),
        "security.bank_change_requested": _("Änderung der Bankverbindung mitgeteilt"),
        "contact.submitted": _("Nachricht geschrieben"),
        "contact.accepted": _("Nachricht erledigt"),
        "contact.rejected": _("Nachricht abgelehnt"),
        "contact.answered": _("Nachricht beantwortet"),
        "submission.withdrawn": _("Vorgang zurückgezogen"),
        "submission.asked": _("Rückfrage gestellt"),
        "submission.answered": _("Rückfrage beantwortet"),
        "submission.assigned": _("Vorgang zugewiesen"),
        "submission.noted": _("Notiz geschrieben"),
        "submission.release_proposed": _("Freigabe vorgeschlagen"),
        "submission.released": _("Vorgang freigegeben"),
        "barrier.reported": _("Barriere gemeldet"),
    },
)

LOOKING = ActionGroup(
    "einsicht",
    _("Einsicht durch die Verwaltung"),
    {
        "submission.viewed": _("Vorgang angesehen"),
        "customer.viewed": _("Kundenseite angesehen"),
        "customer.viewed_as": _("Seite mit den Augen des Kunden angesehen"),
        "customer.viewing_started": _("Ansicht als Kunde begonnen"),
        "customer.viewing_ended": _("Ansicht als Kunde beendet"),
        "document.viewed": _("Dokument angesehen"),
        "document.downloaded": _("Dokument heruntergeladen"),
        "mail.viewed": _("E-Mail angesehen"),
        "campaign.cards_viewed": _("Ablesekarten heruntergeladen"),
        "delivery.viewed": _("Lieferung angesehen"),
        "batch.downloaded": _("Stapel heruntergeladen"),
        "audit.viewed": _("Protokoll durchsucht"),
        "audit.export_begun": _("Protokoll als Datei angefordert"),
        "audit.exported": _("Protokoll als Datei heruntergeladen"),
        "audit.export_broken_off": _("Herunterladen des Protokolls abgebrochen"),
        "audit.check_asked": _("Kette des Protokolls prüfen lassen"),
    },
)

DOCUMENTS = ActionGroup(
    "dokumente",
    _("Dokumente"),
    {
        "document.delivered": _("Dokumente geliefert"),
        "document.filed": _("Dokument abgelegt"),
        "document.replaced": _("Dokument ersetzt"),
        "document.recalled": _("Dokument zurückgezogen"),
        "document.released": _("zurückgehaltenes Dokument freigegeben"),
        "document.discarded": _("zurückgehaltenes Dokument verworfen"),
        "document.placed": _("zurückgehaltenes Dokument zugeordnet"),
        "documents.batch_received": _("Dokumente hochgeladen"),
        "documents.batch_released": _("hochgeladene Dokumente freigegeben"),
        "documents.batch_stopped": _("hochgeladene Dokumente verworfen"),
        "documents.batch_ended": _("hochgeladene Dokumente abgelegt"),
    },
)

PRIVACY = ActionGroup(
    "datenschutz",
    _("Datenschutz und E-Mails"),
    {
        "data_export.requested": _("Kopie der eigenen Daten bestellt"),
        "data_export.made": _("Kopie der eigenen Daten erstellt"),
        "data_export.handed_out": _("Kopie der eigenen Daten heruntergeladen"),
        "consent.asked": _("Einwilligung angefragt"),
        "consent.given": _("Einwilligung gegeben"),
        "consent.revoked": _("Einwilligung widerrufen"),
        "mail.ordered": _("E-Mails bestellt"),
        "mail.refused": _("E-Mails abbestellt"),
        "mail.redirected": _("E-Mail an andere Adresse geleitet"),
        "mail.stopped": _("E-Mail angehalten"),
        "mail.repeated": _("E-Mail noch einmal gesendet"),
        "mail.returned": _("E-Mail kam zurück"),
        "mail.address_settled": _("Adresse, die keine E-Mail annimmt, erledigt"),
    },
)

EXCHANGE = ActionGroup(
    "abrechnung",
    _("Importe und Exporte"),
    {
        "erp.master_data_imported": _("Stammdaten eingelesen"),
        "erp.documents_imported": _("Dokumente eingelesen"),
        "erp.results_imported": _("Ergebnisse eingelesen"),
        "batch.opened": _("Stapel begonnen"),
        "batch.written": _("Stapel geschrieben"),
        "batch.repeated": _("Stapel noch einmal geschrieben"),
        "overview.written": _("Übersicht geschrieben"),
        "consents.written": _("Einwilligungen übergeben"),
        "reading_links.created": _("Links für Ablesekarten erstellt"),
        "delivery.uploaded": _("Lieferung hochgeladen"),
        "delivery.received": _("Lieferung eingegangen"),
        "delivery.checked": _("Lieferung geprüft"),
        "delivery.released": _("Lieferung freigegeben"),
        "delivery.faults_read": _("Fehlerliste einer Lieferung gelesen"),
        "delivery.imported": _("Lieferung eingelesen"),
        "delivery.refused": _("Lieferung abgelehnt"),
        "delivery.rejected": _("Lieferung verworfen"),
        "delivery.expired": _("Lieferung verfallen"),
        "delivery.failed": _("Lieferung gescheitert"),
    },
)

OFFICE = ActionGroup(
    "verwaltung",
    _("Personen, Kampagnen, Einstellungen"),
    {
        "staff.access_given": _("Zugang zur Verwaltung gegeben"),
        "staff.access_set_up": _("Zugang zur Verwaltung eingerichtet"),
        "staff.access_ended": _("Zugang zur Verwaltung geschlossen"),
        "staff.role_changed": _("Rolle geändert"),
        "staff.password_shown": _("Passwort bestätigt, zweiter Schritt offen"),
        "settings.changed": _("Einstellungen geändert"),
        "settings.test_mail_sent": _("Test-E-Mail an sich selbst gesendet"),
        "campaign.created": _("Kampagne angelegt"),
        "campaign.changed": _("Kampagne geändert"),
        "campaign.started": _("Kampagne gestartet"),
        "campaign.paused": _("Kampagne angehalten"),
        "campaign.resumed": _("Kampagne fortgesetzt"),
        "campaign.ended": _("Kampagne beendet"),
        "campaign.discarded": _("Kampagne verworfen"),
        "campaign.cards_ordered": _("Ablesekarten bestellt"),
    },
)

GROUPS = (SIGN_IN, ACCESS, SUBMISSIONS, LOOKING, DOCUMENTS, PRIVACY, EXCHANGE, OFFICE)
"""All groups, in the order in which they are chosen from."""

WORDS: Mapping[str, Words] = {action: words for group in GROUPS for action, words in group.words.items()}
"""What was done, by action."""


def group_of_key(key: str) -> ActionGroup | None:
    """Return the group of this name, or None."""
    return next((group for group in GROUPS if group.key == key), None)
