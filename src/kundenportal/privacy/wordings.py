"""The words people agree to. They are the proof of what was agreed (Art. 7 (1) GDPR).

Whoever changes a text gives it a new version; a test holds the digest of every version.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kundenportal.privacy.models import Consent


@dataclass(frozen=True)
class Wording:
    """A text that is agreed to; ``template`` names the utility as ``%(utility)s``."""

    version: str
    template: str | Promise

    @property
    def text(self) -> str:
        """The text as it is shown, in the language of the page."""
        return str(self.template) % {"utility": settings.UTILITY.name}


WORDINGS: Mapping[Consent.Kind, Wording] = {
    Consent.Kind.NEWS: Wording(
        "1",
        _(
            "Ich möchte Neuigkeiten, Tipps und Angebote von %(utility)s per E-Mail bekommen. "
            "Das kann ich jederzeit widerrufen."
        ),
    ),
    Consent.Kind.ONLINE_INVOICES: Wording(
        "1",
        _(
            "Ich bekomme meine Rechnungen von %(utility)s nur noch online im Kundenportal und nicht mehr "
            "per Post. Eine E-Mail sagt mir, wenn eine neue Rechnung da ist. Das kann ich jederzeit "
            "widerrufen."
        ),
    ),
}
"""What is agreed to now."""
