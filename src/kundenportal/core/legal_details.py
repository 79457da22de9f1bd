"""What the law makes a utility say of itself: its part of ``utility.toml``."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from kundenportal.core.email_addresses import InvalidEmailAddress, canonical_email
from kundenportal.core.toml_tables import InvalidUtilityFile, check_keys, check_texts, table_of

LAWS = ("bfsg", "state", "both")
"""Which law on accessibility a utility is under: the BFSG, its state's law for public bodies, or both."""

_MARKET_SURVEILLANCE = (
    "Marktüberwachungsstelle der Länder für die Barrierefreiheit von Produkten und Dienstleistungen (MLBF), "
    "Postfach 39 11 55, 39135 Magdeburg, Telefon 0391 567-6970, E-Mail mlbf@ms.sachsen-anhalt.de"
)
_VAT_ID = re.compile(r"[A-Z]{2}[0-9A-Z]{2,12}")
_WEB_ADDRESS = re.compile(r"https://[^\s/]+(/\S*)?")

Texts = TypeVar("Texts", "Imprint", "Privacy", "SecurityContact")


@dataclass(frozen=True)
class Imprint:
    """What the imprint tells beside name and address (§ 5 DDG).

    Attributes:
        company: the name with its legal form; the utility's name where it is left out.
        represented_by: who may sign for it, such as ``Petra Muster (Geschäftsführerin)``.
        register_court: the court that keeps the register, such as ``Amtsgericht Ansbach``.
        register_number: such as ``HRB 1234``.
        vat_id: the identification number for value added tax (§ 27a UStG), without blanks.
        economic_id: the identification number for businesses (§ 139c AO), where there is one.
        supervisory_authority: who supervises the business, with address.
        responsible_for_content: name and address (§ 18 (2) MStV), for whoever publishes news.

    """

    company: str = ""
    represented_by: str = ""
    register_court: str = ""
    register_number: str = ""
    vat_id: str = ""
    economic_id: str = ""
    supervisory_authority: str = ""
    responsible_for_content: str = ""


@dataclass(frozen=True)
class Privacy:
    """Whom the privacy notice names (Art. 13 (1) GDPR).

    Attributes:
        officer: the data protection officer: a name, or the office alone.
        officer_address: where letters to the officer go, if not to the utility's own address.
        officer_email: his or her address.
        officer_phone: his or her telephone number.
        authority: the supervisory authority for data protection, with address.
        hosting: who runs the servers, when not the utility itself: company, place, country.

    """

    officer: str = ""
    officer_address: str = ""
    officer_email: str = ""
    officer_phone: str = ""
    authority: str = ""
    hosting: str = ""


@dataclass(frozen=True)
class Accessibility:
    """What the page about accessibility tells (§ 14 and Anlage 3 BFSG; the laws of the states).

    Attributes:
        email: where reported barriers go; the utility's address where it is left out.
        law: one of ``LAWS``; it chooses the parts of the text.
        market_surveillance: the authority that supervises the BFSG.
        state_law: the state's law, such as ``Bayerisches Behindertengleichstellungsgesetz (BayBGG)``.
        enforcement_body: who helps when a public body does not answer, with address.
        checked_date: the day of the last check.

    """

    email: str = ""
    law: str = "bfsg"
    market_surveillance: str = _MARKET_SURVEILLANCE
    state_law: str = ""
    enforcement_body: str = ""
    checked_date: dt.date | None = None


@dataclass(frozen=True)
class SecurityContact:
    """Whom finders of weaknesses write to (``/.well-known/security.txt``, RFC 9116).

    Attributes:
        contact: an e-mail address or a web page; the utility's address where it is left out.
        policy: the web page that says how reports are handled; the portal's own where it is left out.

    """

    contact: str = ""
    policy: str = ""


def read_imprint(data: dict[str, Any]) -> Imprint:
    """Return the table ``imprint``.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    imprint = _read_texts(Imprint, data, "imprint")
    if imprint.vat_id and not _VAT_ID.fullmatch(imprint.vat_id):
        raise InvalidUtilityFile("imprint.vat_id", f"expected such as DE123456789, found {imprint.vat_id!r}")
    return imprint


def read_privacy(data: dict[str, Any]) -> Privacy:
    """Return the table ``privacy``.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    privacy = _read_texts(Privacy, data, "privacy")
    check_email("privacy.officer_email", privacy.officer_email)
    return privacy


def read_accessibility(data: dict[str, Any]) -> Accessibility:
    """Return the table ``accessibility``.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    table = table_of(data, "accessibility")
    check_keys(Accessibility, table, "accessibility.", also=set())
    checked = table.get("checked_date")
    if checked is not None and type(checked) is not dt.date:
        raise InvalidUtilityFile(
            "accessibility.checked_date",
            f"expected a day such as 2026-11-22 without quotes, found {checked!r}",
        )
    texts = {key: value for key, value in table.items() if key != "checked_date"}
    accessibility = Accessibility(**check_texts(texts, "accessibility."), checked_date=checked)
    check_email("accessibility.email", accessibility.email)
    if accessibility.law not in LAWS:
        raise InvalidUtilityFile(
            "accessibility.law", f"expected one of {', '.join(LAWS)}, found {accessibility.law!r}"
        )
    return accessibility


def read_security_contact(data: dict[str, Any]) -> SecurityContact:
    """Return the table ``security``.

    Raises:
        InvalidUtilityFile: when a key is unknown or malformed.

    """
    security = _read_texts(SecurityContact, data, "security")
    if security.contact and not _WEB_ADDRESS.fullmatch(security.contact):
        check_email("security.contact", security.contact)
    if security.policy and not _WEB_ADDRESS.fullmatch(security.policy):
        raise InvalidUtilityFile(
            "security.policy",
            f"expected a page such as https://www.stadtwerke.de/sicherheit, found {security.policy!r}",
        )
    return security


def check_email(key: str, address: str) -> None:
    """Refuse what is no e-mail address; an empty text is none and may stand.

    Args:
        key: the key it stands under, such as ``privacy.officer_email``.
        address: what stands there.

    Raises:
        InvalidUtilityFile: when nobody could write to it.

    """
    if not address:
        return
    try:
        canonical_email(address)
    except InvalidEmailAddress as error:
        raise InvalidUtilityFile(key, f"expected an e-mail address, found {address!r}") from error


def _read_texts(made_of: type[Texts], data: dict[str, Any], name: str) -> Texts:
    """Return a table that holds nothing but texts."""
    table = table_of(data, name)
    check_keys(made_of, table, f"{name}.", also=set())
    return made_of(**check_texts(table, f"{name}."))
