"""What texts may say of the utility and of its portal, by the names of the placeholders."""

import datetime as dt
from dataclasses import asdict
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from kundenportal.core import dates
from kundenportal.core.utility import Utility


def text_facts(language: str) -> dict[str, str]:
    """Return every fact a text may use; docs/configuration.md lists them.

    Args:
        language: the language of the text, for dates.

    """
    utility: Utility = settings.UTILITY
    accessibility = utility.accessibility
    checked = accessibility.checked_date
    return {
        "name": utility.name,
        "street": utility.street,
        "postal_code": utility.postal_code,
        "city": utility.city,
        "phone": utility.phone,
        "phone_hours": utility.phone_hours,
        "email": utility.email,
        "answer_days": _working_days(utility.contact.answer_days, language),
        "creditor_id": utility.creditor_id,
        "customer_number_digits": str(utility.customer_number.digits),
        "customer_number_suffix": utility.customer_number.suffix,
        "customer_number_example": utility.customer_number.example(),
        "address_of_portal": settings.BASE_URL,
        "host": urlsplit(settings.BASE_URL).netloc,
        "session_idle_minutes": str(settings.SESSION_IDLE_MINUTES),
        "session_max_hours": str(settings.SESSION_MAX_HOURS),
        "login_kept_months": str(settings.LOGIN_KEPT_MONTHS),
        "password_min_length": str(settings.PASSWORD_MIN_LENGTH),
        **asdict(utility.imprint),
        "company": utility.imprint.company or utility.name,
        **{f"privacy_{key}": value for key, value in asdict(utility.privacy).items()},
        "accessibility_email": accessibility.email or utility.email,
        "market_surveillance": accessibility.market_surveillance,
        "state_law": accessibility.state_law,
        "enforcement_body": accessibility.enforcement_body,
        "checked_date": _date(checked, language) if checked else "",
        "bfsg": "bfsg" if accessibility.law in {"bfsg", "both"} else "",
        "state": "state" if accessibility.law in {"state", "both"} else "",
        **{f"offers_{name}": name if is_on else "" for name, is_on in asdict(utility.modules).items()},
        "security_contact": utility.security.contact or utility.email,
    }


def _date(day: dt.date, language: str) -> str:
    if language == "de":
        return dates.format_date_long(day)
    with translation.override(language):
        return date_format(day, "j F Y")


def _working_days(days: int, language: str) -> str:
    """Return ``2 Arbeitstagen``, as it follows "in"."""
    with translation.override(language):
        return ngettext("%(days)d Arbeitstag", "%(days)d Arbeitstagen", days) % {"days": days}
