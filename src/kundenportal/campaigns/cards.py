"""Reading cards: what stands on one, a list of them for a printer, cards to print (ux.md F5, DIN 5008)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kundenportal.addresses.selectors import PostalAddress, letter_address
from kundenportal.campaigns.models import Invitation
from kundenportal.core.countries import country_names
from kundenportal.core.qr_codes import qr_path
from kundenportal.core.spreadsheets import csv_lines
from kundenportal.customers.models import Customer, Premise
from kundenportal.files.printing import render_pdf
from kundenportal.metering.models import Meter

COLUMNS = (
    "kundennummer",
    "name",
    "adresszusatz",
    "strasse",
    "plz",
    "ort",
    "land",
    "verbrauchsstelle",
    "ablesestelle",
    "zaehlernummern",
    "frist",
    "gueltig_bis",
    "hinweis",
    "link",
)
"""The columns of the list; docs/erp-formats.md says what stands in them."""


@dataclass(frozen=True)
class Card:
    """What stands on a reading card.

    Attributes:
        customer: who gets it.
        address: where it goes.
        premise: whose meters are to be read.
        meters: the meters that are still missing, by division.
        due_date: until when.
        valid_until: the last day on which the link is good.
        consequence: what happens otherwise.
        link: the address of the link, kept nowhere else.

    """

    customer: Customer
    address: PostalAddress
    premise: Premise
    meters: tuple[Meter, ...]
    due_date: dt.date
    valid_until: dt.date
    consequence: str
    link: str

    @property
    def country(self) -> str:
        """The country as the last line of an address abroad names it; empty at home."""
        return "" if self.address.country in ("", "DE") else country_names("de")[self.address.country].upper()

    @cached_property
    def qr(self) -> tuple[str, int]:
        """The link's QR code as the data of an SVG path, and its width in squares with the quiet zone."""
        return qr_path(self.link)


def card_of(invitation: Invitation, link: str, *, now: dt.datetime) -> Card:
    """Return the card of an invitation; no query, unless the customer's address is missing or very young.

    Args:
        invitation: with its campaign, premise, customer, billing address and meters.
        link: the address of a link made for it.
        now: when, aware.

    """
    premise, campaign = invitation.premise, invitation.campaign
    at_place = PostalAddress(premise.street_line, "", premise.postal_code, premise.city, "DE")
    return Card(
        customer=invitation.customer,
        address=letter_address(invitation.customer, now=now) or at_place,
        premise=premise,
        meters=tuple(invitation.missing),
        due_date=campaign.due_date,
        valid_until=campaign.period_to,
        consequence=campaign.consequence,
        link=link,
    )


def cards_csv(cards: Sequence[Card]) -> bytes:
    """Return a list for a printer: one row per card, in the dialect of the deliveries."""
    return csv_lines([COLUMNS, *map(_row, cards)], line_end="\n")


def cards_pdf(cards: Sequence[Card]) -> bytes:
    """Return cards to print: one A4 page each, the address where a window envelope shows it."""
    return render_pdf("campaigns/cards.html", {"cards": cards}, language="de")


def _row(card: Card) -> tuple[str, ...]:
    place = f"{card.premise.street_line}, {card.premise.postal_code} {card.premise.city}"
    return (
        card.customer.customer_number,
        card.customer.full_name,
        card.address.supplement,
        card.address.street_line,
        card.address.postal_code,
        card.address.city,
        card.address.country,
        card.premise.erp_id,
        place,
        ", ".join(meter.meter_number for meter in card.meters),
        card.due_date.isoformat(),
        card.valid_until.isoformat(),
        card.consequence,
        card.link,
    )
