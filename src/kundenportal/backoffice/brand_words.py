"""Whether a utility's colours can be read, in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundenportal.backoffice.setting_words import label_of
from kundenportal.core.brand import Brand
from kundenportal.core.brand_contrast import ContrastFinding, Use, contrast_findings, readable_brand

_USES: Mapping[Use, str | Promise] = {
    Use.BUTTON: gettext_lazy("Schrift auf Knöpfen Ihrer Farbe"),
    Use.ON_PAPER: gettext_lazy("Ihre Farbe auf dem Hintergrund der Seite"),
    Use.ON_CARD: gettext_lazy("Ihre Farbe auf Karten"),
    Use.ON_SUNKEN: gettext_lazy("Ihre Farbe auf vertieften Flächen"),
    Use.ON_TINT: gettext_lazy("Ihre Farbe auf der getönten Fläche"),
    Use.TEXT_ON_TINT: gettext_lazy("Text auf der getönten Fläche"),
    Use.FOCUS_ON_TINT: gettext_lazy("Tastaturrahmen auf der getönten Fläche"),
    Use.PLATE: gettext_lazy("Weiß auf dem Schild"),
}
_WHITE = gettext_lazy("Weiß auf Ihrer Farbe")


@dataclass(frozen=True)
class ContrastRow:
    """One place where a colour is used, as the page shows it."""

    finding: ContrastFinding
    use: str | Promise
    ratio: str
    least: str


@dataclass(frozen=True)
class ContrastCard:
    """One colour with all places where it is used, and a readable shade when it has a place that is not."""

    field: str
    label: str
    colour: str
    rows: list[ContrastRow]
    suggestion: str

    @property
    def is_enough(self) -> bool:
        """Whether the colour can be read everywhere."""
        return all(row.finding.is_enough for row in self.rows)


def contrast_cards(brand: Brand) -> list[ContrastCard]:
    """Return how every colour of a utility does, in the order of the form."""
    found, readable = contrast_findings(brand), readable_brand(brand)
    return [
        ContrastCard(
            field,
            label_of(f"brand.{field}"),
            getattr(brand, field),
            [_row(finding) for finding in found if finding.field == field],
            getattr(readable, field),
        )
        for field in ("light", "light_tint", "dark", "dark_tint", "plate")
    ]


def contrast_refusal(brand: Brand) -> dict[str, str]:
    """Return by each colour that cannot be read everywhere what is wrong, and a shade that will do."""
    readable = readable_brand(brand)
    first: dict[str, ContrastFinding] = {}
    for finding in contrast_findings(brand):
        if not finding.is_enough:
            first.setdefault(finding.field, finding)
    return {
        field: _("%(use)s: %(ratio)s. Nötig sind %(least)s. Vorschlag: %(suggestion)s.")
        % {
            "use": _use(finding),
            "ratio": ratio_text(finding.ratio),
            "least": ratio_text(finding.least),
            "suggestion": getattr(readable, field),
        }
        for field, finding in first.items()
    }


def ratio_text(ratio: float) -> str:
    """Return a contrast as ``3,1 : 1``, rounded down: what is not enough shall not look like it."""
    whole, tenth = divmod(math.floor(ratio * 10), 10)
    return f"{whole},{tenth} : 1"


def _row(finding: ContrastFinding) -> ContrastRow:
    return ContrastRow(finding, _use(finding), ratio_text(finding.ratio), ratio_text(finding.least))


def _use(finding: ContrastFinding) -> str | Promise:
    is_white = finding.other == "#ffffff" and finding.use is Use.BUTTON
    return _WHITE if is_white else _USES[finding.use]
