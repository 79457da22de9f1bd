"""The screens of the back office, in the order of the navigation. A new screen adds one line."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.backoffice.roles import Permission, has_permission
from kundenportal.identity.models import StaffMember


@dataclass(frozen=True)
class NavigationItem:
    """A screen.

    Attributes:
        key: the name of its first page's address; the names of its further pages begin with it.
        icon: its symbol in ``ui/icons``.
        label: its name.
        permission: what one needs to see it.
        unless: who has this permission comes to it from another screen.

    """

    key: str
    icon: str
    label: str | Promise
    permission: Permission
    unless: Permission | None = None


@dataclass(frozen=True)
class NavigationLink:
    """A screen as the navigation shows it."""

    item: NavigationItem
    url: str
    is_current: bool


NAVIGATION = (
    NavigationItem("inbox", "inbox", _("Eingang"), Permission.VIEW_SUBMISSIONS),
    NavigationItem("customers", "user-round", _("Kunden"), Permission.VIEW_CUSTOMERS),
    NavigationItem("campaigns", "gauge", _("Kampagnen"), Permission.VIEW_CAMPAIGNS),
    NavigationItem("documents", "files", _("Dokumente"), Permission.VIEW_DOCUMENTS),
    NavigationItem("imports", "repeat", _("Importe und Exporte"), Permission.VIEW_EXCHANGE),
    NavigationItem("mails", "mail", _("E-Mails"), Permission.VIEW_MAILS),
    NavigationItem("statistics", "chart-column", _("Statistik"), Permission.VIEW_STATISTICS),
    NavigationItem("audit", "history", _("Protokoll"), Permission.VIEW_AUDIT_TRAIL),
    NavigationItem(
        "audit_check",
        "shield-check",
        _("Protokoll prüfen"),
        Permission.VERIFY_AUDIT_TRAIL,
        unless=Permission.VIEW_AUDIT_TRAIL,
    ),
    NavigationItem("settings", "sliders-horizontal", _("Einstellungen"), Permission.VIEW_SETTINGS),
    NavigationItem("people", "users", _("Personen"), Permission.MANAGE_STAFF),
    NavigationItem("own_access", "user-cog", _("Mein Zugang"), Permission.OWN_ACCESS),
)


def frame_of(request: HttpRequest, member: StaffMember) -> dict[str, object]:
    """Return what ``ui/office.html`` draws around a page.

    Args:
        request: the request for it.
        member: who is signed in.

    """
    page_name = request.resolver_match.url_name or "" if request.resolver_match else ""
    return {"member": member, "navigation": links_for(member, page_name)}


def links_for(member: StaffMember, page_name: str) -> list[NavigationLink]:
    """Return the screens somebody may open.

    Args:
        member: who.
        page_name: the name of the address of the page in view.

    """
    return [
        NavigationLink(item, reverse(f"backoffice:{item.key}"), _is_part(page_name, item))
        for item in NAVIGATION
        if has_permission(member, item.permission)
        and not (item.unless and has_permission(member, item.unless))
    ]


def _is_part(page_name: str, item: NavigationItem) -> bool:
    return page_name == item.key or page_name.startswith(f"{item.key}_")
