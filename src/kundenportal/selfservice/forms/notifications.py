"""Which mails a login gets, and in which language (ux.md K6)."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kundenportal.mailing.categories import Category


class _Tick(forms.BooleanField):
    """Whether mails of a category are wanted."""

    def __init__(self, category: Category, **kwargs: Any) -> None:
        super().__init__(
            label=category.label, required=False, template_name="ui/fields/option.html", **kwargs
        )


class NotificationsForm(forms.Form):
    """A tick for every category of mails that can be refused, and the language of all mails.

    Where the utility does without documents, what was chosen of them is sent back and forth unseen.
    """

    reading_reminders = _Tick(
        Category.READING_REMINDERS, help_text=_("Wenn es Zeit ist, Ihre Zähler abzulesen.")
    )
    documents = _Tick(
        Category.DOCUMENTS, help_text=_("Wenn eine Rechnung oder ein Brief für Sie bereitliegt.")
    )
    submissions = _Tick(
        Category.SUBMISSIONS, help_text=_("Wenn wir Ihre Angaben übernommen oder abgelehnt haben.")
    )
    news = _Tick(
        Category.NEWS,
        help_text=_("Tipps und Angebote. Wir fragen vorher noch einmal per E-Mail, ob Sie das möchten."),
    )
    language = forms.ChoiceField(
        label=_("Sprache der E-Mails"),
        choices=lambda: settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "eingabe--mittel"}),
        error_messages={
            "required": _("Bitte wählen Sie eine Sprache."),
            "invalid_choice": _("Bitte wählen Sie eine Sprache aus der Liste."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.UTILITY.modules.documents:
            self.fields["documents"].widget = forms.HiddenInput()

    @property
    def ticks(self) -> list[forms.BoundField]:
        """The ticks that are seen, one for each category."""
        found = [self[category.value] for category in Category if category.value in self.fields]
        return [tick for tick in found if not tick.is_hidden]

    def wanted(self) -> set[Category]:
        """Return the categories that are ticked."""
        return {category for category in Category if self.cleaned_data.get(category.value)}


class OnlineInvoicesForm(forms.Form):
    """The consent to get invoices online only."""

    agrees = forms.BooleanField(
        label=_("Ja, ich möchte meine Rechnungen nur noch online."),
        error_messages={"required": _("Bitte setzen Sie das Häkchen, wenn Sie zustimmen.")},
    )
