"""Writing a text of the utility: Markdown with facts in braces."""

from collections.abc import Container, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.forms.settings import SeenForm
from kundenportal.ui.texts.markdown import render
from kundenportal.ui.texts.placeholders import Problem, ProblemKind, problems

MOST = 60_000
"""The most characters a text may have: several times the longest the portal comes with."""

_PROBLEMS: Mapping[ProblemKind, str | Promise] = {
    ProblemKind.UNKNOWN: gettext_lazy(
        "Zeile %(line)s: %(words)s kennt das Portal nicht. Die Liste unter dem Feld zeigt, was in Klammern "
        "stehen darf."
    ),
    ProblemKind.NOT_ALONE: gettext_lazy(
        "Zeile %(line)s: %(words)s muss allein in einer Zeile stehen. Bitte setzen Sie den übrigen Text in "
        "die nächste."
    ),
    ProblemKind.NOT_OPENED: gettext_lazy(
        "Zeile %(line)s: Zu diesem %(words)s fehlt die Zeile {if …} oder {unless …} davor."
    ),
    ProblemKind.NOT_ENDED: gettext_lazy(
        "Zeile %(line)s: Zu %(words)s fehlt das {end}. Bitte ergänzen Sie es in einer eigenen Zeile."
    ),
}


class TextForm(SeenForm):
    """A text.

    Args:
        data: what was sent, if anything.
        known: the names of the facts that may stand in braces.
        may_be_empty: whether an empty text leaves the page out, as it does a topic of the help.

    """

    field_order = ("source", "current_password", "seen")

    source = forms.CharField(
        label=gettext_lazy("Text (Markdown)"),
        help_text=gettext_lazy(
            "Die erste Zeile ist die Überschrift und beginnt mit #, Zwischenüberschriften beginnen mit ##."
        ),
        required=False,
        strip=False,
        max_length=MOST,
        widget=forms.Textarea({"rows": 28, "class": "eingabe--quelltext", "spellcheck": "true"}),
        error_messages={"max_length": gettext_lazy("Der Text ist zu lang. Er hat höchstens 60.000 Zeichen.")},
    )

    def __init__(
        self, data: Any, *, known: Container[str], may_be_empty: bool, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self._known, self._may_be_empty = known, may_be_empty
        self.fields["source"].template_name = "ui/fields/long_text.html"  # type: ignore[attr-defined]
        self.fields["source"].most = MOST  # type: ignore[attr-defined]

    def clean_source(self) -> str:
        """Return the text with line feeds, as files have them."""
        source = "\n".join(str(self.cleaned_data["source"]).splitlines())
        source = f"{source.strip()}\n" if source.strip() else ""
        if not source and self._may_be_empty:
            return source
        if not render(source).title:
            self.add_error(
                "source",
                _(
                    "Der Text braucht eine Überschrift: Bitte beginnen Sie ihn mit einer Zeile "
                    "wie „# Impressum“."
                ),
            )
        for problem in problems(source, self._known):
            self.add_error("source", _words(problem))
        return source


def _words(problem: Problem) -> str:
    return str(_PROBLEMS[problem.kind]) % {"line": problem.line, "words": problem.words}
