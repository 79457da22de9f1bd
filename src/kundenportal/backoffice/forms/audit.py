"""What of the audit trail is looked for."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kundenportal.audit.selectors import CUSTOMERS, TrailFilter
from kundenportal.backoffice.audit_words import GROUPS, group_of_key
from kundenportal.core.customer_numbers import canonical_customer_number
from kundenportal.core.dates import InvalidDate, local_date, parse_span
from kundenportal.core.references import parse_reference
from kundenportal.customers.models import Customer
from kundenportal.documents.models import Document
from kundenportal.documents.selectors import document_named
from kundenportal.identity.models import StaffMember

_OTHERS = [
    (CUSTOMERS, _("Kunden (angemeldet)")),
    ("visitor", _("Besucher ohne Anmeldung")),
    ("erp", _("Abrechnungssystem")),
    ("system", _("Kundenportal selbst")),
]

Span = tuple[dt.datetime, dt.datetime]


class AuditFilterForm(forms.Form):
    """What is looked for. It travels in the address; what cannot be read is told, and nothing is shown."""

    hides_stars = True

    von = forms.CharField(label=_("Von"), required=False, max_length=40)
    bis = forms.CharField(label=_("Bis"), required=False, max_length=40)
    wer = forms.ChoiceField(label=_("Wer"), required=False)
    was = forms.ChoiceField(
        label=_("Was"),
        choices=[("", _("Alles")), *((group.key, group.label) for group in GROUPS)],
        required=False,
    )
    kunde = forms.CharField(label=_("Kundennummer"), required=False, max_length=40)
    woran = forms.CharField(
        label=_("Vorgang oder Dokument"),
        required=False,
        max_length=80,
    )

    def __init__(self, data: Any, *, members: Iterable[StaffMember], now: dt.datetime) -> None:
        super().__init__(data)
        self._today = local_date(now, settings.UTILITY_TIME_ZONE)
        self.customer: Customer | None = None
        self.document: Document | None = None
        who = self.fields["wer"]
        assert isinstance(who, forms.ChoiceField)
        names = [(member.user.actor, str(member)) for member in members]
        who.choices = [("", _("Alle")), *_OTHERS, *names]
        for name in ("von", "bis", "kunde", "woran"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_von(self) -> Span | None:
        """Return the day or minute with which it begins."""
        return self._span("von")

    def clean_bis(self) -> Span | None:
        """Return the last day or minute."""
        return self._span("bis")

    def clean_kunde(self) -> str:
        """Return the canonical number of a customer there is."""
        typed: str = self.cleaned_data["kunde"]
        if not typed:
            return ""
        number = canonical_customer_number(typed, settings.UTILITY.customer_number)
        self.customer = Customer.objects.filter(customer_number=number or typed).first()
        if self.customer is None:
            raise ValidationError(
                _("Die Kundennummer „%(typed)s“ gibt es hier nicht. Bitte prüfen Sie die Ziffern."),
                params={"typed": typed},
            )
        return self.customer.customer_number

    def clean_woran(self) -> str:
        """Return what the trail calls it: a submission's reference, or a document by the portal's own id."""
        typed: str = self.cleaned_data["woran"]
        if parse_reference(typed):
            return typed.upper()
        self.document = document_named(typed) if typed else None
        return self.document.public_id if self.document else typed

    def clean(self) -> dict[str, Any]:
        """See that the end is not before the beginning."""
        since, until = self.cleaned_data.get("von"), self.cleaned_data.get("bis")
        if since and until and until[1] <= since[0]:
            self.add_error("bis", _("Das Ende liegt vor dem Anfang. Bitte tauschen Sie die beiden."))
        return self.cleaned_data

    def wanted(self) -> TrailFilter:
        """Return what is looked for; only of a form that is right."""
        chosen = self.cleaned_data
        group = group_of_key(chosen["was"])
        return TrailFilter(
            since=chosen["von"][0] if chosen["von"] else None,
            until=chosen["bis"][1] if chosen["bis"] else None,
            actor=chosen["wer"],
            actions=frozenset(group.words) if group else frozenset(),
            customer_id=self.customer.pk if self.customer else None,
            subject=chosen["woran"],
        )

    @property
    def typed(self) -> dict[str, str]:
        """What was chosen, as it travels in an address."""
        return {name: str(self[name].value() or "") for name in self.fields if self[name].value()}

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but everything is asked for."""
        return bool(self.typed)

    def _span(self, name: str) -> Span | None:
        typed: str = self.cleaned_data[name]
        if not typed:
            return None
        try:
            return parse_span(typed, today=self._today, zone=settings.UTILITY_TIME_ZONE)
        except InvalidDate as error:
            raise ValidationError(
                _(
                    "„%(typed)s“ lesen wir nicht als Zeit. "
                    "Schreiben Sie zum Beispiel 22.11.2026 oder 22.11.2026 14:30."
                ),
                params={"typed": typed},
            ) from error
