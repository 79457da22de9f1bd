"""Whether the portal can be read in a utility's colours: every place where it uses them (ux.md 2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kundenportal.core.brand import Brand
from kundenportal.core.contrast import CONTROL, TEXT, Against, contrast, nearest_shade


class Use(StrEnum):
    """A place where a colour of the utility meets another one."""

    BUTTON = "button"
    ON_PAPER = "on_paper"
    ON_CARD = "on_card"
    ON_SUNKEN = "on_sunken"
    ON_TINT = "on_tint"
    TEXT_ON_TINT = "text_on_tint"
    FOCUS_ON_TINT = "focus_on_tint"
    PLATE = "plate"


@dataclass(frozen=True)
class Meeting:
    """What one colour of the utility meets: by its use, another one of ``Brand`` or a fixed ``#rrggbb``."""

    use: Use
    other: str
    least: float = TEXT


MEETINGS: Mapping[str, tuple[Meeting, ...]] = {
    "light_tint": (Meeting(Use.TEXT_ON_TINT, "#15202e"), Meeting(Use.FOCUS_ON_TINT, "#15202e", CONTROL)),
    "light": (
        Meeting(Use.BUTTON, "#ffffff"),
        Meeting(Use.ON_CARD, "#ffffff"),
        Meeting(Use.ON_PAPER, "#f6f4ef"),
        Meeting(Use.ON_SUNKEN, "#efece4"),
        Meeting(Use.ON_TINT, "light_tint"),
    ),
    "dark_tint": (Meeting(Use.TEXT_ON_TINT, "#e9edf3"), Meeting(Use.FOCUS_ON_TINT, "#ffd34d", CONTROL)),
    "dark": (
        Meeting(Use.BUTTON, "#0b1a36"),
        Meeting(Use.ON_CARD, "#171e29"),
        Meeting(Use.ON_PAPER, "#0f141c"),
        Meeting(Use.ON_SUNKEN, "#0b1017"),
        Meeting(Use.ON_TINT, "dark_tint"),
    ),
    "plate": (Meeting(Use.PLATE, "#ffffff"),),
}
"""By each colour what it meets; tints come before the colours that stand on them.

The fixed colours are those of ``tokens.css``, which a test compares.
"""


@dataclass(frozen=True)
class ContrastFinding:
    """How one colour of the utility does in one place.

    Attributes:
        field: which colour of ``Brand``.
        use: where.
        colour: the colour, ``#rrggbb``.
        other: what it meets there, ``#rrggbb``.
        ratio: their contrast, from 1 to 21.
        least: what is needed there.

    """

    field: str
    use: Use
    colour: str
    other: str
    ratio: float
    least: float

    @property
    def is_enough(self) -> bool:
        """Whether the place can be read."""
        return self.ratio >= self.least


def contrast_findings(brand: Brand) -> list[ContrastFinding]:
    """Return how every colour of a utility does in every place where it is used."""
    return [
        ContrastFinding(field, meeting.use, colour, other, contrast(colour, other), meeting.least)
        for field, meetings in MEETINGS.items()
        for meeting in meetings
        for colour, other in [(getattr(brand, field), _colour(brand, meeting.other))]
    ]


def readable_brand(brand: Brand) -> Brand:
    """Return the brand with the nearest readable shade in the place of every colour that cannot be read."""
    for field, meetings in MEETINGS.items():
        others = [Against(_colour(brand, meeting.other), meeting.least) for meeting in meetings]
        colour: str = getattr(brand, field)
        brand = replace(brand, **{field: nearest_shade(colour, others) or colour})
    return brand


def _colour(brand: Brand, other: str) -> str:
    return other if other.startswith("#") else str(getattr(brand, other))
