"""Who may do what in the back office: one table, which docs/backoffice.md shows and a test compares.

Every view names the permission it needs (``access.staff_required``). A new screen adds its permissions here.
"""

from collections.abc import Mapping
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.identity.models import StaffMember

Role = StaffMember.Role


class Permission(Enum):
    """Something one may do; the value is what people read."""

    VIEW_SUBMISSIONS = _("Vorgänge ansehen")
    SETTLE_SUBMISSIONS = _("Vorgänge übernehmen, ablehnen, zuweisen und Rückfragen stellen")
    VIEW_CUSTOMERS = _("Kunden suchen und ansehen")
    CHANGE_ACCESS = _("Kunden Zugangsdaten senden, sie abmelden, sperren und entsperren")
    REMOVE_FACTORS = _("zweite Faktoren von Kunden entfernen")
    VIEW_AS_CUSTOMER = _("das Portal ansehen, wie ein Kunde es sieht")
    VIEW_CAMPAIGNS = _("Ablesekampagnen ansehen")
    RUN_CAMPAIGNS = _("Ablesekampagnen anlegen, starten, anhalten und beenden, Ablesekarten herunterladen")
    VIEW_DOCUMENTS = _("Dokumente ansehen")
    MANAGE_DOCUMENTS = _("Dokumente hochladen, zuordnen, verwerfen und zurückziehen")
    RELEASE_DOCUMENTS = _("Lieferungen von Dokumenten anderer freigeben")
    VIEW_SETTINGS = _("Einstellungen ansehen")
    CHANGE_SETTINGS = _("Einstellungen, Texte, Farben und Logo ändern")
    CHANGE_NUMBERS = _("technische Einstellungen ändern: Muster der Nummern, Lastschriften")
    VIEW_EXCHANGE = _("Importe und Exporte ansehen")
    RELEASE_DELIVERIES = _("Lieferungen hochladen, freigeben und verwerfen")
    TAKE_BATCHES = _("Stapel erzeugen und herunterladen, auch mit Bankdaten")
    VIEW_STATISTICS = _("die Statistik ansehen")
    VIEW_AUDIT_TRAIL = _("das Protokoll ansehen und herunterladen")
    VERIFY_AUDIT_TRAIL = _("die Kette des Protokolls prüfen")
    VIEW_MAILS = _("E-Mails: Stand und Gründe ansehen")
    READ_MAILS = _("E-Mails: Empfänger und Inhalt ansehen")
    REPEAT_MAILS = _("E-Mails noch einmal senden und Adressen als geklärt kennzeichnen")
    MANAGE_STAFF = _("Zugänge zur Verwaltung geben, ändern und schließen")
    OWN_ACCESS = _("den eigenen Zugang ansehen und einstellen")


ROLES: Mapping[Permission, frozenset[Role]] = {
    Permission.VIEW_SUBMISSIONS: frozenset({Role.CLERK, Role.SUPERVISOR, Role.READER}),
    Permission.SETTLE_SUBMISSIONS: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Permission.VIEW_CUSTOMERS: frozenset({Role.CLERK, Role.SUPERVISOR, Role.READER}),
    Permission.CHANGE_ACCESS: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Permission.REMOVE_FACTORS: frozenset({Role.SUPERVISOR}),
    Permission.VIEW_AS_CUSTOMER: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Permission.VIEW_CAMPAIGNS: frozenset({Role.CLERK, Role.SUPERVISOR, Role.READER}),
    Permission.RUN_CAMPAIGNS: frozenset({Role.SUPERVISOR}),
    Permission.VIEW_DOCUMENTS: frozenset({Role.CLERK, Role.SUPERVISOR, Role.READER}),
    Permission.MANAGE_DOCUMENTS: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Permission.RELEASE_DOCUMENTS: frozenset({Role.SUPERVISOR}),
    Permission.VIEW_SETTINGS: frozenset({Role.SUPERVISOR, Role.TECHNICIAN, Role.READER}),
    Permission.CHANGE_SETTINGS: frozenset({Role.SUPERVISOR}),
    Permission.CHANGE_NUMBERS: frozenset({Role.SUPERVISOR, Role.TECHNICIAN}),
    Permission.VIEW_EXCHANGE: frozenset({Role.SUPERVISOR, Role.TECHNICIAN, Role.READER}),
    Permission.RELEASE_DELIVERIES: frozenset({Role.SUPERVISOR, Role.TECHNICIAN}),
    Permission.TAKE_BATCHES: frozenset({Role.SUPERVISOR}),
    Permission.VIEW_STATISTICS: frozenset(Role),
    Permission.VIEW_AUDIT_TRAIL: frozenset({Role.SUPERVISOR}),
    Permission.VERIFY_AUDIT_TRAIL: frozenset({Role.SUPERVISOR, Role.TECHNICIAN}),
    Permission.VIEW_MAILS: frozenset(Role),
    Permission.READ_MAILS: frozenset({Role.CLERK, Role.SUPERVISOR, Role.READER}),
    Permission.REPEAT_MAILS: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Permission.MANAGE_STAFF: frozenset({Role.SUPERVISOR}),
    Permission.OWN_ACCESS: frozenset(Role),
}
"""Which roles have a permission."""


TASKS: Mapping[Role, str | Promise] = {
    Role.CLERK: _("bearbeitet, was Kunden senden"),
    Role.SUPERVISOR: _("bearbeitet es auch und entscheidet, wer hier arbeitet"),
    Role.TECHNICIAN: _("betreibt das Portal"),
    Role.READER: _("sieht nach und ändert nichts"),
}
"""What each role is for, to whoever chooses one."""


def has_permission(member: StaffMember, permission: Permission) -> bool:
    """Tell whether somebody's role has a permission."""
    return Role(member.role) in ROLES[permission]


def permissions_of(member: StaffMember) -> list[str | Promise]:
    """Return what somebody may do, in words."""
    return [permission.value for permission in Permission if has_permission(member, permission)]
