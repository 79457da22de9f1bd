"""Who let a delivery in, for the audit entries of what it changed."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Release:
    """A release by staff.

    Attributes:
        delivery: the delivery's name in the audit trail.
        released_by: who released it, as the audit trail names people.

    """

    delivery: str
    released_by: str


def details_of(released: Release | None) -> dict[str, str]:
    """Return what an audit entry tells of a release; nothing when nobody released anything."""
    return asdict(released) if released else {}
