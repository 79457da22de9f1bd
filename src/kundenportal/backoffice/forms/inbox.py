"""What of the inbox is shown, who gets something, and what one decides about a submission."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kundenportal.casework.selectors import InboxFilter
from kundenportal.identity.models import StaffMember
from kundenportal.submissions.models import Submission

ME, NOBODY = "ich", "niemand"
UNUSUAL, PLAIN = "auffaellig", "unauffaellig"

_AGES = [
    ("", _("Jedes Alter")),
    ("1", _("länger als 1 Tag")),
    ("3", _("länger als 3 Tage")),
    ("7", _("länger als 1 Woche")),
]


class InboxFilterForm(forms.Form):
    """What of the inbox is shown. It travels in the address; a value that is none shows everything."""

    hides_stars = True

    art = forms.ChoiceField(label=_("Art"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    alter = forms.ChoiceField(label=_("Alter"), choices=_AGES, required=False)
    zustaendig = forms.ChoiceField(label=_("Zuständig"), required=False)
    pruefung = forms.ChoiceField(
        label=_("Prüfung"),
        choices=[("", _("Alle")), (UNUSUAL, _("auffällig")), (PLAIN, _("unauffällig"))],
        required=False,
    )

    def __init__(self, data: Any, *, members: Iterable[StaffMember]) -> None:
        super().__init__(data)
        names = [(str(member.pk), str(member)) for member in members]
        self._choose("art", [("", _("Alle Arten")), *Submission.Kind.choices])
        self._choose("status", [("", _("Zu erledigen")), *Submission.Status.choices])
        self._choose("zustaendig", [("", _("Alle")), (ME, _("Ich")), (NOBODY, _("Niemand")), *names])
        self.is_valid()

    def wanted(self, member: StaffMember, *, now: dt.datetime) -> InboxFilter:
        """Return what is asked for.

        Args:
            member: who "Ich" is.
            now: when, aware.

        """
        chosen = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        days, assigned, finding = chosen["alter"], chosen["zustaendig"], chosen["pruefung"]
        known = {"": None, ME: member.pk, NOBODY: 0}
        return InboxFilter(
            status=chosen["status"],
            kind=chosen["art"],
            older_than=now - dt.timedelta(days=int(days)) if days else None,
            assigned_to=known[assigned] if assigned in known else int(assigned),
            is_unusual=finding == UNUSUAL if finding else None,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but everything is asked for."""
        return any(self.cleaned_data.values())

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class AssignForm(forms.Form):
    """Who shall settle something; empty for nobody."""

    hides_stars = True

    assigned_to = forms.TypedChoiceField(label=_("Zuweisen an"), empty_value=None, required=False)

    def __init__(
        self, data: Any = None, *, members: Iterable[StaffMember], initial: StaffMember | None = None
    ) -> None:
        super().__init__(data, initial={"assigned_to": initial.pk if initial else None})
        by_key = {str(member.pk): member for member in members}
        field = self.fields["assigned_to"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("Niemand")), *by_key.items()]
        field.coerce = by_key.__getitem__


class AnswerForm(forms.Form):
    """The answer to a message of the customer."""

    hides_stars = True

    answer = forms.CharField(
        label=_("Ihre Antwort"),
        help_text=_("Der Kunde liest sie im Portal. Die E-Mail sagt ihm nur, dass sie da ist."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "data-key": "r", "aria-keyshortcuts": "r"}),
        error_messages={
            "required": _("Bitte schreiben Sie eine Antwort."),
            "max_length": _("Die Antwort ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )


class QuestionForm(forms.Form):
    """What the customer is asked."""

    hides_stars = True

    question = forms.CharField(
        label=_("Ihre Frage"),
        help_text=_("Der Kunde liest sie genau so, im Portal und in einer E-Mail."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "r", "aria-keyshortcuts": "r"}),
        error_messages={
            "required": _("Bitte schreiben Sie, was Sie wissen möchten."),
            "max_length": _("Die Frage ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )


class RefusalForm(forms.Form):
    """Why something is refused."""

    hides_stars = True

    reason = forms.CharField(
        label=_("Grund"),
        help_text=_("Der Kunde liest ihn genau so, im Portal und in einer E-Mail."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "a", "aria-keyshortcuts": "a"}),
        error_messages={
            "required": _("Bitte nennen Sie den Grund. Der Kunde möchte wissen, was er tun kann."),
            "max_length": _("Der Grund ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )


class NoteForm(forms.Form):
    """A note for colleagues."""

    hides_stars = True

    note = forms.CharField(
        label=_("Neue Notiz"),
        help_text=_("Nur für Ihr Haus. Fragt der Kunde nach seinen Daten, bekommt er sie mit."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "n", "aria-keyshortcuts": "n"}),
        error_messages={
            "required": _("Bitte schreiben Sie etwas in die Notiz."),
            "max_length": _("Die Notiz ist zu lang. Erlaubt sind %(limit_value)s Zeichen."),
        },
    )
