"""The functions of the customer site, in the order of the navigation. A new topic adds one line.

Those that the utility does without (``selfservice.modules``) are nowhere to be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.customers.models import Premise
from kundenportal.selfservice.modules import is_offered


@dataclass(frozen=True)
class NavigationItem:
    """A function of the customer site.

    Attributes:
        key: the name of its first page's address; the names of its further pages begin with it
            (``readings``, ``readings_check``).
        icon: its symbol in ``ui/icons``.
        label: its name.
        short_label: its name in the bar at the bottom of narrow screens, empty when it stands under "Mehr".
        tile_label: its name on a tile, where a long word has a soft hyphen (U+00AD, which editors may hide;
            gettext knows no escape for it); empty when it is short.
        is_for_login: whether its pages are those of the login, whatever premise is in view.

    """

    key: str
    icon: str
    label: str | Promise
    short_label: str | Promise = ""
    tile_label: str | Promise = ""
    is_for_login: bool = False


@dataclass(frozen=True)
class NavigationLink:
    """A function of the customer site, for one premise or for the login.

    ``news`` is how many things wait there that the login has not seen.
    """

    item: NavigationItem
    url: str
    is_current: bool
    news: int = 0

    @property
    def news_text(self) -> str:
        """The count as the badge shows it: beyond 99 nobody counts."""
        return f"{self.news}" if self.news < 100 else "99+"


NAVIGATION = (
    NavigationItem("home", "house", _("Startseite"), _("Start")),
    NavigationItem("readings", "gauge", _("Zählerstände erfassen"), _("Zähler")),
    NavigationItem("consumption", "chart-column", _("Verbrauch ansehen")),
    NavigationItem(
        "documents",
        "files",
        _("Dokumentenverwaltung"),
        _("Dokumente"),
        tile_label=_("Dokumenten­verwaltung"),
    ),
    NavigationItem("advance_payment", "wallet", _("Abschlag ändern"), _("Abschlag")),
    NavigationItem(
        "address", "map-pin", _("Rechnungsadresse ändern"), tile_label=_("Rechnungs­adresse ändern")
    ),
    NavigationItem(
        "bank_account", "landmark", _("Bankverbindung ändern"), tile_label=_("Bank­verbindung ändern")
    ),
    NavigationItem("account", "user-cog", _("Kontoverwaltung"), is_for_login=True),
    NavigationItem("contact", "message-square", _("Kontaktformular"), tile_label=_("Kontakt­formular")),
)
HOME = NAVIGATION[0]
NOWHERE = NavigationItem("", "", "")
"""What is current on a page that belongs to no function."""

ACCOUNT = next(item for item in NAVIGATION if item.key == "account")


def item_of(name: str) -> NavigationItem:
    """Return the function that a page belongs to, by the name of the page's address or a function's key."""
    return next((item for item in _offered() if name == item.key or name.startswith(f"{item.key}_")), HOME)


def url_of(item: NavigationItem, premise: Premise) -> str:
    """Return the address of a function's first page, for a premise unless the function is the login's."""
    return reverse(f"selfservice:{item.key}", args=[] if item.is_for_login else [premise.public_id])


def links_for(
    premise: Premise | None, current: NavigationItem, news: Mapping[str, int]
) -> tuple[NavigationLink, ...]:
    """Return the navigation for a premise; without one, only the functions of the login.

    Args:
        premise: the place of consumption in view.
        current: the function in view.
        news: how many things a login has not seen, by the key of the function that shows them.

    """
    if premise is None:
        return tuple(
            NavigationLink(item, reverse(f"selfservice:{item.key}"), item is current)
            for item in _offered()
            if item.is_for_login
        )
    return tuple(
        NavigationLink(item, url_of(item, premise), item is current, news.get(item.key, 0))
        for item in _offered()
    )


def _offered() -> list[NavigationItem]:
    return [item for item in NAVIGATION if is_offered(item.key)]
