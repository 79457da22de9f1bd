"""What the back office says of mails: their kinds, their states, and why one did not arrive."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.mail_log.services import NotRepeated
from kundenportal.mailing.answers import Cause, cause_of
from kundenportal.mailing.models import OutgoingMail

Status = OutgoingMail.Status
Words = str | Promise

KINDS: Mapping[str, Words] = {
    "account_unlinked": _("Verknüpfung aufgehoben"),
    "accounts_linked": _("Kundenkonten verknüpft"),
    "address_accepted": _("Rechnungsadresse übernommen"),
    "address_rejected": _("Rechnungsadresse abgelehnt"),
    "address_requested": _("Rechnungsadresse: Eingang bestätigt"),
    "advance_payment_accepted": _("Abschlag übernommen"),
    "advance_payment_received": _("Abschlag: Eingang bestätigt"),
    "advance_payment_rejected": _("Abschlag abgelehnt"),
    "bank_accepted": _("Bankverbindung übernommen"),
    "bank_disputed": _("Bankverbindung bestritten (an uns)"),
    "bank_rejected": _("Bankverbindung abgelehnt"),
    "bank_requested": _("Bankverbindung: Eingang bestätigt"),
    "bank_stopped": _("Bankverbindung gestoppt"),
    "barrier_reported": _("Barriere gemeldet (an uns)"),
    "contact_accepted": _("Anfrage erledigt"),
    "contact_answered": _("Antwort auf eine Anfrage"),
    "contact_received": _("Anfrage: Eingang bestätigt"),
    "contact_rejected": _("Anfrage abgelehnt"),
    "data_export_ready": _("Datenauskunft liegt bereit"),
    "delivery_needs_you": _("Eine Lieferung braucht jemanden (an uns)"),
    "device_code": _("Code für ein neues Gerät"),
    "document_recalled": _("Dokument zurückgezogen"),
    "documents_wait": _("Dokumente warten auf Speicherplatz (an uns)"),
    "email_change_confirm": _("Neue E-Mail-Adresse bestätigen"),
    "email_change_requested": _("E-Mail-Adresse wird geändert"),
    "email_changed": _("E-Mail-Adresse geändert"),
    "factor_added": _("Zweiter Faktor eingerichtet"),
    "factor_removed": _("Zweiter Faktor entfernt"),
    "link_password_guessed": _("Passwort beim Verknüpfen falsch"),
    "link_undone": _("Verknüpfung zurückgenommen"),
    "login_deleted": _("Online-Zugang gelöscht"),
    "login_expires": _("Löschung des Online-Zugangs angekündigt"),
    "login_locked": _("Zugang gesperrt"),
    "login_secured": _("Zugang gesichert"),
    "login_unlocked": _("Zugang entsperrt"),
    "new_device": _("Anmeldung auf einem neuen Gerät"),
    "new_documents": _("Neues Dokument"),
    "news_confirm": _("Neuigkeiten bestätigen"),
    "online_invoices_begin": _("Rechnungen nur noch online"),
    "online_invoices_end": _("Rechnungen wieder auf Papier"),
    "outbox_failed": _("Übergabe gescheitert (an uns)"),
    "own_password_guessed": _("Eigenes Passwort zu oft falsch"),
    "password_changed": _("Passwort geändert"),
    "password_reset": _("Passwort vergessen"),
    "public_reading_received": _("Zählerstand ohne Anmeldung: Eingang bestätigt"),
    "reading_accepted": _("Zählerstand übernommen"),
    "readings_waiting": _("Zählerstand: wartet auf den Kunden"),
    "reading_received": _("Zählerstand: Eingang bestätigt"),
    "reading_rejected": _("Zählerstand abgelehnt"),
    "reading_reminder": _("Erinnerung an die Ablesung"),
    "reading_reported": _("Zählerstand von jemand anderem gemeldet"),
    "reading_requested": _("Bitte um die Ablesung"),
    "recovery_code_used": _("Wiederherstellungscode benutzt"),
    "registration_completed": _("Registrierung abgeschlossen"),
    "registration_exists": _("Registrierung: Zugang gibt es schon"),
    "registration_link": _("Zugangsdaten"),
    "registration_notice": _("Registrierung: Hinweis an die hinterlegte Adresse"),
    "registration_start_password": _("Zugangsdaten mit Startpasswort"),
    "second_step_blocked": _("Zweiter Schritt zu oft falsch"),
    "sign_in_blocked": _("Anmeldung gesperrt"),
    "sign_in_link": _("Anmeldelink"),
    "staff_access_set_up": _("Zugang zur Verwaltung eingerichtet"),
    "submission_question": _("Rückfrage"),
    "test_mail": _("Test-E-Mail (an Personen der Verwaltung)"),
    "submission_withdrawn": _("Vorgang zurückgezogen"),
}
"""What each kind of mail is about. A new kind adds its line."""

TONES: Mapping[str, str] = {
    Status.WAITING: "warn",
    Status.SENT: "ok",
    Status.BOUNCED: "fehler",
    Status.FAILED: "fehler",
}


@dataclass(frozen=True)
class Explanation:
    """Why a mail did not arrive, and what helps."""

    why: Words
    advice: Words


_ASK = _("Bitte fragen Sie den Kunden nach einer anderen Adresse, am besten am Telefon.")
_TECHNICIAN = _("Das ist ein Fall für die Technik. Der Kunde kann nichts tun.")
_WAIT = _("Sie müssen nichts tun.")

CAUSES: Mapping[Cause, Explanation] = {
    Cause.NO_MAILBOX: Explanation(_("Dieses Postfach gibt es nicht (mehr)."), _ASK),
    Cause.NO_DOMAIN: Explanation(
        _("Was hinter dem @ steht, gibt es nicht, oder es nimmt keine E-Mails an. Oft ist es vertippt."),
        _ASK,
    ),
    Cause.MAILBOX_FULL: Explanation(
        _("Das Postfach ist voll."),
        _("Sagen Sie es dem Kunden. Danach können Sie die E-Mail noch einmal senden."),
    ),
    Cause.MAILBOX_OFF: Explanation(_("Das Postfach ist abgeschaltet."), _ASK),
    Cause.TOO_LARGE: Explanation(_("Die E-Mail ist diesem Postfach zu groß."), _ASK),
    Cause.REFUSED: Explanation(
        _("Der Mailserver des Empfängers nimmt von uns nichts an. Oft ist es eine Sperrliste."),
        _TECHNICIAN,
    ),
    Cause.GREYLISTED: Explanation(
        _("Der Mailserver des Empfängers kennt uns noch nicht und bittet um Geduld (Greylisting)."), _WAIT
    ),
    Cause.BUSY: Explanation(_("Der Mailserver des Empfängers hat gerade keine Zeit."), _WAIT),
    Cause.GIVEN_UP: Explanation(
        _("Der Mailserver des Empfängers war tagelang nicht zu erreichen."),
        _("Bitte prüfen Sie die Adresse. Stimmt sie, senden Sie die E-Mail noch einmal."),
    ),
    Cause.OWN_SERVER: Explanation(_("Unser eigener Mailserver war nicht zu erreichen."), _TECHNICIAN),
    Cause.OWN_LOGIN: Explanation(_("Unser eigener Mailserver nimmt unsere Anmeldung nicht an."), _TECHNICIAN),
    Cause.PORTAL: Explanation(_("Das Portal konnte die E-Mail nicht schreiben."), _TECHNICIAN),
    Cause.UNKNOWN: Explanation(
        _("Der Mailserver hat die E-Mail nicht angenommen. Seine Antwort steht unten."), _TECHNICIAN
    ),
}

NOT_REPEATED: Mapping[NotRepeated, Words] = {
    NotRepeated.WAITS: _("Sie wartet noch und wird von selbst gesendet."),
    NotRepeated.SENT_JUST_NOW: _("Sie wurde gerade noch einmal gesendet. Bitte warten Sie 10 Minuten."),
    NotRepeated.UNWANTED: _("Der Kunde hat solche E-Mails abbestellt."),
    NotRepeated.STOPPED: _("Sie ging nie hinaus: Ihr Anlass war vorbei, oder der Kunde hat keinen Zugang."),
    NotRepeated.FORGOTTEN: _("Ihr Inhalt ist 30 Tage nach dem Senden gelöscht worden."),
    NotRepeated.OCCASION_OVER: _(
        "Ihr Anlass ist vorbei, oder die Adresse gehört nicht mehr dazu. Neue Zugangsdaten und Links fordert "
        "der Kunde selbst an, oder Sie senden sie ihm von seiner Seite unter „Kunden“."
    ),
}


@dataclass(frozen=True)
class MailRow:
    """A mail as the list shows it."""

    mail: OutgoingMail
    words: Words
    tone: str
    explanation: Explanation | None


def mail_row(mail: OutgoingMail) -> MailRow:
    """Return a mail as a line of the list; no query."""
    return MailRow(
        mail, KINDS.get(mail.kind, mail.kind), TONES.get(mail.status, "still"), explanation_of(mail)
    )


def explanation_of(mail: OutgoingMail) -> Explanation | None:
    """Return why a mail did not arrive or not yet; None when nothing is known to have gone wrong."""
    return CAUSES[cause_of(mail.last_error)] if mail.last_error else None
